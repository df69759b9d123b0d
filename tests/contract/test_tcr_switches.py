# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every TCR module under each setting of every switch of the sandbox that concerns it.

A switch concerns a module when the sandbox looks at it while the module's scene is played. So the list makes itself:
a new switch or a new module is tested as soon as it is there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.wait import Wait
from tests.contract.migration_scenes import SCENES
from tests.contract.tcr_report import FACT, RUN
from tests.contract.tcr_scenes import connection
from tests.sandbox import Sandbox
from tests.sandbox.settings import Settings
from tests.sandbox.tcr.settings import TcrSettings
from tests.tools.environments import ROOT

OURS = "ansible_collections.cloud_registry.migration.plugins.module_utils"
# Switches that are no choice between two words or two truths, and the one that is off otherwise for speed.
OTHER_SETTINGS: dict[str, list[Any]] = {
    "link_pending_status": ["Creating", ""],
    "namespace_first_page": [1],
    "policy_description_length": [255],
    "rate_limits": [True],
    "service_account_without_expiry": [0],
}
# No readings of the documentation, but states in which a module must fail; the tests of the modules show how.
STATES = {
    "dns_enabling_result", "endpoint_closing_result", "endpoint_opening_result", "instance_creation_result",
    "instance_removal_result", "link_creation_result", "private_dns_activated", "registry_status",
}  # fmt: skip
# Readings that no module can meet, because none asks for what the sources disagree on.
NOT_MET = {
    "combined_instance_change": "tcr_instance changes edition and protection with calls of their own",
    "delete_by_cidr": "tcr_public_whitelist deletes by position and version",
    "dry_run_answer": "no module sends DryRun; check mode is a matter of the engine",
    "image_removal": "no module deletes single images",
    "instance_with_namespaces": "tcr_instance refuses to delete a registry that has namespaces",
    "immutable_same_digest": "Harbor does not push what the target holds already",
    "namespace_first_page": "namespaces are listed with All",
    "namespace_removal": "tcr_namespace refuses to delete a namespace with repositories, or deletes these first",
    "page_zero": "no module asks for page 0",
    "policy_description_required": "tcr_public_whitelist never sends an empty description",
    "referrers_api": "no scene has images that others refer to",
    "repository_levels": "no module creates repositories",
    "unknown_namespace_status": "Harbor asks for the manifest before it pushes, which is refused in any case",
    "unknown_role": "no scene assumes a role; the tests of the sources of keys play both",
}
QUICK = {
    "endpoint_opening": 0.05, "endpoint_closing": 0.05, "link_entry": 0.0, "link_running": 0.04, "link_address": 0.06,
    "link_removal": 0.05, "dns_enabling": 0.04, "dns_disabling": 0.04, "instance_deploying": 0.06,
    "instance_upgrade": 0.04, "instance_tagging": 0.04, "instance_removal": 0.05, "rate_limits": False,
    "harbor_flow_seconds": 0.05, "harbor_queue_seconds": 0.02, "harbor_task_seconds": 0.02,
    "harbor_status_lag_seconds": 0.05, "harbor_retry_scale": 0.002, "harbor_drop_seconds": 0.02,
}  # fmt: skip


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short pauses between two looks, and none between calls for the sake of rate limits."""
    monkeypatch.setattr(f"{OURS}._module.run._wait", lambda given: Wait(given.get("wait", True), 20, 0.02))
    monkeypatch.setattr(f"{OURS}._tencent.client.RateLimiter.wait", lambda limiter, action: None)


def alternatives() -> dict[str, list[Any]]:
    """The settings of each switch beside its default."""
    others: dict[str, list[Any]] = {}
    for field in fields(TcrSettings):
        if "choices" in field.metadata:
            others[field.name] = [value for value in field.metadata["choices"] if value != field.default]
        elif isinstance(field.default, bool):
            others[field.name] = [not field.default]
    return {name: settings for name, settings in {**others, **OTHER_SETTINGS}.items() if name not in STATES}


@contextmanager
def observed(box: Sandbox) -> Iterator[set[str]]:
    """The names of the settings at which the sandbox looks meanwhile."""
    looked_at: set[str] = set()

    class Observed(Settings):
        def __getattribute__(self, name: str) -> Any:
            looked_at.add(name)
            return super().__getattribute__(name)

    box.settings.__class__ = Observed
    yield looked_at
    box.settings.__class__ = Settings


def play(module: str, directory: Path, **settings: Any) -> set[str]:
    """Play the scene of a module in a sandbox of its own; the names of the settings that it depends on."""
    prepare, scene, harbor = SCENES[module]
    pause = 0.12 if settings.get("rate_limits") else 0.01
    with (
        pytest.MonkeyPatch.context() as patch,
        Sandbox(directory, harbor_version=harbor, seed="none", network="public", **{**QUICK, **settings}) as box,
    ):
        patch.setattr(f"{OURS}._http.client.Retry.pause", lambda retry, attempt: time.sleep(pause))
        prepare(box, connection(box))
        with observed(box) as looked_at:
            scene(box, connection(box))
        return set(looked_at)


@cache
def concerned(module: str) -> set[str]:
    """The switches that concern a module."""
    with TemporaryDirectory() as directory:
        return play(module, Path(directory))


@pytest.mark.parametrize("module", sorted(SCENES))
def test_module_under_each_setting(module: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    failed = []
    for switch, settings in alternatives().items():
        for setting in settings if switch in concerned(module) else ():
            try:
                play(module, tmp_path / f"{switch}-{setting}", **{switch: setting})
            except AssertionError as problem:
                failed.append(f"{switch}={setting}: {problem}")
            else:
                record_property(RUN, f"{switch}={setting!r} {module}")
    assert not failed, "\n".join(failed)


def test_every_module_has_a_scene() -> None:
    assert {path.stem for path in (ROOT / "plugins/modules").glob("tcr_*.py")} <= set(SCENES)


def test_every_switch_is_met_by_a_module_or_can_be_met_by_none(
    record_property: Callable[[str, object], None],
) -> None:
    met = set().union(*map(concerned, SCENES))
    assert {switch for switch in alternatives() if switch not in met} == set(NOT_MET)
    record_property(
        FACT, f"switches that no module meets: {len(NOT_MET)}; of states in which modules must fail: {len(STATES)}"
    )


def test_every_switch_is_one_of_the_sandbox() -> None:
    assert STATES | set(OTHER_SETTINGS) | set(NOT_MET) <= {field.name for field in fields(TcrSettings)}
