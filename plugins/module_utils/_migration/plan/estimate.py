# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much is copied and how long that takes, computed from sizes and configured limits. Pure.

Nothing is measured, so that the same state gives the same plan. With ``R`` repositories of which something is copied, ``T`` tags
in them, ``B`` bytes together and ``L`` bytes in the largest one::

    task rate   = min(line, 128 * migration_speed)   without a limit: line
    copying     = max(B / min(line, workers * task rate), L / task rate)
    between     = (5 * R + T) / workers
    seconds     = copying + between, rounded up; 0 where nothing is copied

- ``workers`` is 10, Harbor's default (``max_job_workers`` of jobservice). Harbor copies a repository in one task.
- ``line`` is 12,500,000 bytes per second (100 Mbit/s), an assumption about the network between Harbor and the registry.
- Harbor takes one unit of a policy's speed for 1024 bits per second and task, although it calls it kilobytes (``KBRATE`` in its
  source, 2.4 and later).
- 5 seconds for each repository (Harbor starts a task and reports it) and 1 for each tag (its manifests) are assumptions.

Layers that the registry has already are not copied, so that it is rather an upper bound of the bytes; a slower line takes longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

WORKERS = 10
LINE_BYTES_PER_SECOND = 12_500_000
BYTES_PER_SPEED_UNIT = 128
SECONDS_PER_REPOSITORY = 5
SECONDS_PER_TAG = 1
_UNITS = ((86400, "days"), (3600, "hours"), (60, "minutes"))


def estimate(sizes: Sequence[int], tags: int, speed: int) -> dict[str, Any]:
    """The estimate with what it was computed from.

    :param sizes: bytes of each repository of which something is copied.
    :param tags: number of tags in these repositories.
    :param speed: the limit of a policy, in its units; below 1: none is set here.
    :returns: ``bytes``, ``repositories``, ``seconds``, ``largest_repository_seconds``, and the limits ``workers``,
        ``line_bytes_per_second`` and ``task_bytes_per_second``. All are whole numbers.
    """
    limit = speed * BYTES_PER_SPEED_UNIT if speed > 0 else LINE_BYTES_PER_SECOND
    task_rate = min(LINE_BYTES_PER_SECOND, limit)
    together = min(LINE_BYTES_PER_SECOND, WORKERS * task_rate)
    largest = _rounded_up(max(sizes, default=0), task_rate)
    copying = max(_rounded_up(sum(sizes), together), largest)
    between = _rounded_up(SECONDS_PER_REPOSITORY * len(sizes) + SECONDS_PER_TAG * tags, WORKERS)
    return {
        "bytes": sum(sizes),
        "repositories": len(sizes),
        "seconds": copying + between if sizes else 0,
        "largest_repository_seconds": largest,
        "workers": WORKERS,
        "line_bytes_per_second": LINE_BYTES_PER_SECOND,
        "task_bytes_per_second": task_rate,
    }


def in_words(seconds: int) -> str:
    """A duration for people, rounded up to whole units of which there are at least two: ``90 minutes``."""
    for size, name in _UNITS:
        if seconds >= 2 * size:
            return f"{_rounded_up(seconds, size)} {name}"
    return f"{seconds} seconds"


def _rounded_up(amount: int, part: int) -> int:
    return -(-amount // part)
