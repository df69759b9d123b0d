# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was approved against the plan now: which difference is named, and how exactly, by what is known of the approved plan."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.plan.approval import refusal
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.plan.approved import (
    ApprovedPlan,
    read_approved_plan,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.plan.document import Plan
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.plan.identity import (
    project_digests,
    readable,
    section_digests,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.plan.tags import compressed
from tests.unit.migration.plan_scene import chart, digest, options, plan, quota, repository

BEFORE = plan()
WITH_TAGS = ApprovedPlan(BEFORE.sha256, BEFORE.document, BEFORE.contents)
WITH_FILE = ApprovedPlan(BEFORE.sha256, BEFORE.document)
WITH_ARTIFACT = ApprovedPlan(
    BEFORE.sha256, sections=section_digests(BEFORE.document), projects=project_digests(BEFORE.document)
)
WITH_SHA256 = ApprovedPlan(BEFORE.sha256)
WAYS = [WITH_TAGS, WITH_FILE, WITH_ARTIFACT, WITH_SHA256]


def inventory(**tags: dict[str, str]) -> dict[str, Any]:
    """The inventory with other tags in repositories; ``shop__web`` stands for ``shop/web``."""
    found = copy.deepcopy(options()["inventory"])
    for name, wanted in tags.items():
        one = next((one for one in found["repositories"] if one["name"] == name.replace("__", "/")), None)
        if one is None:
            found["repositories"].append(repository(name.replace("__", "/"), wanted))
        else:
            one["tags"] = wanted
    return found


PUSHED = plan(inventory=inventory(shop__web={"1": digest("a"), "2": digest("b"), "3": digest("f")}))


@pytest.mark.parametrize("approved", WAYS)
def test_the_plan_that_was_approved_passes(approved: ApprovedPlan) -> None:
    assert refusal(approved, plan()) == ""


def test_a_tag_that_was_pushed_since_is_named_with_its_digest() -> None:
    said = refusal(WITH_TAGS, PUSHED)
    assert f"- shop/web: tag 3 was pushed since the approval ({digest('f')})" in said
    assert said.startswith(
        f"The plan has the SHA-256 {PUSHED.sha256} now, and {BEFORE.sha256} was approved. It differs in this:"
    )
    assert said.endswith("Nothing was changed. Run plan, and have its result approved.")
    assert "bytes" not in said, "what follows from the tags is not told again"


def test_without_the_tags_the_repository_is_named() -> None:
    assert "- repositories: shop/web: tags 3 (SHA-256 " in refusal(WITH_FILE, PUSHED)


def test_with_the_artifact_sections_and_projects_are_named() -> None:
    lines = refusal(WITH_ARTIFACT, PUSHED).splitlines()
    assert "- section repositories is different" in lines and "- project shop is different" in lines
    assert not [line for line in lines if "project tools" in line]


def test_with_the_sha256_alone_only_that_it_is_another_one() -> None:
    said = refusal(WITH_SHA256, PUSHED)
    assert PUSHED.sha256 in said and BEFORE.sha256 in said
    assert "With the file of the approved plan, the difference would be named." in said and "\n" not in said


LINK = {"network": "private", "vpc_id": "vpc-1", "subnet_id": "subnet-1", "public_cidrs": []}
ENTRY = {"action": "create", "object": "whitelist entry", "key": "203.0.113.7/32"}
SELECTION = {
    **options()["inventory"],
    "selection": {"projects": ["shop"], "repositories": ["shop/**", "tools/*"], "tags": []},
}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"inventory": inventory(shop__web={"1": digest("0"), "2": digest("b")})},
         f"shop/web: tag 1 was pushed again since the approval ({digest('0')} instead of {digest('a')})"),
        ({"inventory": inventory(shop__web={"1": digest("a")})},
         f"shop/web: tag 2 is gone since the approval ({digest('b')})"),
        ({"inventory": inventory(shop__new={"1": digest("a")})},
         f"shop/new: tag 1 was pushed since the approval ({digest('a')})"),
        ({"charts": {"charts": [chart("1.0.0"), {**chart("1.1.0"), "digest": digest("9")}]}},
         f"shop/front: chart version 1.1.0 was pushed again since the approval ({digest('9')} instead of {digest('c')})"),
        ({"inventory": SELECTION}, "selection.projects.values: shop instead of nothing"),
        ({"access": "run"}, "access.mode: run instead of lease"),
        ({"lease_hours": 12}, "access.lease_hours: 12 instead of 72"),
        (LINK, "access.network: private instead of public"),
        ({"public_cidrs": ["10.0.0.0/8"]}, "access.public_cidrs: 10.0.0.0/8 instead of 203.0.113.7/32"),
        ({"steps": [ENTRY, *options()["steps"]]},
         "steps: create whitelist entry 203.0.113.7/32 is in the plan now, and was not approved"),
        ({"steps": options()["steps"][1:]}, "steps: create namespace store was approved, and is not in the plan now"),
        ({"steps": options()["steps"][::-1]}, "steps: in another order"),
        ({"registry": {**options()["registry"], "registry_id": "tcr-2"}}, "target.registry_id: tcr-2 instead of tcr-1"),
        ({"source": "https://other.example.com"}, "source.url: https://other.example.com instead of https://harbor.example.com"),
        ({"requirements": {**options()["requirements"], "quotas": [quota(enough=False)]}},
         "quotas: namespaces: enough False instead of True"),
        ({"speed": 5}, "sections: transfer"),
    ],
)  # fmt: skip
def test_each_kind_of_difference_is_named(changes: dict[str, Any], sentence: str) -> None:
    assert f"- {sentence}" in refusal(WITH_TAGS, plan(**changes)).splitlines()


def test_what_another_selection_adds_is_not_called_a_push() -> None:
    wider = {**inventory(shop__new={"1": digest("a")}), "selection": {"projects": [], "repositories": [], "tags": []}}
    said = refusal(WITH_TAGS, plan(inventory=wider))
    assert f"- shop/new: tag 1 is in the plan now, and was not approved ({digest('a')})" in said
    assert "since the approval" not in said


@pytest.mark.parametrize("approved", WAYS[:3])
def test_a_refusal_is_short_however_much_differs(approved: ApprovedPlan) -> None:
    many = plan(inventory=inventory(**{f"project{number}__web": {"1": digest("a")} for number in range(500)}))
    lines = refusal(approved, many, most=10).splitlines()
    assert len(lines) == 1 + 10 + 1 + 1
    assert lines[-2].startswith("- and ") and lines[-2].endswith(" more") and int(lines[-2].split()[2]) > 190
    assert len("\n".join(lines)) < 5000


def test_a_project_that_is_only_summed_up_now_is_not_called_gone() -> None:
    many = plan(inventory=inventory(**{f"project{number}__web": {"1": digest("a")} for number in range(500)}))
    lines = refusal(WITH_ARTIFACT, many, most=1000).splitlines()
    assert "- projects beyond the first 200: different" in lines
    assert not [line for line in lines if "project tools" in line]


def test_a_value_of_any_length_fits_into_a_line() -> None:
    cidrs = [f"10.0.{number}.0/24" for number in range(250)]
    line = next(one for one in refusal(WITH_TAGS, plan(public_cidrs=cidrs)).splitlines() if "public_cidrs" in one)
    assert len(line) < 300 and "..." in line


def write(directory: Path, made: Plan = BEFORE, name: str = "kept", **changes: Any) -> Path:
    """The files of a plan under a name that no run gives them; ``changes`` are made afterwards, by hand."""
    file = directory / f"{name}-plan-of-then.json"
    file.write_text(readable({**made.document, **changes}))
    return file


def refused(value: Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        read_approved_plan(value, "spring")
    assert str(caught.value).startswith("migration_approved_plan ")
    return str(caught.value)


def test_an_approved_plan_is_read_from_whatever_it_is_given_as(tmp_path: Path) -> None:
    file = tmp_path / "spring-plan.json"
    file.write_text(readable(BEFORE.document))
    assert read_approved_plan(str(file), "spring") == WITH_FILE
    (tmp_path / "spring-plan-tags.jsonl.gz").write_bytes(compressed(BEFORE.lines))
    assert read_approved_plan(f" {file} \n", "spring") == WITH_TAGS
    assert read_approved_plan(BEFORE.sha256.upper(), "spring") == WITH_SHA256
    assert read_approved_plan(f"sha256:{BEFORE.sha256}", "spring") == WITH_SHA256
    artifact = {"sha256": BEFORE.sha256, "sections": WITH_ARTIFACT.sections, "projects": WITH_ARTIFACT.projects}
    assert read_approved_plan({**artifact, "migration_id": "spring"}, "spring") == WITH_ARTIFACT
    assert read_approved_plan(json.dumps(artifact), "spring") == WITH_ARTIFACT


def test_what_is_no_approved_plan_is_refused_in_a_sentence(tmp_path: Path) -> None:
    missing = tmp_path / "missing.json"
    assert f"is {missing}, which cannot be read (No such file or directory)." in refused(str(missing))
    (tmp_path / "other.json").write_text("[1]")
    assert "which is not a plan in JSON." in refused(str(tmp_path / "other.json"))
    (tmp_path / "foreign.json").write_text('{"schema_version": "x"}')
    assert "which is not a plan." in refused(str(tmp_path / "foreign.json"))
    assert "Set it to the file spring-plan.json beside it." in refused(str(tmp_path / "spring-plan.md"))
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    assert "which is not text." in refused(str(tmp_path / "binary"))
    assert "holds nothing but blanks." in refused("  ")
    assert "is a list." in refused([])
    assert "is a mapping without the SHA-256 of a plan." in refused({"plan_steps": 3})
    assert "is a mapping without the SHA-256 of a plan." in refused({"sha256": BEFORE.sha256, "sections": 1})
    assert "begins like JSON, which is not a plan in JSON." in refused("{oops")


def test_a_plan_of_another_migration_or_version_or_made_by_hand_is_refused(tmp_path: Path) -> None:
    assert "of the migration 'autumn', and migration_id is 'spring'." in refused(
        str(write(tmp_path, plan(migration_id="autumn")))
    )
    assert "of the migration 'autumn'" in refused({"migration_id": "autumn", "sha256": BEFORE.sha256})
    assert "which has schema_version 2, and 1 is known here." in refused(str(write(tmp_path, schema_version=2)))
    by_hand = refused(str(write(tmp_path, steps=[])))
    assert f"which was changed after plan wrote it: it states the SHA-256 {BEFORE.sha256} and has " in by_hand


def test_tags_that_are_not_those_of_the_plan_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "spring-plan.json"
    file.write_text(readable(BEFORE.document))
    beside = tmp_path / "spring-plan-tags.jsonl.gz"
    beside.write_bytes(compressed(PUSHED.lines))
    assert f"but {beside} has other lines than those that the plan was made with." in refused(str(file))
    beside.write_bytes(b"")
    assert f"but {beside} " in refused(str(file))
