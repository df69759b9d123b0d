# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays playbooks of the collection in this process: the files as they are, with the real modules, actions and filters.

A run costs a tenth of a second of overhead, not seconds, so that hundreds of states can be tried. It knows what the playbooks
use and refuses everything else, so that nothing is left out silently. Each play has one host here, since the sandbox has one.
Tests compare it with ansible-playbook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import UndefinedError

from tests.support.in_process import actions
from tests.support.in_process.templates import COLLECTION, GLOBALS, HostVariables, Layer, Lookups, Variables
from tests.tools.environments import ROOT

Task = Mapping[str, Any]
INVENTORY = ROOT / "examples/demo"
_PLAY = {"name", "hosts", "strategy", "become", "gather_facts", "any_errors_fatal", "check_mode", "vars_files", "vars"}
_PLAY |= {"module_defaults", "tasks", "serial"}
_BLOCK = {"block", "rescue", "always"}
# What decides nothing where one host is played in one process.
_IGNORED = {"name", "no_log", "throttle", "run_once", "timeout", "ignore_unreachable", "loop_control", "delegate_to"}
_KNOWN = {"when", "vars", "register", "loop", "check_mode", "failed_when", "changed_when", *_BLOCK, *_IGNORED}
_IMPORTS = {"ansible.builtin.import_tasks", "ansible.builtin.import_role"}
_INCLUDES = {"ansible.builtin.include_tasks", "ansible.builtin.include_role"}


class TaskFailed(Exception):
    """A task failed; holds its result."""

    def __init__(self, result: Mapping[str, Any]) -> None:
        super().__init__(str(result.get("msg")))
        self.result = result


@dataclass(frozen=True)
class Ran:
    """One task that was carried out."""

    module: str
    check: bool
    changed: bool


@dataclass
class Run:
    """What a run gave.

    :param status: 0, or 2 after a failure.
    :param failure: the sentence of the task that ended the run.
    :param screen: lines that it showed.
    :param warnings: what modules warned of, as it is shown.
    :param tasks: what was carried out, skipped tasks not.
    """

    status: int = 0
    failure: str = ""
    screen: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    tasks: list[Ran] = field(default_factory=list)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Scope:
    """Where a task stands.

    :param layers: variables of the play, its roles and blocks, the strongest first; facts come before, parameters first.
    :param conditions: those of the blocks and imports around it.
    """

    directory: Path
    host: str
    check: bool
    layers: tuple[Layer, ...] = ()
    parameters: tuple[Layer, ...] = ()
    conditions: tuple[Any, ...] = ()
    role: Path | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)


class Player:
    """Plays playbooks for one inventory.

    :param environment: variables of the environment, as lookups see them.
    :param variables: as ``-e`` gives them.
    """

    def __init__(
        self, environment: Mapping[str, str], variables: Mapping[str, Any], groups: Mapping[str, Sequence[str]]
    ) -> None:
        self._inventory = {**_yaml(INVENTORY / "group_vars/all.yml"), "inventory_dir": str(INVENTORY)}
        self._extra = dict(variables)
        self._groups = {"all": ["localhost", *groups["harbor"]], **groups}
        self._facts: dict[str, dict[str, Any]] = {}
        self._lookup = Lookups(environment)
        self._run = Run()

    def run(self, playbook: str | Path, check: bool = False, **variables: Any) -> Run:
        """Play a playbook, as ansible-playbook would in a process of its own.

        :param playbook: the name of one of the collection, or a file.
        :param variables: added to those of every run.
        """
        self._facts = {host: {} for host in self._groups["all"]}
        self._run = Run(facts=self._facts)
        given, self._extra = self._extra, {**self._extra, **variables}
        try:
            for directory, play in _plays(
                playbook if isinstance(playbook, Path) else ROOT / f"playbooks/{playbook}.yml"
            ):
                self._play(directory, play, check)
        except TaskFailed as failed:
            self._run.status, self._run.failure = 2, str(failed)
        finally:
            self._extra = given
        return self._run

    def _play(self, directory: Path, play: Mapping[str, Any], check: bool) -> None:
        _refuse_unknown("play", play, _PLAY)
        files = [_yaml(directory / one) for one in play.get("vars_files", ())]
        layers = tuple(Layer(one) for one in [*reversed(files), play.get("vars", {})])
        scope = _Scope(directory, "localhost", check or bool(play.get("check_mode")), layers)
        hosts = self._variables(scope).template(play["hosts"])
        for host in self._hosts([hosts] if isinstance(hosts, str) else hosts):
            defaults = Layer({"__module_defaults": play.get("module_defaults", {})})
            self._tasks(play["tasks"], replace(scope, host=host, layers=(defaults, *layers)))

    def _hosts(self, patterns: Sequence[str]) -> list[str]:
        found = [host for one in patterns for host in self._groups.get(one, [one])]
        assert len(found) <= 1, "one host per play"
        return found

    def _tasks(self, tasks: Sequence[Task], scope: _Scope) -> None:
        for task in tasks:
            if "block" in task:
                self._block(task, _inner(task, scope))
            else:
                self._task(task, scope)

    def _block(self, task: Task, scope: _Scope) -> None:
        _refuse_unknown("block", task, _KNOWN)
        try:
            self._tasks(task["block"], scope)
        except TaskFailed as failed:
            if "rescue" not in task:
                raise
            self._facts[scope.host]["ansible_failed_result"] = failed.result
            self._tasks(task["rescue"], scope)
        finally:
            self._tasks(task.get("always", ()), scope)

    def _task(self, task: Task, scope: _Scope) -> None:
        module = next(name for name in task if "." in name)
        _refuse_unknown(module, task, {*_KNOWN, module})
        if module in _IMPORTS:
            self._import(module, task[module], _inner(task, scope))
            return
        scope = _inner({**task, "when": []}, scope)
        conditions = [*scope.conditions, *_conditions(task)]
        if module in _INCLUDES:
            for item in self._items(task, scope):
                inner = replace(scope, parameters=(*item, *scope.parameters))
                if self._holds(conditions, inner):
                    self._import(module, self._variables(inner).template(task[module]), replace(inner, conditions=()))
            return
        result = self._looped(module, task, scope, conditions)
        if "register" in task:
            self._facts[scope.host][task["register"]] = result
        if result.get("failed"):
            raise TaskFailed(result)

    def _looped(self, module: str, task: Task, scope: _Scope, conditions: Sequence[Any]) -> dict[str, Any]:
        if "loop" not in task:
            return self._once(module, task, scope, conditions)
        # Whether a loop is needed at all may decide whether what it goes through is there.
        items = self._items(task, scope) if self._may_loop(conditions, scope) else []
        results = [
            {**self._once(module, task, replace(scope, parameters=(*item, *scope.parameters)), conditions)}
            for item in items
        ]
        outcome = {one: any(result.get(one) for result in results) for one in ("changed", "failed")}
        return {"results": results, "skipped": not results, **outcome, "msg": "One or more items failed"}

    def _may_loop(self, conditions: Sequence[Any], scope: _Scope) -> bool:
        try:
            return self._holds(conditions, scope)
        except UndefinedError:
            return True

    def _once(self, module: str, task: Task, scope: _Scope, conditions: Sequence[Any]) -> dict[str, Any]:
        if not self._holds(conditions, scope):
            return {"changed": False, "skipped": True}
        variables = self._variables(scope)
        if module == "ansible.builtin.assert":
            arguments = {**task[module], "fail_msg": variables.template(task[module]["fail_msg"])}
        else:
            arguments = variables.template(task[module])
        if module == "ansible.builtin.set_fact":
            self._facts[scope.host].update(actions.plain(arguments))
            result: dict[str, Any] = {"changed": False}
        else:
            arguments = {**self._module_defaults(module, variables), **arguments}
            result = actions.run(module, arguments, variables, scope.check, self._run.screen.append)
        self._run.warnings += [f"[WARNING]: {one}" for one in result.get("warnings", ())]
        for name, key in (("failed_when", "failed"), ("changed_when", "changed")):
            if name in task:
                result[key] = bool(variables.evaluate(task[name]))
        self._run.tasks.append(Ran(module, scope.check, bool(result.get("changed"))))
        return result

    def _module_defaults(self, module: str, variables: Variables) -> dict[str, Any]:
        collection, _dot, name = module.rpartition(".")
        given = variables.get("__module_defaults", {})
        if collection != COLLECTION:
            return {}
        found: dict[str, Any] = {}
        for group, members in _action_groups().items():
            if name in members:
                found.update(given.get(f"group/{COLLECTION}.{group}", {}))
        return found

    def _items(self, task: Task, scope: _Scope) -> Iterator[tuple[Layer, ...]]:
        if "loop" not in task:
            yield ()
            return
        name = task.get("loop_control", {}).get("loop_var", "item")
        for item in self._variables(scope).template(task["loop"]):
            yield (Layer({name: item}, templates=False),)

    def _import(self, module: str, arguments: Any, scope: _Scope) -> None:
        if module.endswith("_tasks"):
            file = arguments["file"] if isinstance(arguments, Mapping) else arguments
            file = self._variables(scope).template(file)
            base = next(one for one in (scope.directory, *_task_directories(scope.role)) if (one / file).is_file())
            self._tasks(_yaml(base / file), replace(scope, directory=(base / file).parent))
            return
        role = ROOT / "roles" / arguments["name"].rpartition(".")[2]
        own = Layer(_yaml(role / "vars/main.yml")) if (role / "vars/main.yml").exists() else Layer({})
        tasks = role / f"tasks/{arguments.get('tasks_from', 'main')}.yml"
        defaults = {**scope.defaults, **_yaml(role / "defaults/main.yml")}
        inner = replace(scope, directory=tasks.parent, role=role, layers=(own, *scope.layers), defaults=defaults)
        self._tasks(_yaml(tasks), inner)

    def _holds(self, conditions: Sequence[Any], scope: _Scope) -> bool:
        variables = self._variables(scope)
        return all(bool(variables.evaluate(one)) for one in conditions)

    def _variables(self, scope: _Scope) -> Variables:
        facts = self._facts[scope.host]
        magic = {
            "hostvars": HostVariables((host, self._host_variables(host)) for host in self._groups["all"]),
            "groups": self._groups,
            "inventory_hostname": scope.host,
            "ansible_play_hosts": [scope.host],
            "ansible_play_hosts_all": [scope.host],
            "ansible_run_tags": ["all"],
            "ansible_skip_tags": [],
            "ansible_check_mode": scope.check,
            "lookup": self._lookup,
        }
        return Variables(
            [
                Layer(self._extra),
                *scope.parameters,
                Layer(magic, templates=False),
                Layer(facts, templates=False),
                *scope.layers,
                Layer(self._inventory),
                Layer(scope.defaults),
                Layer(GLOBALS, templates=False),
            ]
        )

    def _host_variables(self, host: str) -> Variables:
        magic = {"lookup": self._lookup}
        layers = [
            Layer(self._extra),
            Layer(magic, templates=False),
            Layer(self._facts[host], templates=False),
            Layer(self._inventory),
            Layer(GLOBALS, templates=False),
        ]
        return Variables(layers)


def _inner(task: Task, scope: _Scope) -> _Scope:
    """The scope of what a block, an import or a task holds."""
    inner = replace(scope, conditions=(*scope.conditions, *_conditions(task)))
    if "vars" in task:
        inner = replace(inner, parameters=(Layer(task["vars"]), *scope.parameters))
    return replace(inner, check=bool(task["check_mode"])) if "check_mode" in task else inner


def _conditions(task: Task) -> list[Any]:
    found = task.get("when", [])
    return list(found) if isinstance(found, list) else [found]


def _task_directories(role: Path | None) -> list[Path]:
    return [role / "tasks"] if role else []


def _plays(playbook: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for play in _yaml(playbook):
        if "ansible.builtin.import_playbook" in play:
            assert set(play) <= {"name", "vars", "ansible.builtin.import_playbook"}, f"{playbook}: {sorted(play)}"
            for directory, imported in _plays(playbook.parent / play["ansible.builtin.import_playbook"]):
                yield directory, {**imported, "vars": {**imported.get("vars", {}), **play.get("vars", {})}}
        else:
            yield playbook.parent, play


@cache
def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


@cache
def _action_groups() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = _yaml(ROOT / "meta/runtime.yml")["action_groups"]
    return groups


def _refuse_unknown(what: str, found: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(found) - known)
    if unknown:
        raise NotImplementedError(f"{what} with {', '.join(unknown)}")
