# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests per second that the API allows for each action, per account and region."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

from tests.sandbox.tcr.clock import Clock
from tests.sandbox.tcr.errors import ApiError

DEFAULT_LIMIT = 20
LIMITS = {
    "DescribeInstances": 100,
    "DescribeImages": 100,
    "DescribeRepositories": 100,
    "CreateInstanceToken": 100,
    "DescribeImageManifests": 10,
    "ManageInternalEndpoint": 2,
}
_WINDOW = 1.0


class RateLimiter:
    """Sliding window of one second for each (account, region, action)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._served: dict[tuple[str, str, str], deque[float]] = {}

    def admit(self, account: str, region: str, action: str, overrides: dict[str, Any]) -> None:
        """Count a request. Raises RequestLimitExceeded when it is one too many; it was then not executed."""
        limit = int(overrides.get(action, LIMITS.get(action, DEFAULT_LIMIT)))
        now = self._clock.now()
        with self._lock:
            served = self._served.setdefault((account, region, action), deque())
            while served and now - served[0] >= _WINDOW:
                served.popleft()
            if len(served) >= limit:
                raise ApiError(
                    "RequestLimitExceeded",
                    f"Your current request times equals to `{len(served) + 1}` in a second, which exceeds the "
                    f"frequency limit `{limit}` for a second. Please reduce the frequency of calls.",
                    "您的请求超过了频率限制，请降低调用频率。",
                )
            served.append(now)
