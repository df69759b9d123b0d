# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Harbor finds when it tries to use the registry endpoints that it has stored."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .._engine.fields import State
from .._engine.fields import url as comparable_url
from .._engine.wait import Wait
from .._errors import ApiError
from .api.client import HarborClient
from .api.errors import GATEWAY_TIMEOUT, UNHEALTHY
from .rules.registry import stored_credential_id

_UNUSABLE = (UNHEALTHY, GATEWAY_TIMEOUT)
_WORKERS = 8
# Seconds between two tests of an endpoint that cannot be used yet.
_INTERVAL = 2.0


class ConnectionTest:
    """Lets Harbor try endpoints with what it has stored, each once until it is forgotten."""

    def __init__(self, client: HarborClient) -> None:
        self._client = client
        self._found: dict[int, State] = {}

    def ask(self, registries: Iterable[State]) -> None:
        """Try those that were not tried yet, several at a time."""
        untried = [registry for registry in registries if registry["id"] not in self._found]
        with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
            for registry, found in zip(untried, pool.map(self._try, untried)):
                self._found[registry["id"]] = found

    def attach(self, registries: Iterable[State]) -> None:
        """Add ``connection`` (``ok`` and, if not, ``reason``) to the states of endpoints."""
        registries = list(registries)
        self.ask(registries)
        for registry in registries:
            registry["connection"] = self._found[registry["id"]]

    def works(self, registry: State) -> bool:
        """Whether Harbor can use one endpoint."""
        self.ask([registry])
        return bool(self._found[registry["id"]]["ok"])

    def forget(self, registry: State) -> None:
        """Try it anew the next time, because it was changed."""
        self._found.pop(registry["id"], None)

    def _try(self, registry: State) -> State:
        try:
            self._client.test_registry({"id": registry["id"]})
        except ApiError as error:
            if error.code not in _UNUSABLE:
                raise
            return {"ok": False, "reason": error.message}
        return {"ok": True, "reason": ""}


def list_endpoints(
    client: HarborClient,
    name: str | None = None,
    url: str | None = None,
    connection_test: bool = False,
    patience: float = 0,
) -> list[State]:
    """All endpoints, or those of that name and address, each with the ``credential_id`` that its description names.

    :param url: only those that hold this address.
    :param connection_test: add ``connection`` to each.
    :param patience: seconds for which to go on testing while Harbor cannot use one of them.
    """
    found = [
        {**registry, "credential_id": stored_credential_id(registry["description"])}
        for registry in client.registries()
        if name in (None, registry["name"]) and (url is None or comparable_url(url) == comparable_url(registry["url"]))
    ]
    if not connection_test:
        return found
    end = time.monotonic() + patience
    while True:
        ConnectionTest(client).attach(found)
        remaining = end - time.monotonic()
        if remaining <= 0 or all(registry["connection"]["ok"] for registry in found):
            return found
        time.sleep(min(_INTERVAL, remaining))


def retry_until_usable(write: Callable[[], Any], patience: Wait) -> None:
    """Write, again and again while Harbor cannot use the registry and there is patience left.

    :raises ApiError: Harbor's last word.
    """
    end = patience.clock() + patience.timeout
    while True:
        try:
            write()
            return
        except ApiError as error:
            remaining = end - patience.clock()
            if error.code not in _UNUSABLE or remaining <= 0:
                raise
            patience.sleep(min(patience.interval, remaining))
