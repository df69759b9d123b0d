# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sandbox was asked: one entry per request, so that tests can assert "the second run writes nothing"."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

_READING_ACTION = re.compile(r"(Describe|Check|AssumeRole)")
_NO_CHANGE = re.compile(r"/registries/(\d+/)?ping$|^/c/login$")
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class JournalEntry:
    """One request. `status` 0 means that the connection was closed without an answer.

    `code` is the API's error code, the name of an injected fault, or empty. `login`: it asked for a temporary credential,
    of which nothing is listed and nothing is left to take back.
    """

    service: str
    action: str
    method: str
    path: str
    source: str
    write: bool
    status: int
    code: str
    login: bool = False


class Journal:
    """Thread-safe list of requests in the order in which they were answered."""

    def __init__(self) -> None:
        self._entries: list[JournalEntry] = []
        self._lock = threading.Lock()

    @property
    def entries(self) -> list[JournalEntry]:
        """A copy of all entries, oldest first."""
        with self._lock:
            return list(self._entries)

    def writes(self, service: str | None = None) -> list[JournalEntry]:
        """The entries that asked for a change, of one service or of all; a login is none."""
        return [entry for entry in self.entries if entry.write and not entry.login and service in (None, entry.service)]

    def record(self, entry: JournalEntry) -> None:
        """Append one entry."""
        with self._lock:
            self._entries.append(entry)

    def clear(self) -> None:
        """Forget everything so far."""
        with self._lock:
            self._entries.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """The entries as plain dictionaries, for the control server."""
        return [asdict(entry) for entry in self.entries]


def action_of(environ: Mapping[str, Any]) -> str:
    """Name of what is asked: the TCR action, or "METHOD path" for every other service."""
    return environ.get("HTTP_X_TC_ACTION") or f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"


def is_write(service: str, method: str, path: str, action: str) -> bool:
    """Whether a request asks for a change (connection tests and logins of Harbor change nothing)."""
    if service == "tcr":
        return method != "HEAD" and not _READING_ACTION.match(action)
    if service == "harbor" and method == "POST" and _NO_CHANGE.search(path):
        return False
    return method not in _SAFE_METHODS
