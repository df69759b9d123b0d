# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Executions of Harbor in a report: our verdict and our times, and what Harbor itself reports, apart. Pure.

Harbor's own status lags behind its tasks, and what it calls failed may have arrived. So both may differ, and a report that
mixes them contradicts itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

Facts = Mapping[str, Any]
_SUCCEEDED = "succeeded"
_OF_HARBOR = ("status", "status_text", "trigger", "start_time", "end_time")
_TASKS = ("total", "succeed", "failed", "stopped", "in_progress")
_ORIGINS = {
    "started": "started by this run",
    "joined": "already running when this run came, which followed it and started none",
    "found": "ended before this run came, which started none",
}


def utc(moment: float | None) -> str | None:
    """Seconds since 1970 as a time in UTC; ``None`` stays ``None``."""
    return None if moment is None else f"{datetime.fromtimestamp(float(moment), timezone.utc):%Y-%m-%dT%H:%M:%SZ}"


def execution_data(result: Facts) -> dict[str, Any]:
    """An execution for programs.

    :param result: what the module harbor_replication_execution returned, also on failure, or only its ``execution``.
    :returns: our words, and under ``harbor`` those of Harbor. Where every tag was proven to be equal, all repositories are
        done, whatever Harbor has counted.
    """
    seen = result.get("execution") or result
    proven = result.get("verdict") == _SUCCEEDED
    counts = {}
    for name in ("repositories", "bytes"):
        counts[name] = seen.get(name)
        counts[f"{name}_done"] = seen.get(name) if proven else seen.get(f"{name}_done")
    failures = list(seen.get("failed_repositories") or ())
    return {
        "id": seen.get("id"),
        "policy": seen.get("policy"),
        "origin": result.get("origin") or "",
        "verdict": result.get("verdict") or "",
        "reason": result.get("reason") or "",
        "finished": bool(result.get("finished")),
        "followed_from": utc(result.get("started")),
        "followed_until": utc(result.get("ended")),
        **counts,
        "failed_repositories": [] if proven else failures,
        "samples": [dict(one) for one in result.get("samples") or ()],
        "retries": [dict(one) for one in result.get("retries") or ()],
        "harbor": {
            **{name: seen.get(name) for name in _OF_HARBOR},
            "tasks": {name: seen.get(name) for name in _TASKS},
            "failed_repositories": failures,
        },
    }


def execution_line(result: Facts) -> str:
    """An execution in one sentence, for people."""
    one, seen = execution_data(result), result.get("execution") or result
    origin = _ORIGINS.get(one["origin"])
    named = f"Harbor's execution {one['id']} of the policy `{one['policy']}`" + (f" ({origin})" if origin else "")
    parts = [f"{one['verdict']} ({one['reason']})" if one["reason"] else one["verdict"]]
    if one["repositories"] is not None:
        failed = 0 if one["verdict"] == _SUCCEEDED else seen.get("failed") or len(one["failed_repositories"])
        parts += [f"{one['repositories_done'] or 0} of {one['repositories']} repositories copied", f"{failed} failed"]
    status = one["harbor"]["status"]
    if one["verdict"] == _SUCCEEDED and status not in (None, "Succeed"):
        parts.append(f"Harbor itself reports {status}, but the digests decide")
    return f"{named}: {', '.join(filter(None, parts))}."


def progress_line(result: Facts) -> str:
    """How far an execution is that has not ended, for people."""
    one = execution_data(result)
    progress = f"{one['repositories_done'] or 0} of {one['repositories'] or 0} repositories copied so far"
    return f"Harbor's execution {one['id']} of the policy {one['policy']}, {progress}"
