# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found out once is handed to other modules, which then ask nothing for it, and never trust it too far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.modules import harbor_connection, tcr_connection
from tests.modules.migration_scene import POLICY, Scene, copy_by_hand
from tests.modules.tcr_connection import runner
from tests.support.steps import fail, succeed

DETECTION = ("/version", "/users/current", "/systeminfo")


def harbor_paths(sandbox: Any) -> list[str]:
    """The calls of Harbor's API since the journal was cleared."""
    return [entry.path for entry in sandbox.journal.entries if entry.service == "harbor"]


def tcr_actions(sandbox: Any) -> list[str]:
    """The calls of the TCR API since the journal was cleared."""
    return [entry.action for entry in sandbox.journal.entries if entry.service == "tcr"]


def detected(sandbox: Any, **options: Any) -> dict[str, Any]:
    """What harbor_info tells others."""
    found = succeed(runner("harbor_info"), harbor_connection.connection(sandbox, **options))
    sandbox.journal.clear()
    told: dict[str, Any] = found["harbor"]["detected"]
    return told


def registry(sandbox: Any, **changes: Any) -> dict[str, Any]:
    """What tcr_instance_info tells about the registry, with changes."""
    found = succeed(runner("tcr_instance_info"), tcr_connection.connection(sandbox))
    sandbox.journal.clear()
    return {**found["instances"][0], **changes}


@pytest.mark.parametrize("version", ["1.8", "2.15"])
def test_a_harbor_that_is_known_is_not_detected_again(make_sandbox: Callable[..., Any], version: str) -> None:
    sandbox = make_sandbox(harbor_version=version, seed="none")
    options = harbor_connection.connection(sandbox, harbor_detected=detected(sandbox))
    succeed(runner("harbor_registry_info"), options)
    login = ["ping", "login"] if version == "2.15" else []
    assert [path.rpartition("/")[2] for path in harbor_paths(sandbox)] == [*login, "registries"]


def test_what_another_user_may_is_asked_again(empty_sandbox: Any) -> None:
    known = {**detected(empty_sandbox), "username": "somebody"}
    succeed(runner("harbor_registry_info"), harbor_connection.connection(empty_sandbox, harbor_detected=known))
    assert any(path.endswith("/users/current") for path in harbor_paths(empty_sandbox))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"url": "https://other.example.com"}, "harbor_detected is about the Harbor at https://other.example.com, but"),
        ({"generation": None}, "harbor_detected is not what harbor_info returns"),
        ({"proven_version": [2]}, "harbor_detected is not what harbor_info returns"),
    ],
)
def test_what_is_no_description_of_this_harbor_is_refused(
    empty_sandbox: Any, changes: dict[str, Any], message: str
) -> None:
    known = {**detected(empty_sandbox), **changes}
    options = harbor_connection.connection(empty_sandbox, harbor_detected=known)
    assert message in fail(runner("harbor_registry_info"), options)["msg"]
    assert harbor_paths(empty_sandbox) == []


def test_a_wrong_password_is_noticed_where_harbor_would_show_less(shared_sandbox: Any) -> None:
    options = {"harbor_detected": detected(shared_sandbox), "harbor_password": "wrong"}
    for module, own in (
        ("harbor_inventory_info", {}),
        ("harbor_project", {"state": "absent", "projects": [{"name": "shop"}]}),
        ("harbor_registry_info", {}),
    ):
        result = fail(runner(module), harbor_connection.connection(shared_sandbox, **options, **own))
        assert "password" in result["msg"], module


def test_harbor_info_asks_whatever_is_known(empty_sandbox: Any) -> None:
    known = {**detected(empty_sandbox), "version_text": "old"}
    options = harbor_connection.connection(empty_sandbox, harbor_detected=known)
    assert succeed(runner("harbor_info"), options)["harbor"]["version_text"] != "old"


@pytest.mark.parametrize("region", ["ap-guangzhou", None])
def test_a_registry_that_is_known_is_not_looked_up_again(make_sandbox: Callable[..., Any], region: str | None) -> None:
    sandbox = make_sandbox(harbor_version=None)
    options = tcr_connection.connection(sandbox, tcr_registry=registry(sandbox), tcr_region=region)
    succeed(runner("tcr_namespace"), {**options, "namespaces": [{"name": "shop"}]})
    succeed(runner("tcr_repository_info"), options)
    succeed(runner("tcr_requirements_info"), options)
    assert "DescribeInstances" not in tcr_actions(sandbox)


@pytest.mark.parametrize(
    "changes",
    [{"registry_id": "tcr-another1"}, {"status": "Deploying"}, {"region": "ap-hongkong"}, {"type": None}],
    ids=str,
)
def test_what_is_known_of_another_registry_is_not_used(
    make_sandbox: Callable[..., Any], changes: dict[str, Any]
) -> None:
    sandbox = make_sandbox(harbor_version=None)
    options = tcr_connection.connection(sandbox, tcr_registry=registry(sandbox, **changes))
    succeed(runner("tcr_repository_info"), options)
    assert tcr_actions(sandbox).count("DescribeInstances") == 1


def test_tcr_instance_info_asks_whatever_is_known(make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(harbor_version=None)
    options = tcr_connection.connection(sandbox, tcr_registry=registry(sandbox, type="old"))
    assert succeed(runner("tcr_instance_info"), options)["instances"][0]["type"] != "old"


@pytest.fixture
def copied(sandbox: Any) -> Scene:
    """Everything of the project library is at the target, in the way of a Harbor and a TCR that are known."""
    stage = Scene(sandbox, ["library"])
    for repository in ("library/base", "library/nginx"):
        copy_by_hand(sandbox, repository)
    return stage


def test_verifying_with_all_that_is_known_asks_harbor_nothing(copied: Scene) -> None:
    sandbox = copied.sandbox
    known = {"harbor_detected": detected(sandbox), "tcr_registry": registry(sandbox)}
    read = succeed(runner("harbor_inventory_info"), copied.inventory(projects=["library"]))["inventory"]
    sandbox.journal.clear()
    result = succeed(runner("migration_verify"), copied.verify(**known, inventory=read))
    assert result["equal"] and "inventory" not in result
    assert harbor_paths(sandbox) == [] and "DescribeInstances" not in tcr_actions(sandbox)


def test_a_verification_hands_on_what_it_read(copied: Scene) -> None:
    first = succeed(runner("migration_verify"), copied.verify())
    copied.sandbox.journal.clear()
    second = succeed(runner("migration_verify"), copied.verify(inventory=first["inventory"]))
    assert second["repositories"] == first["repositories"] and second["totals"] == first["totals"]
    assert all(path.endswith(DETECTION) for path in harbor_paths(copied.sandbox))


@pytest.mark.parametrize(
    ("selection", "changes", "message"),
    [
        ({"tags": ["1.*"]}, {}, "with the selection"),
        ({}, {"source": "https://other.example.com"}, "inventory is that of https://other.example.com"),
        ({}, {"repositories": None}, "inventory is not what harbor_inventory_info returns"),
    ],
)
def test_an_inventory_of_something_else_is_refused(
    shared_sandbox: Any, selection: dict[str, Any], changes: dict[str, Any], message: str
) -> None:
    stage = Scene.__new__(Scene)
    stage.sandbox = shared_sandbox
    read = succeed(runner("harbor_inventory_info"), stage.inventory(projects=["library"], **selection))["inventory"]
    assert message in fail(runner("migration_verify"), stage.verify(inventory={**read, **changes}))["msg"]


def test_a_look_at_an_execution_takes_both(copied: Scene) -> None:
    sandbox = copied.sandbox
    known = {"harbor_detected": detected(sandbox), "tcr_registry": registry(sandbox)}
    started = succeed(runner("harbor_replication_execution"), copied.execution(**known, **copied.proof(), wait=True))
    assert started["execution"]["policy"] == POLICY and started["verdict"] == "succeeded"
    asked = [path for path in harbor_paths(sandbox) if path.endswith(("/version", "/users/current"))]
    assert len(asked) <= 1, "the login is confirmed before projects are listed"
    assert "DescribeInstances" not in tcr_actions(sandbox)
