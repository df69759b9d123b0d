# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of harbor_robot share: options, clients that work as a robot."""

from __future__ import annotations

from typing import Any

from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.api.client import HarborClient
from tests.modules.harbor_connection import connection
from tests.sandbox.harbor.api.identity import robot_with

TOKENS = ("1.8", "1.10", "2.0")
SECRETS = ("2.9", "2.15")
PULL = [{"access": {"repository": ["pull"]}}]


def of_project(sandbox: Any, *robots: dict[str, Any], **more: Any) -> dict[str, Any]:
    return connection(sandbox, **{"project": "blue", "robots": list(robots), **more})


def of_system(sandbox: Any, *robots: dict[str, Any], **more: Any) -> dict[str, Any]:
    return connection(sandbox, **{"robots": list(robots), **more})


def client_as(sandbox: Any, robot: dict[str, Any]) -> HarborClient:
    """A client that works as a robot."""
    return HarborClient(sandbox.facts["harbor_url"], robot["username"], robot["secret"])


def may_pull(sandbox: Any, robot: dict[str, Any]) -> bool:
    """Whether Harbor knows a robot and its secret."""
    return robot_with(sandbox.harbor.state, robot["username"], robot["secret"]) is not None


def with_blue(sandbox: Any) -> Any:
    """The sandbox, its Harbor with the private project blue."""
    state = sandbox.harbor.state
    state.add_project("blue", {"public": "false"}, state.users[1])
    return sandbox
