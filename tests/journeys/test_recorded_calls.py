# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration asks and changes what the first version did, but for the differences that are listed here."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.recording import RECORDS, SCENES, record


@dataclass(frozen=True)
class Difference:
    """An intended difference: calls that match are made less or more often, for a reason."""

    calls: str
    more: bool
    reason: str


INTENDED = (
    Difference(
        r"harbor GET /api\S*/(systeminfo|users/current|version)", False, "Harbor is detected once and handed on"
    ),
    Difference(
        r"harbor (GET /api/v2.0/ping|POST /c/login)",
        True,
        "a login for each module is one check of the password for each",
    ),
    Difference(r"tcr DescribeInstances", False, "the registry is looked up once and handed on"),
    Difference(r"tcr HEAD /", False, "the API's answers tell its time, so that no host must ask for it"),
    Difference(r"harbor GET /api\S*/(projects|repositories)\S*", False, "the source is read once before the copying"),
    Difference(r"harbor GET /api\S*/(registries|health)", False, "endpoints and health are read once before a change"),
    Difference(r"harbor GET /api\S*/replication/\S+", False, "policies are read once before a change"),
    Difference(r"tcr Describe(?!Instances)\w+", False, "what preflight and report listed apart is listed once"),
    Difference(r"harbor GET /api\S*/executions/ID(/tasks)?", True, "a look without a start of a module is sooner over"),
    Difference(r"harbor GET /api\S*/health", True, "so is a look at Harbor's health while it starts again"),
    Difference(r"harbor GET /api\S*/(registries|replication/policies)", True, "plan lists leftovers, as a run does"),
    Difference(r"harbor GET /api\S*/replication/executions", True, "no credential is said to be unused while one runs"),
    Difference(r"tcr Describe(InstanceToken|SecurityPolicies)", True, "a cleanup lists what still exists after it"),
    Difference(
        r"harbor GET /api\S*/(projects|robots|projects/ID/robots)", True, "so are the robot accounts of all projects"
    ),
    Difference(r"tcr DescribeExternalEndpointStatus", True, "the whitelist is among these leftovers"),
    Difference(r"registry (HEAD|GET) \S+", False, "how many of the workers ask before the first token came is chance"),
    Difference(r"registry (HEAD|GET) \S+", True, "how many of the workers ask before the first token came is chance"),
)

# What is asked of the registry now, and what instead of that no more.
REPLACED = (
    Difference(r"registry HEAD /v2/platform/\S+/manifests/[^/:]+", False, "the listing shows the digest of an index"),
    Difference(
        r"registry HEAD /v2/platform/\S+/manifests/sha256:\w+", True, "no listing shows what is inside an index"
    ),
)


def unexplained(recorded: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """The differences between two summaries that nothing in INTENDED explains."""
    complaints = []
    for name in ("writes", "manifests pushed"):
        if recorded[name] != found[name]:
            complaints.append(f"{name}: {recorded[name]} became {found[name]}")
    for call in sorted({*recorded["reads"], *found["reads"]}):
        before, after = recorded["reads"].get(call, 0), found["reads"].get(call, 0)
        if before == after:
            continue
        # A tag that the registry is no longer asked about is no chance, nor is one that nobody asked about before.
        vanished = call.startswith("registry ") and not (before and after)
        intended = REPLACED if vanished else INTENDED
        if not any(re.fullmatch(one.calls, call) and one.more == (after > before) for one in intended):
            complaints.append(f"{call}: {before} calls became {after}")
    return complaints


def asked_too_often(playbook: str, calls: dict[str, Any]) -> list[str]:
    """What is to be found out once in a run, or once before and once after the copying, and was asked more often."""
    pages = 2 if playbook == "migrate" else 1
    limits = {r"tcr DescribeInstances|harbor GET /api/version": 1, r"harbor GET /api\S*/(artifacts|tags)": pages}
    found = [
        (call, count, most)
        for call, count in calls["reads"].items()
        for pattern, most in limits.items()
        if re.fullmatch(pattern, call) and count > most
    ]
    return [f"{call}: asked {count} times, {most} would do" for call, count, most in found]


@pytest.mark.parametrize(("network", "version"), SCENES)
def test_the_demonstration_asks_what_it_always_did(network: str, version: str, tmp_path: Path) -> None:
    recorded = json.loads((RECORDS / f"{network}-{version}.json").read_text())
    complaints: list[str] = []
    for playbook, run, calls in record(network, version, tmp_path):
        found = [*unexplained(recorded[playbook], calls), *asked_too_often(playbook, calls)]
        complaints += [f"{playbook}: {one}" for one in found]
        if playbook in ("migrate again", "verify"):
            assert not [one.module for one in run.tasks if one.changed]
    assert not complaints, "\n".join(complaints)


def test_a_difference_that_nobody_intended_is_seen() -> None:
    recorded = {"writes": ["tcr CreateNamespace"], "manifests pushed": 3, "reads": {"tcr DescribeInstances": 9}}
    assert not unexplained(recorded, {**recorded, "reads": {"tcr DescribeInstances": 1}})
    for change in (
        {"writes": []},
        {"manifests pushed": 2},
        {"reads": {"tcr DescribeInstances": 10}},
        {"reads": {"tcr DescribeInstances": 9, "tcr DescribeSecrets": 1}},
        {"reads": {"tcr DescribeInstances": 9, "registry HEAD /v2/shop/web/manifests/1": 1}},
    ):
        assert len(unexplained(recorded, {**recorded, **change})) == 1


def test_what_is_asked_again_is_seen() -> None:
    twice = {"reads": {"tcr DescribeInstances": 2, "harbor GET /api/v2.0/projects/shop/artifacts": 2}}
    assert len(asked_too_often("plan", twice)) == 2
    assert len(asked_too_often("migrate", twice)) == 1
