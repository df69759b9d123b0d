# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what in the sandbox's Harbor: pushes and robots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.sandbox.harbor import HarborServer
from tests.unit.sandbox.harbor_support import Client, put_image, running_harbor

_TIMEOUT = 10


@pytest.fixture
def newest(tmp_path: Path) -> Iterator[HarborServer]:
    """A 2.15 of its own."""
    with running_harbor("2.15", tmp_path) as server:
        yield server


def test_pushing_needs_a_project_and_rights(newest: HarborServer) -> None:
    account = (newest.username, newest.password)
    missing = requests.post(f"{newest.url}/v2/missing/x/blobs/uploads/", auth=account, timeout=_TIMEOUT)
    assert missing.status_code == 404
    stranger = requests.post(f"{newest.url}/v2/library/x/blobs/uploads/", timeout=_TIMEOUT)
    assert stranger.status_code == 401
    assert stranger.headers["WWW-Authenticate"].startswith(f'Bearer realm="{newest.url}/service/token"')


def test_a_robot_can_do_what_it_was_given_and_has_no_user(newest: HarborServer) -> None:
    admin = Client(newest)
    access = [{"resource": "registry", "action": "list"}]
    permissions = [{"kind": "system", "namespace": "/", "access": access}]
    body = {"name": "mover", "level": "system", "duration": 7, "permissions": permissions}
    made = admin.call("POST", "robots", body).json()
    robot = Client(newest, made["name"], made["secret"])
    assert robot.refused("GET", "users/current")[0] == 412
    assert robot.get("registries") == []
    assert robot.refused("GET", "replication/policies") == (403, "robot$mover")
    assert "secret" not in admin.get(f"robots/{made['id']}")
    wrong = {
        **body,
        "name": "wrong",
        "permissions": [{**permissions[0], "access": [{"resource": "registry", "action": "fly"}]}],
    }
    assert admin.refused("POST", "robots", wrong) == (400, "bad request permission: registry:fly")
    changed = {**body, "name": made["name"], "disable": True}
    assert admin.call("PUT", f"robots/{made['id']}", changed).status_code == 200
    assert robot.call("GET", "registries").status_code == 401


def test_system_rights_cancel_project_rights_of_a_robot_on_2_9(tmp_path: Path) -> None:
    with running_harbor("2.9", tmp_path) as harbor:
        admin = Client(harbor)
        system = {"kind": "system", "namespace": "/", "access": [{"resource": "registry", "action": "list"}]}
        project = {"kind": "project", "namespace": "*", "access": [{"resource": "artifact", "action": "list"}]}
        admin.make("projects", {"project_name": "shop", "metadata": {"public": "false"}})
        put_image(harbor.store, "shop/web", "v1")
        found = {}
        for name, permissions in (("both", [system, project]), ("one", [project])):
            body = {"name": name, "level": "system", "duration": -1, "permissions": permissions}
            made = admin.call("POST", "robots", body).json()
            robot = Client(harbor, made["name"], made["secret"])
            found[name] = robot.call("GET", "projects/shop/repositories/web/artifacts").status_code
        assert found == {"both": 403, "one": 200}
