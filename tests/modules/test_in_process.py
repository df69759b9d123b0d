# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same play with its modules in forks of the worker and through AnsiballZ: the same results, warnings and secrets.

One play holds all tasks, and runs twice on the oldest and twice on the newest ansible-core.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.modules.tcr_connection import QUICK_WAIT
from tests.sandbox import Sandbox
from tests.support.playbooks import PlaybookRun, run_playbook
from tests.tools.matrix import Core, cores, target_python

COLLECTION = "cloud_registry.migration"
SECRET = "Geheim-12345"
LOOPS = ("set", "set_of_harbor", "single_object")
TWELVE = [True, True, False, False] * 3
# What Ansible adds only when it is asked to.
VERBOSE = {"ANSIBLE_INJECT_INVOCATION": "1", "ANSIBLE_DISPLAY_TRACEBACK": "error"}
ALICE = {"username": "alice", "email": "alice@example.com", "password": SECRET, "comment": f"first: {SECRET}"}
EDITION = "basic"
# Of these it only matters whether they are there.
VOLATILE = ("exception", "id", "results_file")
ADDRESSES = [f"203.0.113.{number}" for number in range(1, 7)]


def steps(*states: dict[str, Any]) -> list[dict[str, Any]]:
    """Four steps for each state, as items of a loop: predict, do, predict again, do again."""
    return [{"check": check, **options} for options in states for check in (True, False, True, False)]


def task(module: str, options: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    return {f"{COLLECTION}.{module}": options, "ignore_errors": True, **keywords}


def looped(module: str, options: dict[str, Any], items: list[dict[str, Any]], **keywords: Any) -> dict[str, Any]:
    """A task for each step, with the difference shown."""
    return task(module, options, loop=items, check_mode="{{ item.check }}", diff=True, **keywords)


def tasks_of_the_controller(facts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Tasks by the name of their result; the connection options come from module_defaults."""
    namespace = {"namespaces": "{{ item.members }}", "state": "{{ item.state }}"}
    project = {"projects": "{{ item.members }}", "state": "{{ item.state }}"}
    credential = {"TENCENTCLOUD_SECRET_ID": facts["tcr_secret_id"], "TENCENTCLOUD_SECRET_KEY": facts["tcr_secret_key"]}
    teams = [{"name": "team-a", "public": True}, {"name": "team-b"}]
    changed_teams = [{"name": "team-a", "public": False}]
    return {
        "set": looped(
            "tcr_namespace",
            namespace,
            steps(
                {"members": teams, "state": "present"},
                {"members": changed_teams, "state": "present"},
                {"members": teams, "state": "absent"},
            ),
        ),
        "set_of_harbor": looped(
            "harbor_project",
            project,
            steps({"members": teams, "state": "present"})[:2],
        ),
        "single_object": looped(
            "tcr_public_access",
            {"state": "{{ item.state }}", **QUICK_WAIT},
            steps({"state": "present"}),
        ),
        "info": task("tcr_instance_info", {"query": "[].name"}),
        "info_of_harbor": task("harbor_info", {}),
        "defaults_of_one_module": task(
            "tcr_instance_info", {}, module_defaults={f"{COLLECTION}.tcr_instance_info": {"query": "[].status"}}
        ),
        "failed": task("tcr_instance_info", {"registry_id": "tcr-missing"}, retries=1, delay=0, until="false"),
        "refused": task("tcr_instance_info", {"no_such_option": True}),
        "contradiction": task("tcr_instance_info", {"registry_id": "tcr-1", "domain": "a.example.com"}),
        "no_log_option": task("harbor_user", {"users": [ALICE]}, loop=["once"]),
        "no_log_task": task("harbor_user", {"users": [ALICE]}, no_log=True),
        "warning": task("tcr_requirements_info", {"public_cidrs": ADDRESSES}),
        "task_environment": task(
            "tcr_instance_info",
            {"query": "[].name"},
            environment="{{ item }}",
            loop=[credential, {"TENCENTCLOUD_SECRET_ID": "alone"}],
            module_defaults={f"group/{COLLECTION}.tcr": {name: facts[name] for name in ("tcr_endpoint", "tcr_region")}},
        ),
        "other_python": task("harbor_info", {}, vars={"ansible_python_interpreter": target_python()}),
        "asynchronous": {**task("harbor_info", {}), "async": 60, "poll": 1},
    }


def tasks_of_another_host() -> dict[str, dict[str, Any]]:
    """Tasks for a host that is never reached: they are delegated to the controller."""
    return {
        "delegated": task("tcr_instance_info", {"query": "[].name"}, delegate_to="localhost"),
        "once": task("tcr_instance_info", {"query": "[].name"}, delegate_to="localhost", run_once=True),
        "short_name": {"tcr_instance_info": {"query": "[].name"}, "delegate_to": "localhost"},
    }


def book(facts: dict[str, Any], results: Path, wanted: Callable[[str], bool]) -> list[dict[str, Any]]:
    """Two plays with the wanted tasks, and one that writes their results into a file."""
    tcr = {name: facts[name] for name in ("tcr_endpoint", "tcr_secret_id", "tcr_secret_key", "tcr_region")}
    harbor = {name: facts[name] for name in ("harbor_url", "harbor_username", "harbor_password")}
    defaults = {f"group/{COLLECTION}.tcr": tcr, f"group/{COLLECTION}.harbor": harbor}
    one_registry = {"registry_id": facts["registry_id"]}
    defaults |= {
        f"{COLLECTION}.{module}": one_registry
        for module in ("tcr_namespace", "tcr_public_access", "tcr_requirements_info")
    }
    common = {"gather_facts": False, "module_defaults": defaults}

    def registered(tasks: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"name": name, "register": name, **one} for name, one in tasks.items() if wanted(name)]

    here, elsewhere = registered(tasks_of_the_controller(facts)), registered(tasks_of_another_host())
    collected = {one["register"]: f"{{{{ {one['register']} }}}}" for one in here}
    collected |= {one["register"]: f"{{{{ hostvars.elsewhere.{one['register']} }}}}" for one in elsewhere}
    write = {"ansible.builtin.copy": {"content": "{{ collected | to_nice_json }}", "dest": str(results)}}
    return [
        {"hosts": "localhost", **common, "tasks": here},
        {"hosts": "elsewhere", **common, "collections": [COLLECTION], "tasks": elsewhere},
        {"hosts": "localhost", "gather_facts": False, "vars": {"collected": collected}, "tasks": [write]},
    ]


@dataclass(frozen=True)
class Outcome:
    """The results of a play, without what is another in each sandbox, and its output."""

    results: dict[str, Any]
    run: PlaybookRun

    def runs(self, how: str) -> list[str]:
        """The modules that ran in this way, with their reasons, in the order of the tasks."""
        return re.findall(rf"^{re.escape(COLLECTION)}\.(\w+) runs {how}", self.run.output, re.MULTILINE)


def everything(_name: str) -> bool:
    return True


def is_loop(name: str) -> bool:
    return name in LOOPS


def play(core: Core, directory: Path, in_process: bool, wanted: Callable[[str], bool] = everything) -> Outcome:
    """Run the play against a sandbox of its own."""
    directory.mkdir()
    with Sandbox(directory / "sandbox", seed="none", network="public", rate_limits=False) as sandbox:
        sandbox.tcr.registry.type = EDITION
        results = directory / "results.json"
        (directory / "play.yml").write_text(json.dumps(book(sandbox.facts, results, wanted)))
        inventory = directory / "hosts"
        inventory.write_text(
            'localhost ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"\n'
            "elsewhere ansible_host=192.0.2.1\n"
        )
        switch = f"cloud_registry_in_process={str(in_process).lower()}"
        run = run_playbook(
            core,
            ["-vvv", "-i", inventory, "-e", switch, directory / "play.yml"],
            home=directory / "home",
            environment=VERBOSE,
        )
        assert results.is_file(), run.output
        return Outcome(comparable(results.read_text(), sandbox.facts), run)


def comparable(text: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Results without what is another in each sandbox: addresses, times, numbers, jobs, and the paths of a traceback."""
    for name, value in sorted(facts.items(), key=lambda item: -len(str(item[1]))):
        if isinstance(value, str) and len(value) > 5:
            text = text.replace(value, f"<{name}>")
    text = re.sub(r"\d{4}-\d\d-\d\d[T ][0-9:.]+(Z|[+-]\d\d:?\d\d)?", "<time>", text)
    text = re.sub(r"j?\d{6,}\.\d+", "<job>", text)
    found: dict[str, Any] = json.loads(text, object_hook=_without_numbers)
    return found


def _without_numbers(value: dict[str, Any]) -> dict[str, Any]:
    return {key: bool(one) if key in VOLATILE else one for key, one in value.items()}


@pytest.fixture(scope="module", params=cores(), ids=lambda core: core.line)
def forked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Core, Path, Outcome]:
    """The core, a directory, and the outcome in forks."""
    directory = tmp_path_factory.mktemp("in-process")
    return request.param, directory, play(request.param, directory / "on", True)


@pytest.fixture(scope="module")
def shipped_loops(forked: tuple[Core, Path, Outcome]) -> Outcome:
    """The loops through AnsiballZ."""
    core, directory, _outcome = forked
    return play(core, directory / "loops", False, is_loop)


@pytest.fixture(scope="module")
def outcomes(forked: tuple[Core, Path, Outcome], shipped_loops: Outcome) -> tuple[Outcome, Outcome]:
    """In forks, and through AnsiballZ."""
    core, directory, outcome = forked
    rest = play(core, directory / "rest", False, lambda name: not is_loop(name))
    output = shipped_loops.run.output + rest.run.output
    return outcome, Outcome({**shipped_loops.results, **rest.results}, replace(rest.run, output=output))


def test_in_forks_nothing_is_sent(forked: tuple[Core, Path, Outcome]) -> None:
    """This and the next are the first of the file, so that no test waits for all plays."""
    outcome = forked[2]
    assert outcome.runs("through AnsiballZ: ") == ["harbor_info", "harbor_info"], "another Python, and async"
    assert outcome.runs("in a fork of the worker")


def test_loops_are_the_same(forked: tuple[Core, Path, Outcome], shipped_loops: Outcome) -> None:
    assert shipped_loops.results.keys() == set(LOOPS)
    for name in LOOPS:
        assert forked[2].results[name] == shipped_loops.results[name], name


def test_results_are_the_same(outcomes: tuple[Outcome, Outcome]) -> None:
    forked, shipped = (outcome.results for outcome in outcomes)
    assert forked.keys() == shipped.keys()
    for name in shipped:
        assert forked[name] == shipped[name], name


def test_all_but_what_needs_ansiballz_runs_in_forks(outcomes: tuple[Outcome, Outcome]) -> None:
    forked, shipped = outcomes
    assert not shipped.runs("in a fork of the worker")
    assert len(shipped.runs("through AnsiballZ: cloud_registry_in_process is false")) == 2 + len(
        forked.runs("in a fork of the worker")
    )


@pytest.mark.parametrize(("name", "number"), [("set", 12), ("set_of_harbor", 2), ("single_object", 4)], ids=str)
def test_the_steps_predict_and_do(outcomes: tuple[Outcome, Outcome], name: str, number: int) -> None:
    results = outcomes[0].results[name]["results"]
    assert [one["changed"] for one in results] == TWELVE[:number]
    predicted, done = results[0], results[1]
    assert predicted["diff"] == done["diff"] and predicted["diff"]
    assert predicted["invocation"]["module_args"]["state"] == "present"


def test_tasks_get_what_they_should(outcomes: tuple[Outcome, Outcome]) -> None:
    results = outcomes[0].results
    names = results["info"]["instances"]
    assert names and results["info"]["changed"] is False
    for same in ("delegated", "once", "short_name"):
        assert results[same]["instances"] == names
    assert results["defaults_of_one_module"]["instances"] == ["Running"]
    assert results["other_python"]["harbor"] == results["info_of_harbor"]["harbor"] == results["asynchronous"]["harbor"]


def test_failures_are_results(outcomes: tuple[Outcome, Outcome]) -> None:
    results = outcomes[0].results
    assert results["failed"]["error"]["kind"] == "NotFound" and results["failed"]["attempts"] == 1
    assert results["refused"]["msg"].startswith(f"Unsupported parameters for ({COLLECTION}.tcr_instance_info)")
    assert results["contradiction"]["msg"] == "parameters are mutually exclusive: registry_id|registry_name|domain"
    assert all(results[name]["failed"] for name in ("failed", "refused", "contradiction"))


def test_the_environment_of_a_task_is_its_own(outcomes: tuple[Outcome, Outcome]) -> None:
    first, second = outcomes[0].results["task_environment"]["results"]
    assert first["instances"]
    assert "The environment sets TENCENTCLOUD_SECRET_ID, but not TENCENTCLOUD_SECRET_KEY" in second["msg"]


def test_warnings_are_shown_once(outcomes: tuple[Outcome, Outcome]) -> None:
    for outcome in outcomes:
        (warning,) = outcome.results["warning"]["warnings"]
        assert "holds 0 whitelist entries" in warning
        assert outcome.run.output.count("[WARNING]: The registry ") == 1
        assert "errantly sent data" not in outcome.run.output


def test_secrets_are_not_shown(outcomes: tuple[Outcome, Outcome]) -> None:
    for outcome in outcomes:
        (user,) = outcome.results["no_log_option"]["results"]
        assert user["changed"] and user["users"][0]["comment"] == "first: ********"
        assert user["invocation"]["module_args"]["users"][0]["password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
        assert SECRET not in outcome.run.output
        assert SECRET not in json.dumps(outcome.results)
        assert "the output has been hidden" in outcome.run.output


@pytest.mark.parametrize("core", cores(), ids=lambda core: core.line)
def test_what_modules_share_is_imported_once_before_the_workers(core: Core, tmp_path: Path) -> None:
    refused = task("tcr_namespace", {"no_such_option": True})
    variables = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    one = {"hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": [refused, refused]}
    (tmp_path / "play.yml").write_text(json.dumps([one]))
    report = {"PYTHONPROFILEIMPORTTIME": "1"}
    run = run_playbook(
        core, ["-c", "local", "-i", "localhost,", tmp_path / "play.yml"], home=tmp_path / "home", environment=report
    )
    assert run.total("ignored") == 2, run.output
    for name in ("requests", "_http.client", "_harbor.api.client", "_tcr.api.client"):
        assert len(re.findall(rf"^import time: .*[ .]{re.escape(name)}$", run.output, re.MULTILINE)) == 1, name
