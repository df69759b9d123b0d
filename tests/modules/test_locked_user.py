# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else's wrong password locks the user for a moment: whichever request meets that, nothing is lost or wrong."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.api import authentication, connection
from tests.modules import harbor_connection
from tests.modules.tcr_connection import runner
from tests.sandbox.core.content import DOCKER_MANIFEST
from tests.sandbox.core.images import image
from tests.support.steps import fail, succeed

SECONDS = 0.2


@pytest.fixture
def short_locks(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """Let locks and the patience with them be short; returns the setting of the sandbox for that."""
    monkeypatch.setattr(authentication, "LOCK", SECONDS)
    monkeypatch.setattr(connection, "LOCK", SECONDS)
    monkeypatch.setattr(authentication, "_PAUSE", SECONDS + 0.05)
    return {"harbor_lock_seconds": SECONDS}


def lock_before(sandbox: Any, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Lock the user just before this one of the next checks of a password."""
    logins, order = sandbox.harbor.logins, count()
    check = type(logins).user

    def user(name: str, password: str) -> Any:
        if next(order) == number:
            logins.lock(name)
        return check(logins, name, password)

    monkeypatch.setattr(logins, "user", user)


@pytest.mark.parametrize("public", [False, True], ids=["private", "public"])
@pytest.mark.parametrize("version", ["1.10", "2.9", "2.15"])
def test_what_is_read_is_complete_whenever_the_user_is_locked(
    make_sandbox: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    short_locks: dict[str, float],
    version: str,
    public: bool,
) -> None:
    sandbox = make_sandbox(seed="none", harbor_version=version, **short_locks)
    state = sandbox.harbor.state
    one = image(["base"])
    for name in ("shop", "tools"):
        state.add_project(name, {"public": str(public).lower()}, state.users[1])
        for blob in one.blobs:
            sandbox.harbor.store.put_blob(blob, f"{name}/web")
        sandbox.harbor.store.put_manifest(f"{name}/web", "v1", DOCKER_MANIFEST, one.content)
    options = harbor_connection.connection(sandbox)
    for module, result in (("harbor_inventory_info", "inventory"), ("harbor_info", "harbor")):
        before = sandbox.harbor.logins.checks
        complete = succeed(runner(module), options)[result]
        needed = sandbox.harbor.logins.checks - before
        assert needed <= (3 if version == "2.15" else 12)
        for number in range(needed):
            lock_before(sandbox, monkeypatch, number)
            found = succeed(runner(module), options)[result]
            assert found == complete, f"{module}: locked before check {number} of {needed}"


@pytest.mark.parametrize("version", ["1.10", "2.9", "2.15"])
def test_a_change_is_made_once_whenever_the_user_is_locked(
    make_sandbox: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, short_locks: dict[str, float], version: str
) -> None:
    sandbox = make_sandbox(seed="none", harbor_version=version, **short_locks)
    for number in range(7):
        name = f"team-{number}"
        lock_before(sandbox, monkeypatch, number)
        result = succeed(runner("harbor_project"), harbor_connection.connection(sandbox, projects=[{"name": name}]))
        assert result["changed"]
        assert sandbox.harbor.state.project_named(name) is not None
    answered = [entry.status for entry in sandbox.journal.writes("harbor")]
    assert answered.count(201) == 7
    assert set(answered) <= {201, 401}


@pytest.mark.parametrize("version", ["1.10", "2.15"])
def test_a_wrong_password_is_checked_twice_and_not_more(
    make_sandbox: Callable[..., Any], short_locks: dict[str, float], version: str
) -> None:
    sandbox = make_sandbox(seed="none", harbor_version=version, **short_locks)
    detected = succeed(runner("harbor_info"), harbor_connection.connection(sandbox))["harbor"]["detected"]
    for module in ("harbor_info", "harbor_inventory_info", "harbor_registry_info", "harbor_project"):
        own = {"projects": [{"name": "new"}]} if module == "harbor_project" else {}
        for known in (None, detected):
            before = sandbox.harbor.logins.checks
            options = harbor_connection.connection(sandbox, harbor_password="wrong", harbor_detected=known, **own)
            assert "password" in fail(runner(module), options)["msg"]
            assert sandbox.harbor.logins.checks - before <= 2, (module, bool(known))
