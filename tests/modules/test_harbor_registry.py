# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module harbor_registry against every flavour of the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules.harbor_connection import FLAVOURS, Target, connection, harbor, target
from tests.support.modules import run_module
from tests.support.steps import fail, succeed, twelve_steps

run = partial(run_module, "harbor_registry")
every_flavour = pytest.mark.parametrize("version", FLAVOURS)


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., tuple[Any, Target]]:
    def started(version: str = "2.15", **settings: Any) -> tuple[Any, Target]:
        sandbox = make_sandbox(harbor_version=version, seed="none", network="public", **settings)
        return sandbox, target(sandbox)

    return started


def endpoint(sandbox: Any, usable: Target, **options: Any) -> dict[str, Any]:
    return connection(sandbox, **{"name": "tcr", "url": usable.url, **usable.credential, **options})


@every_flavour
def test_twelve_steps(start: Callable[..., Any], version: str) -> None:
    sandbox, usable = start(version)
    create = endpoint(sandbox, usable, description="TCR", url=usable.url + "/")
    created, changed, deleted = twelve_steps(
        run,
        sandbox.journal,
        create=create,
        change={**create, "description": "changed", "insecure": True, **usable.new_credential()},
        delete=connection(sandbox, name="tcr", state="absent"),
    )
    registry = created["registry"]
    assert registry["url"] == usable.url
    assert registry["type"] == "docker-registry"
    assert registry["insecure"] is False
    assert registry["has_secret"] is True
    assert "access_secret" not in registry
    assert changed is not None
    assert (changed["registry"]["id"], changed["registry"]["description"]) == (registry["id"], "changed")
    assert deleted["registry"] is None
    assert usable.access_secret not in str((created, changed, deleted))


@every_flavour
def test_a_set_is_one_listing(start: Callable[..., Any], version: str) -> None:
    sandbox, usable = start(version)
    common = connection(sandbox, url=usable.url, update_secret="on_create", **usable.credential)
    registries = [{"name": f"tcr-{number:03}", "description": f"number {number}"} for number in range(120)]
    created = succeed(run, {**common, "registries": registries})
    assert [one["name"] for one in created["registries"]] == [one["name"] for one in registries]
    assert {one["access_key"] for one in created["registries"]} == {usable.access_key}
    sandbox.journal.clear()
    assert not succeed(run, {**common, "registries": registries})["changed"]
    asked = [entry.path for entry in sandbox.journal.entries if entry.path.endswith("/registries")]
    assert len(asked) == (2 if version in ("2.9", "2.15") else 1), "two pages of 100"
    assert not sandbox.journal.writes()
    left = succeed(run, {**common, "registries": registries[:2], "state": "exact"})
    assert [one["name"] for one in left["registries"]] == ["tcr-000", "tcr-001"]
    assert len(left["actions"]) == 118


@every_flavour
def test_harbor_is_asked_whether_the_stored_secret_works(start: Callable[..., Any], version: str) -> None:
    sandbox, usable = start(version)
    options = endpoint(sandbox, usable)
    succeed(run, options)
    sandbox.journal.clear()
    assert not succeed(run, {**options, "access_secret": "another that is never sent"})["changed"]
    assert not sandbox.journal.writes("harbor")
    usable.revoke()
    fresh = {**options, **usable.new_credential()}
    broken = succeed(run, {**options, "connection_test": True, "update_secret": "on_create"})
    assert broken["registry"]["connection"]["ok"] is False
    assert "Harbor's core container" in broken["registry"]["connection"]["reason"]
    predicted = succeed(run, fresh, check=True)
    assert predicted["actions"] == [{"action": "update", "object": "Harbor endpoint", "key": "tcr"}]
    repaired = succeed(run, {**fresh, "connection_test": True})
    assert repaired["changed"]
    assert repaired["registry"]["connection"] == {"ok": True, "reason": ""}
    assert not succeed(run, fresh)["changed"]


@every_flavour
def test_nothing_is_stored_that_harbor_cannot_use(start: Callable[..., Any], version: str) -> None:
    sandbox, usable = start(version)
    wrong = fail(run, endpoint(sandbox, usable, access_secret="wrong password"))
    closed = fail(run, endpoint(sandbox, usable, url="http://127.0.0.1:9"))
    unknown = fail(run, endpoint(sandbox, usable, url="http://no-such-host.invalid"))
    for result in (wrong, closed, unknown):
        assert "Harbor's core container tried to use" in result["msg"]
        assert "Nothing was stored." in result["msg"]
        assert "whitelist" in result["msg"]
        assert "wrong password" not in str(result)
    assert harbor(sandbox).registries() == []
    succeed(run, endpoint(sandbox, usable))
    usable.close_whitelist()
    shut = fail(run, endpoint(sandbox, usable, description="changed"))
    outcome_known = not version.startswith("1.")  # on 1.x nginx gives up before core does
    assert ("The endpoint was left as it was." in shut["msg"]) is outcome_known
    assert ("no answer in time" in shut["msg"]) is not outcome_known
    assert harbor(sandbox).registries()[0]["description"] == ""


@every_flavour
def test_a_new_address_takes_the_secret_along(start: Callable[..., Any], version: str) -> None:
    sandbox, usable = start(version)
    succeed(run, endpoint(sandbox, usable))
    for check in (True, False):
        refused = fail(run, connection(sandbox, name="tcr", url=usable.url + "/registry"), check=check)
        assert "access_secret is not given" in refused["msg"]
    assert harbor(sandbox).registries()[0]["url"] == usable.url


@every_flavour
def test_an_endpoint_that_policies_use_is_kept(start: Callable[..., Any], version: str) -> None:
    sandbox, usable = start(version)
    succeed(run, endpoint(sandbox, usable))
    client = harbor(sandbox)
    for name in ("first", "second"):
        client.create_policy(
            {"name": name, "dest_registry": {"id": client.registries()[0]["id"]}, "trigger": {"type": "manual"}}
        )
    result = fail(run, connection(sandbox, name="tcr", state="absent"))
    assert "'first'" in result["msg"]
    assert "'second'" in result["msg"]
    assert sorted(result["policies"]) == ["first", "second"]
    assert result["error"]["kind"] == "Conflict"


def test_an_endpoint_of_somebody_else_is_refused(start: Callable[..., Any]) -> None:
    sandbox, usable = start()
    succeed(run, endpoint(sandbox, usable, description="mine"))
    result = fail(run, endpoint(sandbox, usable, description="theirs", migration_id="demo"))
    assert "this migration did not make it" in result["msg"]
    gone = succeed(run, connection(sandbox, name="tcr", state="absent", migration_id="demo"))
    assert (gone["changed"], gone["unmanaged"]) == (False, ["tcr"])


def test_the_marker_is_kept(start: Callable[..., Any]) -> None:
    sandbox, usable = start()
    options = endpoint(sandbox, usable, migration_id="demo")
    created = succeed(run, options)
    assert created["registry"]["description"] == "managed by cloud_registry.migration: demo"
    assert not succeed(run, options)["changed"]
    other = endpoint(sandbox, usable, name="other", migration_id="other")
    succeed(run, other)
    left = succeed(run, connection(sandbox, registries=[], state="exact", migration_id="demo"))
    assert left["actions"] == [{"action": "delete", "object": "Harbor endpoint", "key": "tcr"}]
    assert [one["name"] for one in harbor(sandbox).registries()] == ["other"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": None}, "url of the registry endpoint 'tcr' must be"),
        ({"url": "demo.tencentcloudcr.com"}, "url of the registry endpoint 'tcr' must be"),
        ({"url": "https://[demo.tencentcloudcr.com"}, "url of the registry endpoint 'tcr' must be"),
        ({"url": "https://user:geheim@demo.tencentcloudcr.com"}, "url of the registry endpoint 'tcr' must be"),
        ({"access_secret": "*****"}, "is the mask that Harbor returns"),
        ({"access_key": None}, "without access_key"),
        ({"name": None}, "one of the following is required: name, registries"),
        ({"state": "exact"}, "registries"),
    ],
    ids=str,
)
def test_bad_input_is_refused_before_anything_is_sent(
    start: Callable[..., Any], options: dict[str, Any], said: str
) -> None:
    sandbox, usable = start()
    given = {key: value for key, value in endpoint(sandbox, usable, **options).items() if value is not None}
    result = fail(run, given, check=True)
    assert said in result["msg"]
    assert "geheim" not in str(result)
    assert not sandbox.journal.writes()


def test_the_type_cannot_be_changed(start: Callable[..., Any]) -> None:
    sandbox, usable = start()
    succeed(run, endpoint(sandbox, usable))
    result = fail(run, endpoint(sandbox, usable, type="harbor"), check=True)
    assert "type of the Harbor endpoint 'tcr' is 'docker-registry' and cannot be changed" in result["msg"]


@pytest.mark.parametrize(
    ("version", "options", "needed"),
    [
        ("1.10", {"type": "tencent-tcr"}, "2.1.2"),
        ("2.9", {"ca_certificate": "-----BEGIN CERTIFICATE-----"}, "2.15"),
        ("2.9", {"type": "helm-hub"}, "removed in Harbor 2.8"),
    ],
)
def test_what_this_version_lacks_is_refused_with_the_version_that_has_it(
    start: Callable[..., Any], version: str, options: dict[str, Any], needed: str
) -> None:
    sandbox, usable = start(version)
    result = fail(run, endpoint(sandbox, usable, **options), check=True)
    assert needed in result["msg"]
    assert f"this is Harbor {version}." in result["msg"]


def test_there_is_patience_with_a_registry_that_is_not_ready_yet(start: Callable[..., Any]) -> None:
    sandbox, usable = start()
    sandbox.faults.add(service="registry", match="/v2/", kind="status", times=1)
    fail(run, endpoint(sandbox, usable))
    sandbox.faults.add(service="registry", match="/v2/", kind="status", times=1)
    assert succeed(run, endpoint(sandbox, usable, connection_wait=30))["changed"]


def test_only_broken_secrets_of_a_set_are_written(start: Callable[..., Any]) -> None:
    sandbox, usable = start()
    common = connection(sandbox, url=usable.url)
    names = [{"name": f"tcr-{number}"} for number in range(12)]
    succeed(run, {**common, **usable.credential, "registries": names})
    usable.revoke()
    fresh = usable.new_credential()
    client = harbor(sandbox)
    for one in client.registries()[:5]:
        client.update_registry(one["id"], fresh)
    fresh_key = {**common, "access_secret": fresh["access_secret"], "registries": names}
    result = succeed(run, {**fresh_key, "access_key": fresh["access_key"]})
    assert len(result["actions"]) == 7
    assert not succeed(run, {**fresh_key, "access_key": fresh["access_key"]})["changed"]


def test_a_gateway_time_out_is_reported_and_not_repeated(start: Callable[..., Any]) -> None:
    sandbox, usable = start()
    sandbox.faults.add(service="harbor", match="POST /api/v2.0/registries", kind="status", status=504, times=9)
    result = fail(run, endpoint(sandbox, usable))
    assert "Harbor's core container tried to use" in result["msg"]
    assert "no answer in time" in result["msg"]
    assert len(sandbox.journal.writes("harbor")) == 1


def test_a_kind_that_does_not_fit_the_address(start: Callable[..., Any]) -> None:
    sandbox, usable = start()
    result = fail(run, endpoint(sandbox, usable, type="tencent-tcr"))
    assert "check that type, address and user belong together" in result["msg"]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_write_of_unknown_outcome_is_not_repeated_blindly(start: Callable[..., Any], method: str, kind: str) -> None:
    sandbox, usable = start()
    options = endpoint(sandbox, usable)
    if method != "POST":
        succeed(run, options)
    sandbox.journal.clear()
    sandbox.faults.add(service="harbor", match=f"{method} /api/v2.0/registries.*", kind=kind)
    wanted = {
        "POST": options,
        "PUT": {**options, "description": "changed"},
        "DELETE": connection(sandbox, name="tcr", state="absent"),
    }[method]
    result = succeed(run, wanted)
    assert len(sandbox.journal.writes("harbor")) == (1 if kind == "drop_after" else 2)
    assert (result["registry"] or {}).get("description") == {"POST": "", "PUT": "changed", "DELETE": None}[method]
