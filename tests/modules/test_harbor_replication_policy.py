# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module harbor_replication_policy against every flavour of the sandbox."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules.harbor_connection import FLAVOURS, connection, harbor, target
from tests.support.modules import run_module
from tests.support.steps import fail, succeed, twelve_steps

run = partial(run_module, "harbor_replication_policy")
every_flavour = pytest.mark.parametrize("version", FLAVOURS)
MINUTE = "0 15 2 * * *"


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    def started(version: str = "2.15", seed: str = "none", **settings: Any) -> Any:
        sandbox = make_sandbox(harbor_version=version, seed=seed, network="public", **settings)
        usable = target(sandbox)
        for name in ("tcr", "second"):
            harbor(sandbox).create_registry(
                {"name": name, "type": "docker-registry", "url": usable.url, **usable.credential}
            )
        sandbox.journal.clear()
        return sandbox

    return started


def policy(sandbox: Any, **options: Any) -> dict[str, Any]:
    return connection(sandbox, **{"name": "to-tcr", "registry": "tcr", **options})


def newest(version: str) -> dict[str, Any]:
    """Options that this version has and an older one lacks."""
    options: dict[str, Any] = {}
    if version in ("2.9", "2.15"):
        options.update(speed=1024, copy_by_chunk=True, dest_namespace="other", dest_namespace_replace_count=1)
    if version == "2.15":
        options.update(single_active_replication=True)
    return options


@every_flavour
def test_twelve_steps(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    name_filter = {"type": "name", "value": "shop/**"}
    create = policy(sandbox, description="all of it", filters=[name_filter, {"type": "tag", "value": "v*"}])
    change = policy(
        sandbox,
        description="changed",
        registry="second",
        enabled=False,
        override=False,
        deletion=True,
        filters=[{"type": "resource", "value": "image"}, name_filter],
        trigger={"type": "scheduled", "cron": MINUTE},
        **newest(version),
    )
    created, changed, deleted = twelve_steps(
        run,
        sandbox.journal,
        create=create,
        change=change,
        delete=connection(sandbox, name="to-tcr", state="absent"),
    )
    first = created["policy"]
    assert (first["enabled"], first["override"], first["deletion"]) == (True, True, False)
    assert (first["direction"], first["registry"], first["trigger"]["type"]) == ("push", "tcr", "manual")
    assert changed is not None
    second = changed["policy"]
    assert second["id"] == first["id"]
    for key, value in change.items():
        if key not in ("filters", "harbor_url", "harbor_username", "harbor_password"):
            assert second[key] == value, key
    assert deleted["policy"] is None


@every_flavour
def test_what_is_not_given_is_kept(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    given = policy(
        sandbox,
        description="kept",
        deletion=True,
        override=False,
        filters=[{"type": "name", "value": "shop/**"}],
        trigger={"type": "scheduled", "cron": MINUTE},
        **newest(version),
    )
    before = succeed(run, given)["policy"]
    after = succeed(run, policy(sandbox, enabled=False))["policy"]
    assert after["enabled"] is False
    for key in before.keys() - {"enabled", "update_time"}:
        assert after[key] == before[key], key


@every_flavour
def test_a_set_is_one_listing(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    common = connection(sandbox, registry="tcr", migration_id="demo")
    policies = [
        {"name": f"p-{number:03}", "filters": [{"type": "name", "value": f"team-{number}/**"}]} for number in range(60)
    ]
    created = succeed(run, {**common, "policies": policies})
    assert [one["name"] for one in created["policies"]] == [one["name"] for one in policies]
    sandbox.journal.clear()
    assert not succeed(run, {**common, "policies": policies})["changed"]
    listings = [entry for entry in sandbox.journal.entries if entry.path.endswith("/replication/policies")]
    assert len(listings) == 1
    left = succeed(run, {**common, "policies": policies[:2], "state": "exact"})
    assert [one["name"] for one in left["policies"]] == ["p-000", "p-001"]


@every_flavour
def test_the_order_of_filters_does_not_matter(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    filters = [{"type": "name", "value": "shop/**"}, {"type": "tag", "value": "v*"}]
    succeed(run, policy(sandbox, filters=filters))
    assert not succeed(run, policy(sandbox, filters=filters[::-1]))["changed"]
    assert not succeed(
        run, policy(sandbox, filters=[{**one, "decoration": "matches"} for one in filters[1:]] + filters[:1])
    )["changed"]
    assert succeed(run, policy(sandbox, filters=[]))["policy"]["filters"] == []


@every_flavour
def test_pulling(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    pulled = succeed(run, policy(sandbox, direction="pull", filters=[{"type": "name", "value": "shop/**"}]))["policy"]
    assert (pulled["direction"], pulled["registry"]) == ("pull", "tcr")
    pushed = succeed(run, policy(sandbox, direction="push", registry="second"))["policy"]
    assert (pushed["direction"], pushed["registry"], pushed["id"]) == ("push", "second", pulled["id"])


@every_flavour
def test_an_unknown_endpoint(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    predicted = succeed(run, policy(sandbox, registry="created later"), check=True)
    assert predicted["actions"] == [{"action": "create", "object": "replication policy", "key": "to-tcr"}]
    result = fail(run, policy(sandbox, registry="nowhere"))
    assert "no registry endpoint 'nowhere'; there are: 'second', 'tcr'" in result["msg"]
    assert harbor(sandbox).policies() == []


@pytest.mark.parametrize(
    ("version", "options", "said"),
    [
        ("1.10", {"speed": 1}, "Harbor 2.4 or later; this is Harbor 1.10."),
        ("2.0", {"copy_by_chunk": True}, "Harbor 2.6.2 or later"),
        ("2.9", {"single_active_replication": True}, "Harbor 2.14 or later"),
        ("2.0", {"dest_namespace": "n", "dest_namespace_replace_count": 1}, "Harbor 2.3 or later"),
        ("2.0", {"filters": [{"type": "tag", "value": "v*", "decoration": "excludes"}]}, "Harbor 2.4 or later"),
        ("1.8", {"filters": [{"type": "label", "value": ["release"]}]}, "Harbor 1.9 or later"),
        ("1.10", {"filters": [{"type": "resource", "value": "artifact"}]}, "Harbor 2.0 or later"),
        ("2.9", {"filters": [{"type": "resource", "value": "chart"}]}, "removed in Harbor 2.8"),
        ("2.15", {"filters": [{"type": "resource", "value": "floppy"}]}, "'floppy' is not a type of resource"),
        ("2.15", {"filters": [{"type": "name", "value": "{a/b"}]}, "cannot be used"),
        ("2.15", {"filters": [{"type": "tag", "value": ["a", "b"]}]}, "must be one pattern"),
        ("2.15", {"filters": [{"type": "name", "value": "a", "decoration": "excludes"}]}, "cannot exclude"),
        ("1.8", {"trigger": {"type": "scheduled", "cron": "0 2 * * *"}}, "must have six fields"),
        ("2.15", {"trigger": {"type": "scheduled"}}, "must have six fields"),
        ("2.9", {"trigger": {"type": "scheduled", "cron": "0 * * * * *"}}, "minutes"),
        ("2.9", {"trigger": {"type": "scheduled", "cron": "5 0 2 * * *"}}, "seconds"),
        ("2.15", {"trigger": {"type": "manual", "cron": MINUTE}}, "the type is 'manual'"),
        ("2.15", {"trigger": {"type": "event_based"}, "direction": "pull"}, "cannot be event_based"),
        ("2.15", {"trigger": {"type": "event_based"}, "single_active_replication": True}, "cannot go with"),
        ("2.15", {"registry": None}, "registry of the replication policy 'to-tcr' is not given"),
        ("2.15", {"dest_namespace": "BAD NS", "dest_namespace_replace_count": 1}, "cannot be the beginning"),
        ("2.15", {"dest_namespace": "n"}, "dest_namespace_replace_count is not given"),
        ("2.15", {"dest_namespace_replace_count": 1}, "without dest_namespace"),
    ],
    ids=str,
)
def test_bad_input_is_refused_before_anything_is_sent(
    start: Callable[..., Any], version: str, options: dict[str, Any], said: str
) -> None:
    sandbox = start(version)
    result = fail(run, policy(sandbox, **options), check=True)
    assert said in result["msg"]
    assert not sandbox.journal.writes()


@pytest.mark.parametrize(
    ("version", "count", "pattern", "said"),
    [
        ("2.0", None, "shop/**", "'shop/team/api' would become 'n/api'"),
        ("2.15", -1, "shop/**", "'shop/team/api' would become 'n/api'"),
        ("2.15", 2, "shop/**", "only 1 components"),
        ("2.15", 1, "**", ""),
        ("2.0", None, "shop/*", ""),
        ("2.15", 0, "**", ""),
        ("2.15", 1, "shop/**", ""),
    ],
    ids=str,
)
def test_names_are_not_lost(
    start: Callable[..., Any], version: str, count: int | None, pattern: str, said: str
) -> None:
    sandbox = start(version, seed="demo")
    options = policy(
        sandbox,
        dest_namespace="n",
        dest_namespace_replace_count=count,
        filters=[{"type": "name", "value": pattern}],
    )
    if said:
        assert said in fail(run, options, check=True)["msg"]
    else:
        succeed(run, options, check=True)


@every_flavour
def test_a_running_policy_is_kept(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version, seed="demo", harbor_flow_seconds=3.0)
    created = succeed(run, policy(sandbox, filters=[{"type": "name", "value": "shop/**"}]))["policy"]
    harbor(sandbox).start_execution(created["id"])
    result = fail(run, connection(sandbox, name="to-tcr", state="absent"))
    assert "'to-tcr' cannot be deleted" in result["msg"]
    assert "harbor_replication_execution" in result["msg"]


def test_a_policy_whose_tasks_have_ended_goes_when_harbor_has_noted_that(start: Callable[..., Any]) -> None:
    """There is no namespace to copy to, so that the tasks fail at once, and are not run again."""
    sandbox = start(seed="demo", harbor_status_lag_seconds=3, harbor_retry_scale=0)
    wanted = policy(sandbox, filters=[{"type": "name", "value": "library/base"}])
    succeed(run, wanted)
    client = harbor(sandbox)
    (found,) = client.policies()
    execution = client.start_execution(found["id"])
    end = time.monotonic() + 20
    while time.monotonic() < end:
        statuses = {task["status"] for task in client.tasks(execution)}
        if statuses and statuses <= {"Succeed", "Failed"}:
            break
        time.sleep(0.05)
    assert client.execution(execution)["status"] == "InProgress"
    succeed(run, connection(sandbox, name="to-tcr", state="absent"))
    assert client.policies() == []


def test_a_policy_of_somebody_else_is_refused(start: Callable[..., Any]) -> None:
    sandbox = start()
    succeed(run, policy(sandbox, description="mine"))
    result = fail(run, policy(sandbox, description="theirs", migration_id="demo"))
    assert "this migration did not make it" in result["msg"]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_write_of_unknown_outcome_is_not_repeated_blindly(start: Callable[..., Any], method: str, kind: str) -> None:
    sandbox = start()
    if method != "POST":
        succeed(run, policy(sandbox))
    sandbox.journal.clear()
    sandbox.faults.add(service="harbor", match=f"{method} /api/v2.0/replication/policies.*", kind=kind)
    wanted = {
        "POST": policy(sandbox),
        "PUT": policy(sandbox, description="changed"),
        "DELETE": connection(sandbox, name="to-tcr", state="absent"),
    }[method]
    assert succeed(run, wanted)["changed"]
    assert len(sandbox.journal.writes("harbor")) == (1 if kind == "drop_after" else 2)
    assert len(harbor(sandbox).policies()) == (0 if method == "DELETE" else 1)
