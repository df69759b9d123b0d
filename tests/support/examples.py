# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of a module's documentation as plays that run against a sandbox.

Examples are written for readers. Here their connection options are taken out (``module_defaults`` give the ones of
the sandbox), and the addresses and ids of the documentation are replaced by what is in
``tests/examples/values.yml``. What has to exist before is made by the tasks of ``prepare/MODULE.yml``.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.tools.environments import ROOT

COLLECTION = "cloud_registry.migration"
MODULES = ROOT / "plugins/modules"
DIRECTORY = ROOT / "tests/examples"
PREPARATIONS = DIRECTORY / "prepare"
TCR_OPTIONS = ("tcr_endpoint", "tcr_secret_id", "tcr_secret_key", "tcr_region")
HARBOR_OPTIONS = ("harbor_url", "harbor_username", "harbor_password")
# The sandbox changes its states within a second, and starts a failed task again within three.
QUICK = {"wait_interval": 0.2}
SETTLED = {"settle_seconds": 4}


def read_block(path: Path, block: str) -> Any:
    """The parsed YAML of DOCUMENTATION, EXAMPLES or RETURN of the module in ``path``, or None if there is none."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == block:
            return yaml.safe_load(ast.literal_eval(node.value))
    return None


def example_values() -> dict[str, str]:
    """What the documentation says -> what is put in its place, an expression over the sandbox's facts."""
    values: dict[str, str] = yaml.safe_load((DIRECTORY / "values.yml").read_text())
    return values


def for_sandbox(item: Any, values: Mapping[str, str]) -> Any:
    """``item`` (YAML data) without connection options and with ``values`` put in their places in all texts."""
    if isinstance(item, dict):
        unwanted = (*TCR_OPTIONS, *HARBOR_OPTIONS)
        kept = {name: value for name, value in item.items() if name not in unwanted}
        return {for_sandbox(name, values): for_sandbox(value, values) for name, value in kept.items()}
    if isinstance(item, list):
        return [for_sandbox(value, values) for value in item]
    if isinstance(item, str):
        for said, meant in values.items():
            item = item.replace(said, meant)
    return item


def module_defaults(facts: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The connection options of both action groups from a sandbox's facts, and short intervals for modules that wait.

    The name of the sandbox's registry is in no DNS, so the modules that ask it get its address as well.
    """
    registry = {"registry_url": facts["registry_url"], "registry_connect_to": facts["public_address"]}
    single: dict[str, dict[str, Any]] = {
        f"{COLLECTION}.migration_artifact": registry,
        f"{COLLECTION}.migration_verify": registry,
        f"{COLLECTION}.harbor_replication_execution": dict(SETTLED),
    }
    for path in sorted(MODULES.glob("*.py")):
        if f"  - {COLLECTION}.wait\n" in path.read_text():
            single.setdefault(f"{COLLECTION}.{path.stem}", {}).update(QUICK)
    return {
        f"group/{COLLECTION}.tcr": {name: facts[name] for name in TCR_OPTIONS},
        f"group/{COLLECTION}.harbor": {name: facts[name] for name in HARBOR_OPTIONS},
        **single,
    }


def preparation(module: str) -> list[dict[str, Any]]:
    """The tasks that make what the examples of ``module`` need; empty if there is no file."""
    path = PREPARATIONS / f"{module}.yml"
    return yaml.safe_load(path.read_text()) if path.is_file() else []


def example_plays(module: str, facts: Mapping[str, Any], python: str) -> list[dict[str, Any]]:
    """Plays for localhost against the sandbox with those facts: the preparation, then the examples of ``module``.

    The first example of the module is sent to ``python``, as to any host; what else runs does so in forks of Ansible's
    worker, which is faster. The tasks of a preparation find their directory in the variable ``preparations``.
    """
    interpreter = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": module_defaults(facts),
        "vars": {**facts, **interpreter, "preparations": str(PREPARATIONS)},
    }
    tasks = for_sandbox(read_block(MODULES / f"{module}.py", "EXAMPLES"), example_values())
    first = next(number for number, task in enumerate(tasks) if f"{COLLECTION}.{module}" in task)
    given = tasks[first].get("vars", {})
    tasks[first] = {**tasks[first], "vars": {**given, "ansible_python_interpreter": python}}
    plays: list[dict[str, Any]] = [{**play, "name": f"Examples of {module}", "tasks": tasks}]
    before = preparation(module)
    if before:
        plays.insert(0, {**play, "name": f"Preparation for {module}", "tasks": before})
    return plays
