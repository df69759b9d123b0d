# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When it is worth comparing source and target while an execution runs: digests decide, Harbor's status is a hint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..._errors import MigrationError

# Returns what migration_verify returns; ``copied`` decides: what Harbor cannot copy is no reason to wait.
Compare = Callable[[], Mapping[str, Any]]
_COUNTERS = ("id", "total", "succeed", "failed", "stopped", "in_progress")


class EarlyVerification:
    """Compares when all tasks have ended, when nothing has moved for a while, and on demand.

    Comparing lists both sides, so after each comparison without the wanted outcome the next one comes later.

    :param compare: compares everything that the tasks carry; ``None``: that cannot be compared.
    :param patience: seconds without any movement after which it compares; they double each time.
    :param clock: seconds, from any beginning.
    """

    def __init__(self, compare: Compare | None, patience: float, clock: Callable[[], float]) -> None:
        self._compare = compare
        self._patience = patience
        self._clock = clock
        self._seen: list[Any] = []
        self._due = 0.0
        self.problem = ""
        self.found: Mapping[str, Any] = {}

    def confirms(self, execution: Mapping[str, Any], now: bool) -> bool:
        """Whether a comparison was due and found everything equal; why it could not be made is in ``problem``.

        What the last comparison found is in ``found``.

        :param execution: with its counters.
        :param now: compare in any case.
        """
        self.problem = ""
        if self._compare is None:
            return False
        seen = [execution.get(name) for name in _COUNTERS]
        if seen != self._seen:
            ended = execution.get("total") and not execution.get("in_progress")
            self._seen, self._due = seen, self._clock() + (0.0 if ended else self._patience)
        if not now and self._clock() < self._due:
            return False
        try:
            self.found = self._compare()
        except MigrationError as error:
            self.found, self.problem = {}, str(error)
        self._patience *= 2
        self._due = self._clock() + self._patience
        return bool(self.found.get("copied", self.found.get("equal")))
