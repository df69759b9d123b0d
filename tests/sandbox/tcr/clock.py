# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock of the TCR: real time plus an offset, so that tests can move it."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta, timezone

_CHINA = timezone(timedelta(hours=8))


class Clock:
    """Seconds since the epoch that a test can push forward."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        """Current time in seconds since the epoch."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        with self._lock:
            self._offset += seconds


def china_time(seconds: float) -> str:
    """The form of instances and tokens: 2024-07-19T15:33:22+08:00."""
    return datetime.fromtimestamp(seconds, _CHINA).isoformat(timespec="seconds")


def zulu_time(seconds: float) -> str:
    """The form of namespaces: 2024-12-10T14:04:56Z."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def repository_time(moment: datetime) -> str:
    """The form of repositories: 2024-12-10 14:30:36.806284 +0000 UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f +0000 UTC")


def image_time(moment: datetime) -> str:
    """The form of images: 2022-08-06T07:31:01.207374Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
