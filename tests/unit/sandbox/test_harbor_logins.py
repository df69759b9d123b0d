# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may log in to the sandbox's Harbor, and how: locks after wrong passwords, sessions, CSRF, tokens."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import requests

from tests.sandbox.harbor import HarborServer
from tests.unit.sandbox.harbor_support import Client

Start = Callable[..., tuple[HarborServer, Client]]
_TIMEOUT = 10
LOCKED = 0.3


@pytest.fixture(params=["1.8", "2.9", "2.15"])
def harbor(request: pytest.FixtureRequest, start: Start) -> HarborServer:
    """A Harbor that locks users for a short time only."""
    started, _client = start(request.param)
    started.settings.harbor_lock_seconds = LOCKED
    return started


def get(harbor: HarborServer, password: str, path: str = "users/current", user: str = "") -> tuple[int, float]:
    """Status and seconds of a GET."""
    begin = time.monotonic()
    url = f"{harbor.url}{harbor.flavour.base}/{path}"
    answer = requests.get(url, auth=(user or harbor.username, password), timeout=_TIMEOUT)
    return answer.status_code, time.monotonic() - begin


@pytest.mark.parametrize("path", ["users/current", "systeminfo", "nowhere"])
def test_a_wrong_password_takes_as_long_as_the_lock(harbor: HarborServer, path: str) -> None:
    assert get(harbor, "wrong", path)[1] >= LOCKED
    time.sleep(0.05)
    assert get(harbor, harbor.password)[0] == 200


def test_a_locked_user_is_refused_at_once_and_not_locked_longer(harbor: HarborServer) -> None:
    harbor.logins.lock(harbor.username)
    checks = harbor.logins.checks
    end = time.monotonic() + LOCKED
    while (answer := get(harbor, harbor.password))[0] == 401:
        assert answer[1] < LOCKED
        assert time.monotonic() < end + 1
    assert time.monotonic() >= end - 0.05
    assert harbor.logins.checks == checks + 1


def test_other_users_and_robots_are_not_locked(start: Start) -> None:
    harbor, client = start("2.15")
    body = {"username": "joe", "password": "Harbor12345", "email": "joe@example.com", "realname": "joe"}
    client.make("users", body)
    access = [{"resource": "registry", "action": "list"}]
    permissions = [{"kind": "system", "namespace": "/", "access": access}]
    robot = client.call(
        "POST", "robots", {"name": "ci", "level": "system", "duration": 1, "permissions": permissions}
    ).json()
    for name in (harbor.username, robot["name"]):
        harbor.logins.lock(name)
    harbor.settings.harbor_password_seconds = LOCKED
    assert get(harbor, "Harbor12345", user="joe")[0] == 200
    status, seconds = get(harbor, robot["secret"], "registries", robot["name"])
    assert status == 200 and seconds < LOCKED, "the secret of a robot is checked at no cost"
    assert get(harbor, harbor.password)[0] == 401


def test_the_check_of_a_password_costs_what_is_set(harbor: HarborServer) -> None:
    harbor.settings.harbor_password_seconds = 0.3
    assert get(harbor, harbor.password)[1] >= 0.3


def test_a_session_is_opened_with_a_token_and_needs_it_for_changes(start: Start) -> None:
    harbor, client = start("2.15")
    with requests.Session() as browser:
        assert browser.post(f"{harbor.url}/c/login", timeout=_TIMEOUT).status_code == 403
        browser.cookies.clear()
        url = f"{harbor.url}{harbor.flavour.base}"
        assert "X-Harbor-CSRF-Token" not in browser.get(f"{url}/ping", timeout=_TIMEOUT).headers
        before = browser.cookies["sid"]
        token = {"X-Harbor-CSRF-Token": browser.get(f"{url}/ping", timeout=_TIMEOUT).headers["X-Harbor-CSRF-Token"]}
        for password, status in (("wrong", 401), (harbor.password, 200)):
            form = {"principal": harbor.username, "password": password}
            answer = browser.post(f"{harbor.url}/c/login", data=form, headers=token, timeout=_TIMEOUT)
            assert answer.status_code == status
        assert browser.cookies["sid"] != before, "a session of before the login is worth nothing afterwards"
        assert browser.get(f"{url}/users/current", timeout=_TIMEOUT).json()["username"] == harbor.username
        project = {"project_name": "blue"}
        for headers, status in (({}, 403), ({"X-Harbor-CSRF-Token": "other"}, 403), (token, 201)):
            answer = browser.post(f"{url}/projects", json=project, headers=headers, timeout=_TIMEOUT)
            assert answer.status_code == status
        assert browser.get(f"{harbor.url}/v2/", timeout=_TIMEOUT).status_code == 200
        harbor.sessions.clear()
        answer = browser.get(f"{url}/users/current", timeout=_TIMEOUT)
        assert answer.status_code == 401 and "sid" in answer.cookies
    assert client.get("users/current")


@pytest.mark.parametrize("version", ["1.8", "2.15"])
def test_the_token_service_refuses_a_wrong_password_only_where_no_scope_is_wanted(start: Start, version: str) -> None:
    harbor, _client = start(version)
    harbor.settings.harbor_lock_seconds = 0.05
    wrong = (harbor.username, "wrong")
    url = f"{harbor.url}/service/token?service=harbor-registry"
    assert requests.get(url, auth=wrong, timeout=_TIMEOUT).status_code == 401
    scope = "repository:shop/web:pull"
    token = requests.get(f"{url}&scope={scope}", auth=wrong, timeout=_TIMEOUT).json()["token"]
    manifest = f"{harbor.url}/v2/shop/web/manifests/v1"
    assert requests.head(manifest, headers={"Authorization": f"Bearer {token}"}, timeout=_TIMEOUT).status_code == 401
