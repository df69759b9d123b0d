# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A value that is fetched once in a run, whatever the number of members and threads that need it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Calls a function at most once for each list of arguments; thread-safe. A call that fails is not remembered.

    The only memory that a resource may have, for what is the same during a whole run and costs a call to the server.
    """

    def __init__(self, ask: Callable[..., T]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._answers: dict[tuple[Any, ...], T] = {}

    def __call__(self, *arguments: Any) -> T:
        """The answer of the function to these arguments."""
        with self._lock:
            if arguments not in self._answers:
                self._answers[arguments] = self._ask(*arguments)
            return self._answers[arguments]
