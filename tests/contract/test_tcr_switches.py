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
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._core.wait import Wait
from tests.contract.tcr_report import RUN
from tests.contract.tcr_scenes import SCENES, connection
from tests.sandbox import Sandbox
from tests.sandbox.settings import Settings
from tests.sandbox.tcr.settings import TcrSettings
from tests.tools.environments import ROOT

# Switches that are no choice between two words or two truths, and the one that is off otherwise for speed.
OTHER_SETTINGS: dict[str, list[Any]] = {
    "link_pending_status": ["Creating", ""],
    "namespace_first_page": [1],
    "rate_limits": [True],
    "service_account_without_expiry": [0],
}
# No readings of the documentation, but states in which a module must fail; the tests of the modules show how.
STATES = {"registry_status", "instance_creation_result", "instance_removal_result", "private_dns_activated"}
QUICK = {
    "endpoint_opening": 0.1, "endpoint_closing": 0.1, "link_entry": 0.02, "link_running": 0.05, "link_address": 0.1,
    "link_removal": 0.1, "dns_enabling": 0.05, "dns_disabling": 0.05, "instance_deploying": 0.1,
    "instance_upgrade": 0.05, "instance_tagging": 0.05, "instance_removal": 0.1, "rate_limits": False,
}  # fmt: skip


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short pauses before something is repeated, and none between calls for the sake of rate limits."""
    ours = "ansible_collections.cloud_registry.migration.plugins.module_utils"
    monkeypatch.setattr(f"{ours}._module.run.wait_of", lambda parameters: Wait(timeout=20, interval=0.05))
    monkeypatch.setattr(f"{ours}._api.tencent.RateLimiter.wait", lambda limiter, action: None)
    monkeypatch.setattr(f"{ours}._api.http.Retry.pause", lambda retry, attempt: time.sleep(0.12))


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
    prepare, scene = SCENES[module]
    with Sandbox(directory, harbor_version=None, **{**QUICK, **settings}) as box:
        prepare(box, connection(box))
        with observed(box) as looked_at:
            scene(box, connection(box))
        return set(looked_at)


@pytest.mark.parametrize("module", sorted(SCENES))
def test_module_under_each_setting(module: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    concerned = play(module, tmp_path / "default")
    failed = []
    for switch, settings in alternatives().items():
        for setting in settings if switch in concerned else ():
            try:
                play(module, tmp_path / f"{switch}-{setting}", **{switch: setting})
            except AssertionError as problem:
                failed.append(f"{switch}={setting}: {problem}")
            else:
                record_property(RUN, f"{switch}={setting!r} {module}")
    assert not failed, "\n".join(failed)


def test_every_module_has_a_scene() -> None:
    assert set(SCENES) == {path.stem for path in (ROOT / "plugins/modules").glob("tcr_*.py")}


def test_every_switch_concerns_a_client() -> None:
    assert STATES | set(alternatives()) <= {field.name for field in fields(TcrSettings)}
