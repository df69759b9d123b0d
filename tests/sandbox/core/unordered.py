# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that a server gives in any order: another one each time, but the same ones whenever a test is run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from threading import Lock
from typing import Any


class Unordered:
    """Gives the items of a list in turn, beginning with another one each time; thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._given: Counter[Hashable] = Counter()

    def __call__(self, name: Hashable, items: Sequence[Any]) -> list[Any]:
        """The items; `name` says which list it is."""
        with self._lock:
            self._given[name] += 1
            first = self._given[name] % max(len(items), 1)
        return [*items[first:], *items[:first]]
