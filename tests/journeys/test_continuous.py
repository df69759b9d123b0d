# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each push is copied at once until the cut-over, and nothing falls into the gap before that."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules.cam_policy import (
    MigrationPath,
    access_policy,
)
from tests.journeys.journey import Journey, assert_success, sentences
from tests.sandbox.core.images import image, push_images
from tests.sandbox.harbor.api import policies

SELECTED = {"migration_projects": ["library"], "migration_continuous": True}


def push(journey: Journey, repository: str, tag: str) -> None:
    """Push an image to Harbor, as somebody would."""
    facts = journey.sandbox.facts
    login = (facts["harbor_url"], facts["harbor_username"], facts["harbor_password"])
    push_images(*login, {repository: {tag: image([repository, tag])}})


def push_before_the_events(journey: Journey, monkeypatch: pytest.MonkeyPatch, repository: str, tag: str) -> None:
    """Push when the policies are about to be changed: after the comparison, and too early to start an event."""
    validate, planted = policies.validate, []

    def late(flavour: Any, values: dict[str, Any], triggered: bool) -> None:
        if values["trigger_type"] == "event_based" and not planted:
            planted.append(tag)
            push(journey, repository, tag)
        validate(flavour, values, triggered)

    monkeypatch.setattr(policies, "validate", late)


def arrives(journey: Journey, repository: str, tag: str) -> bool:
    """Whether a tag comes to the target within some seconds."""
    end = time.monotonic() + 20
    while tag not in journey.target_digests().get(repository, {}):
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def test_pushes_are_copied_from_the_first_comparison_on(
    make_played_journey: Callable[..., Journey], monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = make_played_journey(variables=SELECTED)
    assert_success(journey.run("plan"))
    planned = journey.planned_steps()
    assert planned[-1] == "create event-based trigger: `demo`"
    push_before_the_events(journey, monkeypatch, "library/nginx", "meanwhile")
    assert_success(journey.run("migrate"))
    assert journey.steps() == [*planned, "start replication execution: `demo`"]
    assert "meanwhile" in journey.target_digests()["library/nginx"]
    (policy,) = journey.policies().values()
    assert (policy["trigger"]["type"], policy["deletion"]) == ("event_based", False)

    push(journey, "library/new", "1")
    assert arrives(journey, "library/new", "1")
    second = journey.run("migrate")
    assert_success(second)
    assert (second.total("changed"), journey.steps()) == (0, [])
    of_the_copying = sorted(journey.output.glob("demo-migrate-20*.json"))[0]
    verified = journey.run("verify", migration_unchanged_since=str(of_the_copying))
    assert "1 new: library/new:1" in sentences(verified)
    assert "Continuous replication: healthy" in verified.output
    report = journey.report()
    assert (report["continuous"]["healthy"], report["lag"]["total"], report["comparison"]["equal"]) == (True, 0, True)

    facts = journey.sandbox.facts
    journey.policy = access_policy(
        MigrationPath("public", registry_id=facts["registry_id"], region=facts["tcr_region"], target_removal=True)
    )
    asked = {"cleanup_target": True, "cleanup_target_confirm": "demo"}
    removing = journey.run("cleanup", **asked)
    assert_success(removing)
    shown, removed = (
        removing.output.index(words) for words in ("To be removed at the target:", "Cleanup of the migration")
    )
    assert shown < removed
    assert journey.target_digests().keys() == {"library/new"}
    steps = journey.steps()
    assert {"delete repository: `library/base`", "delete repository: `library/nginx`"} <= set(steps)
    kept = {one["key"]: one["reason"] for one in journey.report()["kept_at_target"]}
    assert kept == {"library": "it holds library/new"}
    assert "| namespace | library | it holds library/new |" in journey.report_text()
