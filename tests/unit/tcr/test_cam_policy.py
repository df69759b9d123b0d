# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CAM policy of a migration: its syntax, its resources, and what belongs to which way."""

from __future__ import annotations

import json

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules.cam_policy import (
    LONGEST_POLICY,
    MigrationPath,
    access_policy,
    needed_actions,
)
from tests.sandbox.tcr.parameters import ACTIONS

KNOWN = MigrationPath("public", False, "tcr-1", "ap-guangzhou", ("shop", "library", "shop"))
WAYS = [("public", False), ("private", False), ("private", True)]


@pytest.mark.parametrize(("network", "vpc_dns"), WAYS)
def test_the_document_is_what_cam_takes(network: str, vpc_dns: bool) -> None:
    path = MigrationPath(network, vpc_dns, "tcr-1", "ap-guangzhou", ("shop",))
    document = access_policy(path)
    assert document["version"] == "2.0"
    assert list(document) == ["version", "statement"]
    for statement in document["statement"]:
        assert list(statement) == ["effect", "action", "resource"]
        assert statement["effect"] == "allow"
        for resource in statement["resource"]:
            assert resource == "*" or (resource.startswith("qcs::tcr:") and resource.count(":") == 5)
    listed = [action for statement in document["statement"] for action in statement["action"]]
    assert sorted(listed) == sorted(needed_actions(path))
    assert len(listed) == len(set(listed)), "a right is listed twice"


@pytest.mark.parametrize(("network", "vpc_dns"), WAYS)
def test_actions_of_tcr_exist(network: str, vpc_dns: bool) -> None:
    names = [action.partition(":") for action in needed_actions(MigrationPath(network, vpc_dns))]
    called = {name for service, _colon, name in names if service == "tcr"} - {"PullRepository", "PushRepository"}
    assert called <= set(ACTIONS)


def test_each_way_has_its_own_rights() -> None:
    public, private = (set(needed_actions(MigrationPath(network, vpc_dns=True))) for network in ("public", "private"))
    assert "tcr:ManageExternalEndpoint" in public - private
    assert {"tcr:ManageInternalEndpoint", "tcr:CreateInternalEndpointDns"} <= private - public
    assert "tcr:CreateInternalEndpointDns" not in needed_actions(MigrationPath("private"))


def resources(path: MigrationPath) -> dict[str, list[str]]:
    """Action to its resources."""
    statements = access_policy(path)["statement"]
    return {action: statement["resource"] for statement in statements for action in statement["action"]}


def test_resources_are_as_narrow_as_what_is_known() -> None:
    found = resources(KNOWN)
    content = "qcs::tcr:ap-guangzhou::repository/tcr-1"
    assert found["tcr:DescribeInstances"] == ["*"]
    assert found["tcr:CreateInstanceToken"] == ["qcs::tcr:ap-guangzhou::instance/tcr-1"]
    assert found["tcr:DescribeNamespaces"] == [f"{content}/*"]
    assert found["tcr:CreateNamespace"] == [f"{content}/library", f"{content}/shop"]
    assert found["tcr:PushRepository"] == [f"{content}/library/*", f"{content}/shop/*"]


def test_what_is_not_known_is_left_open() -> None:
    found = resources(MigrationPath("public"))
    assert found["tcr:CreateInstanceToken"] == ["qcs::tcr:::instance/*"]
    assert found["tcr:CreateNamespace"] == ["qcs::tcr:::repository/*/*"]


def test_a_policy_that_would_be_too_long_names_the_registry() -> None:
    many = tuple(f"namespace-{number:04}" for number in range(200))
    document = access_policy(MigrationPath("private", True, "tcr-1", "ap-guangzhou", many))
    assert len(json.dumps(document, separators=(",", ":"))) <= LONGEST_POLICY
    found = resources(MigrationPath("private", True, "tcr-1", "ap-guangzhou", many))
    assert found["tcr:PushRepository"] == ["qcs::tcr:ap-guangzhou::repository/tcr-1/*/*"]
    few = resources(MigrationPath("private", True, "tcr-1", "ap-guangzhou", many[:20]))
    assert len(few["tcr:PushRepository"]) == 20
