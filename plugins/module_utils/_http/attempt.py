# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One attempt to send a request: how long it may take, and whether anything of the request left this host.

What an exception of requests means for a write depends on when it was raised, and its class does not show that: a TLS
fault or a fault of the proxy can come before the request or after it. So the connection itself notes when it sends.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any

try:
    import requests
    from requests.adapters import HTTPAdapter
except ImportError:  # reported by the client, which cannot be made without it
    HTTPAdapter = object  # type: ignore[assignment,misc]

_POOL_SIZE = 32
# The attempt for which this thread works.
_thread = threading.local()


class AttemptAbandoned(Exception):
    """Nobody waits for this attempt any longer, so its request must not be sent."""


class Worker:
    """A thread that sends for another one, request after request. It ends when nobody has this object any longer."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=_work_off, args=(self._jobs,), daemon=True)
        self._thread.start()

    def __del__(self) -> None:
        self._jobs.put(None)

    @property
    def alive(self) -> bool:
        """Whether the thread runs; after a fork it does not in the child."""
        return self._thread.is_alive()

    def take(self, job: Callable[[], None]) -> None:
        """Do this after what was given before."""
        self._jobs.put(job)


def _work_off(jobs: SimpleQueue[Callable[[], None] | None]) -> None:
    for job in iter(jobs.get, None):
        job()
        # An answer must not stay in memory until the next request.
        del job


class Attempt:
    """One attempt: ``run`` it once; then ``sent`` is whether the server may have received the request.

    ``sent`` is false only if no byte of the request was sent, and none will be.
    """

    def __init__(self) -> None:
        self.sent = False
        self._abandoned = False
        self._socket: Any = None
        self._lock = threading.Lock()

    def run(self, send: Callable[[], requests.Response], seconds: float, worker: Worker) -> requests.Response:
        """The complete answer, or what ``send`` raises.

        requests can limit each part of an answer, but not the whole, and not the look-up of a name at all. What can is
        a thread that nobody waits for any longer. Such a thread cannot send: its connection is shut, and one that it
        opens later is refused to it. It holds its session until it ends, so the caller must take another one, and another
        worker.

        :raises requests.Timeout: it takes longer.
        """
        ended: SimpleQueue[requests.Response | Exception] = SimpleQueue()

        def work() -> None:
            _thread.attempt = self
            try:
                ended.put(send())
            except Exception as error:
                ended.put(error)

        worker.take(work)
        try:
            outcome = ended.get(timeout=seconds)
        except Empty:
            self._abandon()
            raise requests.Timeout from None
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def begin(self, connection: Any) -> None:
        """Note that the request is sent now, through this socket.

        :raises AttemptAbandoned: it must not be sent.
        """
        with self._lock:
            if self._abandoned:
                raise AttemptAbandoned
            self.sent = True
            self._socket = connection

    def _abandon(self) -> None:
        with self._lock:
            self._abandoned = True
            if isinstance(self._socket, socket.socket):
                with contextlib.suppress(OSError):
                    # That of ssl.SSLSocket ends the encryption first, and what is being sent would go on in clear.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class Adapter(HTTPAdapter):
    """Its connections, through a proxy as well, notify the attempt of their thread when they begin to send."""

    def __init__(self) -> None:
        super().__init__(pool_connections=_POOL_SIZE, pool_maxsize=_POOL_SIZE)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*args, **kwargs)
        _note_when_sent(self.poolmanager)

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        """The pools of connections through this proxy."""
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not known:
            _note_when_sent(manager)
        return manager


def _note_when_sent(manager: Any) -> None:
    """Let a pool manager of urllib3 1.26 or 2 make connections that notify their attempt."""
    manager.pool_classes_by_scheme = {
        scheme: type(pool.__name__, (pool,), {"ConnectionCls": _noting_when_sent(pool.ConnectionCls)})
        for scheme, pool in manager.pool_classes_by_scheme.items()
    }


def _noting_when_sent(connection_class: Any) -> Any:
    class NotingConnection(connection_class):  # type: ignore[misc]
        """A connection that connects, notifies its attempt, and only then sends."""

        def endheaders(self, *args: Any, **kwargs: Any) -> None:
            """Send what http.client has only collected until here. A CONNECT to a proxy is not sent by this method."""
            if self.sock is None:
                self.connect()
            _thread.attempt.begin(self.sock)
            super().endheaders(*args, **kwargs)

    return NotingConnection
