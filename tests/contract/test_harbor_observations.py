# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was seen at a real Harbor 2.15.2, seen again at the sandbox: locked users, costly passwords, lists without order."""

from __future__ import annotations

import json
import re
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.sandbox.core.network import Network
from tests.sandbox.core.web import Faults, Journal
from tests.sandbox.harbor import HarborServer
from tests.sandbox.harbor.settings import HarborSettings

_RECORDS = Path(__file__).parent / "records"


@pytest.fixture
def harbor(tmp_path: Path) -> Iterator[HarborServer]:
    """A Harbor with the settings that it has by itself."""
    started = HarborServer("2.15", Network(list), Journal(), Faults(), HarborSettings(), tmp_path)
    started.start()
    yield started
    started.close()


def ask(harbor: HarborServer, account: tuple[str, str] | None, path: str = "users/current") -> tuple[int, float]:
    """Status of a GET, and how long it took."""
    begin = time.monotonic()
    answer = requests.get(f"{harbor.url}/api/v2.0/{path}", auth=account, timeout=10)
    return answer.status_code, time.monotonic() - begin


def test_while_somebody_elses_wrong_password_is_pending_the_right_one_is_refused_at_once(harbor: HarborServer) -> None:
    seen = re.findall(
        r"failed=(True) after ([\d.]+)s .*'status': (\d+)", (_RECORDS / "user-lock-2.15.2.txt").read_text()
    )
    assert seen == [("True", "0.0", "401")]
    right = (harbor.username, harbor.password)
    somebody = threading.Thread(target=ask, args=(harbor, (harbor.username, "wrong")))
    somebody.start()
    time.sleep(0.3)
    status, seconds = ask(harbor, right)
    assert status == int(seen[0][2]) and seconds < 0.5
    somebody.join()
    time.sleep(0.1)
    assert ask(harbor, right)[0] == 200, "afterwards: False"


def test_the_password_of_a_user_costs_what_was_measured_and_a_robot_nothing(harbor: HarborServer) -> None:
    measured = json.loads((_RECORDS / "cost-of-passwords-2.15.2.json").read_text())
    cost = statistics.median(measured["admin"]) / 10
    assert cost * 10 > 5 * statistics.median(measured["robot"])
    right = (harbor.username, harbor.password)
    body = {"name": "ci", "level": "system", "duration": 1, "disable": False}
    permissions = [{"kind": "system", "namespace": "/", "access": [{"resource": "registry", "action": "list"}]}]
    answer = requests.post(
        f"{harbor.url}/api/v2.0/robots", json={**body, "permissions": permissions}, auth=right, timeout=10
    ).json()
    harbor.settings.harbor_password_seconds = cost
    assert ask(harbor, right, "systeminfo")[1] >= cost
    for account in ((answer["name"], answer["secret"]), None):
        assert ask(harbor, account, "systeminfo")[1] < cost


def test_the_permissions_of_a_robot_come_in_any_order(harbor: HarborServer) -> None:
    recorded = json.loads((_RECORDS / "robot-permission-order-2.15.2.json").read_text())["answers"]
    permissions = [
        {
            "kind": kind,
            "namespace": namespace,
            "access": [dict(zip(("resource", "action"), one.split(":"), strict=True)) for one in access.split(",")],
        }
        for kind, namespace, access in recorded[0]
    ]
    right = (harbor.username, harbor.password)
    robots = f"{harbor.url}/api/v2.0/robots"
    body = {"name": "ci", "level": "system", "duration": 1, "disable": False, "permissions": permissions}
    assert requests.post(robots, json=body, auth=right, timeout=10).status_code == 201
    given = [
        [
            [part["kind"], part["namespace"], ",".join(f"{one['resource']}:{one['action']}" for one in part["access"])]
            for part in requests.get(robots, auth=right, timeout=10).json()[0]["permissions"]
        ]
        for _answer in recorded
    ]
    for answers in (recorded, given):
        assert {json.dumps(sorted(answer)) for answer in answers} == {json.dumps(sorted(recorded[0]))}
        assert len({json.dumps(answer) for answer in answers}) == 2
