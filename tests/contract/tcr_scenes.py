# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scene of each TCR module: what it is run with, from nothing to nothing, whatever the sandbox is set to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.sandbox import Sandbox
from tests.tools.modules import run_module
from tests.tools.steps import fail, succeed, twelve_steps

Options = dict[str, Any]
Scene = Callable[[Sandbox, Options], None]

_CONNECTION = ("tcr_endpoint", "tcr_secret_id", "tcr_secret_key", "tcr_region", "registry_id")
_WAIT = {"wait_timeout": 20, "wait_interval": 0.05}
_WRITES = "(Create|Modify|Delete|Manage).*"
SCENES: dict[str, tuple[Scene, Scene]] = {}


def connection(box: Sandbox) -> Options:
    """The connection options and the registry of a sandbox."""
    return {name: box.facts[name] for name in _CONNECTION}


def _nothing(box: Sandbox, options: Options) -> None:
    """Most modules need nothing prepared."""


def scene(prepare: Scene = _nothing) -> Callable[[Scene], Scene]:
    """Register a function as the scene of the module of its name; `prepare` runs before, and is not observed."""

    def register(function: Scene) -> Scene:
        SCENES[function.__name__] = (prepare, function)
        return function

    return register


def course(box: Sandbox, module: str, create: Options, change: Options | None, delete: Options) -> None:
    """The twelve steps; then creation and deletion again, each with the answer to its first write lost.

    A registry that does not exist must be told in words.
    """
    run = partial(run_module, module)
    twelve_steps(run, box.journal, create, change, delete)
    for options in (create, delete):
        box.faults.add(service="tcr", match=_WRITES, kind="drop_after")
        assert succeed(run, options)["changed"]
        assert not succeed(run, options)["changed"]
    if "registry_id" in create:
        assert "tcr-unknown1" in fail(run, {**create, "registry_id": "tcr-unknown1"})["msg"]


def _open_entry(box: Sandbox, options: Options) -> None:
    succeed(partial(run_module, "tcr_public_access"), {**options, **_WAIT})


@scene()
def tcr_instance_info(box: Sandbox, options: Options) -> None:
    run = partial(run_module, "tcr_instance_info")
    found = {name: value for name, value in options.items() if name != "registry_id"}
    for asked in ({"registry_id": options["registry_id"]}, {"domain": box.facts["public_domain"]}):
        assert [one["name"] for one in succeed(run, {**found, **asked})["instances"]] == ["demo"]
    assert len(succeed(run, {**found, "tcr_region": ""})["instances"]) == 2


@scene()
def tcr_public_access(box: Sandbox, options: Options) -> None:
    options.update(_WAIT)
    twelve_steps(partial(run_module, "tcr_public_access"), box.journal, options, None, {**options, "state": "absent"})


@scene(_open_entry)
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


@scene()
def tcr_namespace(box: Sandbox, options: Options) -> None:
    course(
        box,
        "tcr_namespace",
        {**options, "namespaces": [{"name": "team-a"}, {"name": "team"}]},
        {**options, "namespaces": [{"name": "team", "public": True}], "state": "exact"},
        {**options, "namespaces": [{"name": "team"}], "state": "absent"},
    )
