# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the charts of the page show: the geometry of each, computed from a report. Pure.

Widths are percentages, and the progress is drawn into a square of 100 units that the page stretches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .junit import deciding

Data = Mapping[str, Any]
VERDICTS = ("equal", "different", "rewritten", "missing", "extra", "unknown")
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def figures(data: Data) -> dict[str, Any]:
    """Everything that the page shows beside the report itself.

    :param data: the report, see :func:`.data.report_data`.
    :returns: ``verdicts``, ``progress``, ``projects``, ``differences``, and ``duration`` in words.
    """
    return {
        "verdicts": verdict_shares(data["comparison"]),
        "progress": [one for one in map(progress, data["executions"]) if one],
        "projects": project_bars(data["projects"]),
        "differences": differences(data),
        "duration": "" if data["seconds"] is None else duration_text(data["seconds"]),
    }


def verdict_shares(comparison: Data) -> list[dict[str, Any]]:
    """The tags by verdict: ``verdict``, ``count``, and ``start`` and ``width`` of its part of a bar; none where none was found."""
    totals = comparison.get("totals", {})
    counts = [(verdict, int(totals.get(verdict, 0))) for verdict in VERDICTS if totals.get(verdict)]
    every = sum(count for _verdict, count in counts)
    found, start = [], 0.0
    for verdict, count in counts:
        width = 100 * count / every
        found.append({"verdict": verdict, "count": count, "start": round(start, 2), "width": round(width, 2)})
        start += width
    return found


def progress(execution: Data) -> dict[str, Any]:
    """The repositories that were finished over time: a line through ``points``, ``seconds`` long; empty without two samples."""
    samples = execution["samples"]
    if len(samples) < 2:
        return {}
    longest = max(samples[-1]["seconds"], 0.1)
    most = max(*(one["total"] for one in samples), 1)
    points = [(100 * one["seconds"] / longest, 100 - 100 * min(one["finished"] / most, 1)) for one in samples]
    return {
        "id": execution["id"],
        "policy": execution["policy"],
        "points": " ".join(f"{x:.2f},{y:.2f}" for x, y in points),
        "finished": samples[-1]["finished"],
        "total": most,
        "duration": duration_text(longest),
        "half": duration_text(longest / 2),
    }


def project_bars(projects: list[Data]) -> list[dict[str, Any]]:
    """The projects with a bar for their bytes, the largest first: ``width`` in percent of the largest, ``size`` in words."""
    most = max([one["bytes"] for one in projects], default=0) or 1
    ordered = sorted(projects, key=lambda one: (-one["bytes"], one["name"]))
    return [{**one, "width": round(100 * one["bytes"] / most, 2), "size": size_text(one["bytes"])} for one in ordered]


def differences(data: Data) -> list[dict[str, Any]]:
    """What is not equal, by repository: ``repository``, ``target``, and ``lines`` with ``verdict``, ``name``,
    ``reason`` and ``accepted``.
    """
    accepted = set(data["tolerances"]["accepted_verdicts"])
    decides = data["tolerances"]["accessories"] == "require"
    found = []
    for one in data["comparison"].get("repositories", ()):
        lines = [
            {"verdict": verdict, "name": name, "reason": reason, "accepted": verdict in accepted}
            for verdict, name, reason in deciding(one, decides)
            if verdict != "equal"
        ]
        if lines:
            found.append({"repository": one["name"], "target": one["target"], "lines": lines})
    return found


def size_text(size: float) -> str:
    """An amount of bytes in its unit, e.g. ``1.2 GB``."""
    power = 0
    while size >= 1000 and power < len(_UNITS) - 1:
        size, power = size / 1000, power + 1
    return f"{size:.1f} {_UNITS[power]}" if power else f"{size:.0f} B"


def duration_text(seconds: float) -> str:
    """A duration in at most two units, e.g. ``2 h 5 min``."""
    if seconds < 60:
        return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
