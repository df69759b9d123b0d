# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress in words for the operator. Pure."""

from __future__ import annotations

from typing import Any

from .progress import RUNNING, Assessment, Progress

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def progress_line(execution_id: Any, assessment: Assessment) -> str:
    """One line, e.g. ``harbor replication 12: 37/50 repositories, 1.2 of 3.4 GB, 0 failed, about 2 min left``."""
    progress = assessment.progress
    parts = [] if assessment.verdict == RUNNING else [assessment.verdict]
    if progress.repositories:
        parts.append(f"{progress.repositories_done}/{progress.repositories} repositories")
    else:
        parts.append("no repositories yet" if assessment.verdict == RUNNING else "no repositories")
    if progress.bytes and progress.bytes_done is not None:
        parts.append(bytes_of(progress.bytes_done, progress.bytes))
    parts.append(f"{progress.failed} failed")
    if assessment.verdict == RUNNING:
        parts += [assessment.reason] if assessment.reason else _time_left(progress)
    return f"harbor replication {execution_id}: {', '.join(parts)}"


def bytes_of(done: int, total: int) -> str:
    """Two amounts in the unit of the larger one, e.g. ``1.2 of 3.4 GB``."""
    power = 0
    while total >= 1000 ** (power + 1) and power < len(_UNITS) - 1:
        power += 1
    digits = 0 if power == 0 else 1
    return f"{done / 1000**power:.{digits}f} of {total / 1000**power:.{digits}f} {_UNITS[power]}"


def _time_left(progress: Progress) -> list[str]:
    seconds = progress.seconds_left
    if seconds is None or progress.repositories_done >= progress.repositories:
        return []
    if seconds < 60:
        return ["less than 1 min left"]
    if seconds < 5400:
        return [f"about {round(seconds / 60)} min left"]
    return [f"about {seconds / 3600:.1f} h left"]
