# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scene of each TCR module: what it is run with, from nothing to nothing, whatever the sandbox is set to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.sandbox import Sandbox
from tests.sandbox.core.images import multi_platform, put_artifact
from tests.support.modules import run_module
from tests.support.steps import fail, four_steps, succeed, twelve_steps
from tests.unit.sandbox.harbor_support import put_image

Options = dict[str, Any]
Scene = Callable[[Sandbox, Options], None]

_CONNECTION = ("tcr_endpoint", "tcr_secret_id", "tcr_secret_key", "tcr_region", "registry_id")
_WAIT = {"wait_timeout": 20, "wait_interval": 0.05}
_WRITES = "(Create|Modify|Delete|Manage).*"
SCENES: dict[str, tuple[Scene, Scene, str | None]] = {}


def connection(box: Sandbox) -> Options:
    """The connection options and the registry of a sandbox."""
    return {name: box.facts[name] for name in _CONNECTION}


def _nothing(box: Sandbox, options: Options) -> None:
    """Most modules need nothing prepared."""


def scene(prepare: Scene = _nothing, harbor: str | None = None) -> Callable[[Scene], Scene]:
    """Register a function as the scene of the module of its name.

    `prepare` runs before, and is not observed; `harbor` is the version of the Harbor that it needs.
    """

    def register(function: Scene) -> Scene:
        SCENES[function.__name__] = (prepare, function, harbor)
        return function

    return register


def course(box: Sandbox, module: str, create: Options, change: Options | None, delete: Options) -> None:
    """The twelve steps; then creation and deletion again, each with the answer to its first write lost, and in a race.

    A registry that does not exist must be told in words.
    """
    run = partial(run_module, module)
    twelve_steps(run, box.journal, create, change, delete)
    for options in (create, delete):
        box.faults.add(service="tcr", match=_WRITES, kind="drop_after")
        assert succeed(run, options)["changed"]
        assert not succeed(run, options)["changed"]
    for options in (create, delete):
        race(box, run, options)
    if "registry_id" in create:
        assert "tcr-unknown1" in fail(run, {**create, "registry_id": "tcr-unknown1"})["msg"]


def race(box: Sandbox, run: Callable[..., Options], options: Options) -> None:
    """While the rate limiter holds the first write back, somebody else does the same.

    Who comes second may fail, in words. The next run is right, or says how to remove a twin; then nothing is left to do.
    """
    box.faults.add(service="tcr", match=_WRITES, kind="throttle", executed=True)
    assert "exception" not in run(dict(options))
    again = run(dict(options))
    if again["failed"]:
        assert "state: exact" in again["msg"], again["msg"]
        succeed(run, {**options, "state": "exact"})
    assert not succeed(run, options)["changed"]


def _open_public_endpoint(box: Sandbox, options: Options) -> None:
    succeed(partial(run_module, "tcr_public_access"), {**options, **_WAIT})


@scene()
def tcr_instance_info(box: Sandbox, options: Options) -> None:
    run = partial(run_module, "tcr_instance_info")
    found = {name: value for name, value in options.items() if name != "registry_id"}
    for asked in ({"registry_id": options["registry_id"]}, {"domain": box.facts["public_domain"]}):
        assert [one["name"] for one in succeed(run, {**found, **asked})["instances"]] == ["demo"]
    assert len(succeed(run, {**found, "tcr_region": ""})["instances"]) == 2


@scene()
def tcr_requirements_info(box: Sandbox, options: Options) -> None:
    run = partial(run_module, "tcr_requirements_info")
    key = {f"tcr_secret_{part}": box.facts[f"restricted_secret_{part}"] for part in ("id", "key")}
    options.update(key, namespaces=["team-a"], repositories=["team-a/web"])
    for way in ({}, {"network": "private", "vpc_id": box.facts["vpc_id"], "vpc_dns": True}):
        box.settings.update(access_policy={})
        policy = succeed(run, {**options, **way})["requirements"]["policy"]
        without_tokens = [one for one in policy["statement"] if "tcr:CreateInstanceToken" not in one["action"]]
        box.settings.update(access_policy={**policy, "statement": without_tokens})
        found = succeed(run, {**options, **way})["requirements"]["permissions"]
        states = {one["action"]: one["state"] for one in found}
        assert (states["tcr:DescribeNamespaces"], states["tcr:DescribeInstanceToken"]) == ("granted", "missing")
        assert states["tcr:DescribeImages"] == "granted"


@scene()
def tcr_public_access(box: Sandbox, options: Options) -> None:
    options.update(_WAIT)
    run, delete = partial(run_module, "tcr_public_access"), {**options, "state": "absent"}
    twelve_steps(run, box.journal, options, None, delete)
    box.settings.update(endpoint_opening=0.0, endpoint_closing=0.0)
    race(box, run, options)
    race(box, run, delete)


@scene(_open_public_endpoint)
def tcr_public_whitelist(box: Sandbox, options: Options) -> None:
    first, second = {"cidr": "203.0.113.7"}, {"cidr": "10.1.0.0/16", "description": "office"}
    options.update(_WAIT)
    course(
        box,
        "tcr_public_whitelist",
        {**options, "entries": [first, second], "migration_id": "spring"},
        {**options, "entries": [{**second, "description": "branch"}], "state": "exact"},
        {**options, "entries": [first, second], "state": "absent"},
    )


@scene()
def tcr_private_link(box: Sandbox, options: Options) -> None:
    options.update(_WAIT, vpc_id=box.facts["vpc_id"], subnet_id=box.facts["subnet_id"])
    delete = {**options, "state": "absent", "remove_dns": True}
    course(box, "tcr_private_link", options, None, delete)
    box.settings.update(link_entry=0.0, link_running=30.0)
    begun = succeed(partial(run_module, "tcr_private_link"), {**options, "wait": False})
    assert begun["private_link"]["status"] != "Running"


@scene()
def tcr_access_credential(box: Sandbox, options: Options) -> None:
    options["migration_id"] = "spring"
    course(
        box,
        "tcr_access_credential",
        options,
        {**options, "enabled": False},
        {**options, "state": "absent"},
    )
    for_an_hour = {name: value for name, value in options.items() if name != "migration_id"}
    assert succeed(partial(run_module, "tcr_access_credential"), {**for_an_hour, "temporary": True})["changed"]


@scene()
def tcr_namespace(box: Sandbox, options: Options) -> None:
    course(
        box,
        "tcr_namespace",
        {**options, "namespaces": [{"name": "team-a"}, {"name": "team"}]},
        {**options, "namespaces": [{"name": "team", "public": True}], "state": "exact"},
        {**options, "namespaces": [{"name": "team"}], "state": "absent"},
    )
    _namespaces(box, options)
    put_image(box.tcr.registry.store, "team-a-two/web", "1.0")
    exact = {**options, "namespaces": [{"name": "team-a"}], "state": "exact"}
    assert "team-a-two/web" in fail(partial(run_module, "tcr_namespace"), exact)["msg"]
    four_steps(partial(run_module, "tcr_namespace"), box.journal, {**exact, "delete_repositories": True})


@scene()
def tcr_instance(box: Sandbox, options: Options) -> None:
    options = {**options, **_WAIT, "registry_name": "second"}
    del options["registry_id"]
    create = {**options, "type": "basic", "tags": {"stage": "test"}}
    delete = {**options, "state": "absent", "allow_deletion": True}
    change = {**options, "type": "standard", "deletion_protection": False, "tags": {"team": "a"}}
    run = partial(run_module, "tcr_instance")
    twelve_steps(run, box.journal, {**create, "deletion_protection": True}, change, delete)
    course(box, "tcr_instance", create, {**change, "type": "premium"}, delete)


def _link(box: Sandbox, options: Options) -> None:
    where = {name: box.facts[name] for name in ("vpc_id", "subnet_id")}
    succeed(partial(run_module, "tcr_private_link"), {**options, **_WAIT, **where})


@scene(_link)
def tcr_private_dns(box: Sandbox, options: Options) -> None:
    options.update(_WAIT, vpc_id=box.facts["vpc_id"])
    names = ["internal", "public"]
    course(
        box,
        "tcr_private_dns",
        {**options, "names": names},
        {**options, "names": ["internal"], "state": "exact"},
        {**options, "names": names, "state": "absent"},
    )


def _namespaces(box: Sandbox, options: Options) -> None:
    names = [{"name": "team-a"}, {"name": "team-a-two"}]
    succeed(partial(run_module, "tcr_namespace"), {**options, "namespaces": names})


@scene(_namespaces)
def tcr_service_account(box: Sandbox, options: Options) -> None:
    rights = [{"namespace": "team-a", "actions": ["push", "pull"]}]
    first, second = {"name": "one", "permissions": rights, "password": "Secret123"}, {"name": "two"}
    options["migration_id"] = "spring"
    stranger = {**first, "permissions": [{"namespace": "elsewhere", "actions": ["pull"]}]}
    refused = run_module("tcr_service_account", {**options, "service_accounts": [stranger]})
    assert not refused["failed"] or "elsewhere" in refused["msg"]
    run_module("tcr_service_account", {**options, "service_accounts": [stranger], "state": "absent"})
    course(
        box,
        "tcr_service_account",
        {**options, "service_accounts": [first, {**second, "permissions": rights}]},
        {**options, "service_accounts": [{**second, "disabled": True, "expires_at": "2040-01-31"}], "state": "exact"},
        {**options, "service_accounts": [first, second], "state": "absent"},
    )


def _content(box: Sandbox, options: Options) -> None:
    _namespaces(box, options)
    for number in range(120):
        put_image(box.tcr.registry.store, "team-a/web", f"v{number}")
        put_image(box.tcr.registry.store, f"team-a/app-{number}", "1.0")
    put_image(box.tcr.registry.store, "team-a-two/web", "1.0")
    put_artifact(box.tcr.registry.store, "team-a-two/web", multi_platform("web"), "2.0")


@scene(_content)
def tcr_repository_info(box: Sandbox, options: Options) -> None:
    run = partial(run_module, "tcr_repository_info")
    assert len(succeed(run, options)["repositories"]) == 122
    assert len(succeed(run, {**options, "namespace": "team-a"})["repositories"]) == 121
    succeed(partial(run_module, "tcr_namespace"), {**options, "namespaces": [{"name": "bare"}]})
    for namespace in ("team", "bare"):
        assert succeed(run, {**options, "namespace": namespace})["repositories"] == []


@scene(_content)
def tcr_image_info(box: Sandbox, options: Options) -> None:
    options.update(namespace="team-a", repository="web")
    run = partial(run_module, "tcr_image_info")
    assert len({one["tag"] for one in succeed(run, options)["images"]}) == 120
    assert "'no'" in fail(run, {**options, "repository": "no"})["msg"]
    several = {one["tag"] for one in succeed(run, {**options, "namespace": "team-a-two"})["images"]}
    assert several in ({"1.0"}, {"1.0", "2.0"})


@scene(_namespaces)
def tcr_tag_retention(box: Sandbox, options: Options) -> None:
    first = {"namespace": "team-a", "schedule": "daily", "keep": [{"latest_pushed": 3}]}
    second = {"namespace": "team-a-two", "keep": [{"pushed_within_days": 9, "tags": "v*"}]}
    course(
        box,
        "tcr_tag_retention",
        {**options, "rules": [first, second]},
        {**options, "rules": [{**first, "keep": [{"latest_pushed": 4}], "disabled": True}], "state": "exact"},
        {**options, "rules": [first, second], "state": "absent"},
    )


@scene(_namespaces)
def tcr_immutable_tag(box: Sandbox, options: Options) -> None:
    first, second = {"namespace": "team-a"}, {"namespace": "team-a", "tags": "v*", "exclude_repositories": True}
    course(
        box,
        "tcr_immutable_tag",
        {**options, "rules": [first, second]},
        {**options, "rules": [{**second, "disabled": True}], "state": "exact"},
        {**options, "rules": [first, second], "state": "absent"},
    )


@scene(_namespaces)
def tcr_webhook(box: Sandbox, options: Options) -> None:
    targets = [{"address": "https://ci.example.com/hook", "headers": {"Authorization": "Bearer secret-of-the-hook"}}]
    first = {"name": "one", "event_types": ["pushImage"], "targets": targets}
    second = {**first, "name": "two", "targets": [{"address": "https://ci.example.com"}]}
    options.update(namespace="team-a")
    course(
        box,
        "tcr_webhook",
        {**options, "triggers": [first, second]},
        {**options, "triggers": [{"name": "two", "enabled": False}], "state": "exact"},
        {**options, "triggers": [first, second], "state": "absent"},
    )
