# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.bench.logins``: what it costs to log in to Harbor 2.15.2: calls, checks of a password, and seconds.

Each check takes as long as the median of those of a real Harbor. The modules run in this process, so that only Harbor is
measured.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.modules import harbor_connection
from tests.modules.harbor_robots import of_system
from tests.sandbox import Sandbox
from tests.support.modules import run_module

_RECORD = Path(__file__).resolve().parents[1] / "contract" / "records" / "cost-of-passwords-2.15.2.json"
_MODULES = ("harbor_info", "harbor_inventory_info", "harbor_registry_info", "harbor_project")

_PROJECTS = ("library", "shop", "platform")


@dataclass(frozen=True)
class Login:
    """What a run of a module asked of Harbor."""

    who: str
    module: str
    calls: int
    checks: int
    seconds: float


def seconds_of_a_check() -> float:
    """How long Harbor 2.15.2 took to check the password of a user."""
    return float(statistics.median(json.loads(_RECORD.read_text())["admin"]))


def measure(cost: float) -> list[Login]:
    """Run each module as an administrator, as one where there are no sessions, and as a robot account."""
    found = []
    with tempfile.TemporaryDirectory() as name, Sandbox(Path(name), seed="demo", network="public") as sandbox:
        robot = _result("harbor_robot", of_system(sandbox, {"name": "bench", "purpose": "migration"}))["robots"][0]
        as_robot = {"harbor_username": robot["username"], "harbor_password": robot["secret"]}
        for who, login, own in (
            ("administrator", "served", {}),
            ("administrator without sessions", "not routed", {}),
            ("robot account", "served", as_robot),
        ):
            sandbox.settings.update(harbor_login=login, harbor_password_seconds=0.0)
            options = harbor_connection.connection(sandbox, **own)
            detected = _result("harbor_info", options)["harbor"]["detected"]
            sandbox.settings.update(harbor_password_seconds=cost)
            found += [_one(sandbox, who, module, options, detected) for module in _MODULES]
    return found


def _one(sandbox: Any, who: str, module: str, options: dict[str, Any], detected: dict[str, Any]) -> Login:
    own = {"projects": [{"name": name} for name in _PROJECTS]} if module == "harbor_project" else {}
    known = {} if module == "harbor_info" else {"harbor_detected": detected}
    sandbox.journal.clear()
    sandbox.harbor.logins.checks = 0
    begin = time.monotonic()
    _result(module, {**options, **known, **own})
    calls = sum(entry.service == "harbor" for entry in sandbox.journal.entries)
    return Login(who, module, calls, sandbox.harbor.logins.checks, time.monotonic() - begin)


def _result(module: str, options: dict[str, Any]) -> dict[str, Any]:
    result = run_module(module, options)
    if result["failed"]:
        raise RuntimeError(f"{module}: {result['msg']}")
    return result


def measure_all(cost: float | None = None) -> None:
    """Measure, and print a line about each run."""
    cost = seconds_of_a_check() if cost is None else cost
    print(f"A check of a password takes {cost:.2f} s\n")
    print(f"{'who':<32}{'module':<24}{'calls':>7}{'checks':>8}{'seconds':>9}")
    for one in measure(cost):
        print(f"{one.who:<32}{one.module:<24}{one.calls:>7}{one.checks:>8}{one.seconds:>9.1f}", flush=True)


if __name__ == "__main__":
    measure_all()
