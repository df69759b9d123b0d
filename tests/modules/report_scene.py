# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the action migration_report in this process, and has a report with something of everything."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from ansible_collections.cloud_registry.migration.plugins.action import migration_report as plugin

EVIL = "<script>document.title = 'evil'</script>"
STARTED = 1795921445.0


class Report:
    """Runs the action migration_report and keeps what it returned and printed."""

    def __init__(self, directory: Path, check: bool = False, given: bool = True, **options: Any) -> None:
        self.directory, self.lines = directory, list[str]()
        action = object.__new__(plugin.ActionModule)
        arguments = {"migration_id": "spring", **({"directory": str(directory)} if given else {}), **options}
        action._task = SimpleNamespace(
            args=arguments, async_val=0, check_mode=check, diff=False, action="migration_report", no_log=False
        )
        action._connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
        with mock.patch.object(plugin.display, "display", self.lines.append):
            self.result = action.run(task_vars={})

    def files(self) -> list[str]:
        return sorted(path.name for path in self.directory.iterdir()) if self.directory.exists() else []


def _repository(name: str, *tags: tuple[str, str, str], verdict: str = "equal", **more: Any) -> dict[str, Any]:
    found = [
        {"tag": tag, "verdict": word, "digest": f"sha256:{ord(tag[0]):064x}", **({"reason": why} if why else {})}
        for tag, word, why in tags
    ]
    told = {"name": name, "target": name, "verdict": verdict, "wanting": verdict != "equal", "tags": found}
    return {**told, "accessories": [], "untagged_images": [], **more}


_SIGNATURE = {
    "digest": "sha256:9a3e", "kind": "signature.cosign", "subject": "sha256:4d1c", "tags": ["sha256-4d1c.sig"],
    "verdict": "missing", "reason": "left behind: the filter has no room",
}  # fmt: skip
_REPOSITORIES = [
    _repository("library/base", *((f"2026.{number}", "equal", "") for number in range(1, 25))),
    _repository("shop/web/frontend", ("1.0", "equal", ""), ("1.1", "different", "another digest"), verdict="different"),
    _repository("shop/api", ("9", "missing", f"Harbor says {EVIL}"), ("8", "equal", ""), verdict="missing", accessories=[_SIGNATURE]),
    _repository(f"team.tools/{'a-rather-long-name-of-a-repository/' * 4}runner", ("v3", "unknown", "no answer"), verdict="unknown"),
    {"name": "", "target": "shop/legacy", "verdict": "extra", "tags": [], "accessories": [], "untagged_images": []},
]  # fmt: skip
_SAMPLES = [
    {"seconds": 30.0 * number, "finished": min(150, int(150 * (number / 60) ** 1.5)), "total": 150}
    for number in range(61)
]
_PROJECTS = {"library": 41_300_000_000, "shop": 12_800_000_000, "team.tools": 950_000_000, "sandbox": 7_340_032}
# The options of a report with something of everything.
DIFFERENT: dict[str, Any] = {
    "run": "migrate",
    "started": STARTED,
    "source": "https://harbor.example.com",
    "network": "private",
    "registry": {"registry_id": "tcr-dg284imq", "region": "ap-guangzhou", "public_domain": "demo.tencentcloudcr.com"},
    "harbor": {"version_text": "v2.15.2-0a1b2c3d"},
    "inventory": {
        "selection": {"projects": [], "repositories": ["library/**", "shop/**", "team.tools/**"], "tags": []},
        "repositories": [
            {"name": f"{project}/{number}", "project": project, "tags": {"1": "", "2": ""}, "size": size // 3}
            for project, size in _PROJECTS.items()
            for number in range(3)
        ],
    },
    "targets": {"projects": {"team.tools": {"namespace": "tools"}}},
    "access": {"mode": "lease", "hours": 72},
    "parts": [
        {"name": name, "started": STARTED + start, "ended": STARTED + end}
        for name, start, end in (("checks", 0, 6.2), ("network path", 6.2, 41), ("copying", 41, 1843), ("comparison", 1843, 1861.5))
    ],
    "steps": [
        {"action": "create", "object": "private link", "key": "vpc-1a2b3c4d"},
        {"action": "create", "object": "namespace", "key": "shop"},
        {"action": "update", "object": "whitelist entry", "key": "203.0.113.7/32", "shared_with": ["autumn"]},
        {"action": "create", "object": "Harbor endpoint", "key": "spring"},
        {"action": "start", "object": "replication execution", "key": "spring"},
    ],
    "executions": [
        {
            "execution": {
                "id": 12, "policy": "spring", "status": "InProgress", "status_text": "", "trigger": "manual",
                "start_time": "2026-11-29T03:05:00Z", "end_time": None, "total": 150, "succeed": 149, "failed": 1, "stopped": 0,
                "in_progress": 0, "repositories": 150, "repositories_done": 149, "bytes": 55_000_000_000,
                "bytes_done": 54_000_000_000, "failed_repositories": [{"repository": "shop/api", "log_line": EVIL}],
            },
            "origin": "started", "verdict": "failed", "finished": True, "reason": "1 of 150 repositories failed permanently",
            "started": STARTED + 41, "ended": STARTED + 1841, "samples": _SAMPLES,
        }
    ],
    "comparison": {
        "equal": False, "accepted": False, "copied": False,
        "summary": "Tags of source and target compared by digest: 26 equal, 1 different, 1 missing, 1 extra, 1 unknown.",
        "totals": {
            "repositories": 4, "tags": 30, "equal": 26, "different": 1, "missing": 1, "extra": 1, "unknown": 1, "untagged": 0,
            "accessories": {"compared": 1, "equal": 0, "missing": 1}, "untagged_images": {"compared": 0},
        },
        "repositories": _REPOSITORIES,
        "notes": ["team.tools/runner: the source does not tell the digest of what is no Docker image."],
    },
    "charts": {
        "equal": True, "summary": "Versions of charts in ChartMuseum compared by the digest of their archive: 1 equal.",
        "charts": [
            {
                "project": "shop", "name": "web", "version": "1.0.0+5", "digest": "sha256:9a1f", "verdict": "equal",
                "target": "shop/charts/web:1.0.0_5",
            }
        ],
    },
    "leftovers": [
        {"action": "delete", "object": "access credential", "key": "ctrm3g86h7cp1kb7el2g"},
        {"action": "update", "object": "whitelist entry", "key": "203.0.113.7/32", "shared_with": ["autumn"]},
    ],
    "not_looked_at": ["names on harbor-2"],
    "warnings": ["The quota for repositories of tcr-dg284imq may be too small."],
    "note": "The robot account stays: this run used it.",
}  # fmt: skip
