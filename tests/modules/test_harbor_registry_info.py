# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module harbor_registry_info against every flavour of the sandbox."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules.harbor_connection import FLAVOURS, connection, harbor, target
from tests.support.modules import run_module
from tests.support.steps import fail, succeed

run = partial(run_module, "harbor_registry_info")


@pytest.mark.parametrize("version", FLAVOURS)
def test_listing_and_testing(make_sandbox: Callable[..., Any], version: str) -> None:
    sandbox = make_sandbox(harbor_version=version, seed="none", network="public")
    assert succeed(run, connection(sandbox))["registries"] == []
    usable = target(sandbox)
    for name in ("good", "stale"):
        harbor(sandbox).create_registry(
            {"name": name, "type": "docker-registry", "url": usable.url, **usable.credential}
        )
    usable.revoke()
    fresh = usable.new_credential()
    client = harbor(sandbox)
    client.update_registry(next(one["id"] for one in client.registries() if one["name"] == "good"), fresh)
    sandbox.journal.clear()
    for check in (True, False):
        plain = succeed(run, connection(sandbox), check=check)["registries"]
        assert sorted(one["name"] for one in plain) == ["good", "stale"]
        assert all("connection" not in one and one["has_secret"] for one in plain)
        tested = succeed(run, connection(sandbox, connection_test=True), check=check)["registries"]
        connections = {one["name"]: one["connection"] for one in tested}
        assert connections["good"] == {"ok": True, "reason": ""}
        assert connections["stale"]["ok"] is False
        assert "Harbor's core container" in connections["stale"]["reason"]
    assert not sandbox.journal.writes()
    named = succeed(run, connection(sandbox, name="good"))["registries"]
    assert [one["name"] for one in named] == ["good"]
    assert succeed(run, connection(sandbox, name="goo"))["registries"] == []
    assert succeed(run, connection(sandbox, query="[].name"))["registries"] == [one["name"] for one in plain]


def test_a_bad_query(make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(seed="none")
    assert "JMESPath" in fail(run, connection(sandbox, query="[?"))["msg"]


ADDRESSES = {
    "{url}": True,
    "{url}/": True,
    " {upper}// ": True,
    "https://other.tencentcloudcr.com": False,
    "{url}.example.com": False,
}


def test_an_address_is_found_however_it_is_written_and_no_other(make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(seed="none")
    usable = target(sandbox)
    description = "managed by cloud_registry.migration: demo; credential a1b2c3d4"
    harbor(sandbox).create_registry(
        {"name": "demo", "type": "docker-registry", "url": usable.url, "description": description, **usable.credential}
    )
    for address, found in ADDRESSES.items():
        upper = usable.url.upper().replace("HTTP", "http")
        url = address.format(url=usable.url, upper=upper)
        listed = succeed(run, connection(sandbox, name="demo", url=url))["registries"]
        assert [one["credential_id"] for one in listed] == (["a1b2c3d4"] if found else []), address


def test_the_connection_test_is_repeated_while_the_network_changes(make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(seed="none")
    usable = target(sandbox)
    harbor(sandbox).create_registry({"name": "demo", "type": "docker-registry", "url": usable.url, **usable.credential})
    usable.close_whitelist()
    options = connection(sandbox, name="demo", connection_test=True)
    assert not succeed(run, options)["registries"][0]["connection"]["ok"]
    opened = threading.Timer(0.5, usable.open_whitelist, [sandbox.facts["harbor_address"]])
    opened.start()
    assert succeed(run, {**options, "connection_wait": 20})["registries"][0]["connection"]["ok"]
    opened.join()
