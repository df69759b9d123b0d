# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan as a document: what it holds, what it leaves out, and by what it is recognised."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.plan import estimate as estimates
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.plan.identity import (
    OTHER_PROJECTS,
    canonical,
    plan_sha256,
    project_digests,
    readable,
    section_digests,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.plan.markdown import (
    plan_text,
    summary,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.plan.tags import (
    compressed,
    read_contents,
)
from tests.support.schemas import validator
from tests.unit.migration.plan_scene import (
    CAPABILITIES,
    TOTALS,
    chart,
    compared,
    digest,
    options,
    plan,
    quota,
    repository,
)

RESTARTS = [
    {"action": "create", "object": "container hosts", "key": "harbor-1"},
    {"action": "recreate", "object": "containers", "key": "harbor-1: core, jobservice"},
    {"action": "restart", "object": "containers", "key": "harbor-1: proxy"},
]


def shuffled(value: Any) -> Any:
    """The same with the keys of all mappings in another order."""
    if isinstance(value, dict):
        return {key: shuffled(one) for key, one in reversed(value.items())}
    return [shuffled(one) for one in value] if isinstance(value, list) else value


def inventory(**changes: Any) -> dict[str, Any]:
    return {**options()["inventory"], **changes}


def risks_of(**changes: Any) -> dict[str, str]:
    return {one["risk"]: one["text"] for one in plan(**changes).document["risks"]}


def test_a_plan_matches_the_published_schema_and_a_strange_one_does_not() -> None:
    document = plan().document
    validator("plan-1.json").validate(document)
    assert list(validator("plan-1.json").iter_errors({**document, "written": "2026-11-29T03:04:05Z"}))
    assert list(validator("plan-1.json").iter_errors({**document, "schema_version": 2}))


def test_the_same_state_gives_the_same_bytes_in_whatever_order_it_is_told() -> None:
    told = shuffled(options())
    told["inventory"]["repositories"].reverse()
    told["comparison"]["repositories"].reverse()
    told["charts"]["charts"].reverse()
    told["targets"]["namespaces"].reverse()
    first, second = plan(), plan(**told)
    assert readable(first.document) == readable(second.document)
    assert compressed(first.lines) == compressed(second.lines)
    assert plan_text(first.document) == plan_text(second.document)


def test_another_controller_makes_the_same_plan() -> None:
    """Its clock, its directories and its speed are not in it, nor how much of a quota others use."""
    file = {"action": "write", "object": "credential file", "key": "/srv/ci/7/credential.json"}
    made = {"action": "create", "object": "access credential", "key": "managed by cloud_registry.migration: spring"}
    leased = {**made, "key": f"{made['key']} until 2026-12-02T03Z"}
    here = plan(steps=[file, made])
    there = plan(
        steps=[{**file, "key": "/opt/other/credential.json"}, leased],
        comparison={**options()["comparison"], "ended": 1.0},
        requirements={**options()["requirements"], "quotas": [quota(used=9)]},
    )
    assert here.sha256 == there.sha256
    assert "/srv" not in readable(here.document) and "2026" not in readable(here.document)


def test_its_sha256_is_over_canonical_json_without_that_field() -> None:
    document = plan().document
    rest = {name: value for name, value in document.items() if name != "sha256"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert document["sha256"] == hashlib.sha256(text.encode()).hexdigest() == plan_sha256(document)
    assert plan_sha256({**document, "sha256": ""}) == document["sha256"]
    assert canonical({"b": ["ü"], "a": None}) == '{"a":null,"b":["ü"]}'


def test_every_section_and_project_has_a_sha256_of_its_own() -> None:
    pushed = inventory(repositories=[*options()["inventory"]["repositories"][:1], repository("tools/cli", {"1": "x"})])
    before, after = plan(), plan(inventory=pushed)
    sections = [section_digests(one.document) for one in (before, after)]
    assert sections[0].keys() == before.document.keys() - {"sha256", "schema_version", "migration_id"}
    assert {name for name in sections[0] if sections[0][name] != sections[1][name]} == {"contents", "repositories"}
    projects = [project_digests(one.document) for one in (before, after)]
    assert projects[0]["shop"] == projects[1]["shop"] and projects[0]["tools"] != projects[1]["tools"]


def test_only_so_many_projects_have_one_and_the_rest_has_one_together() -> None:
    before = project_digests(plan().document, most=1)
    assert list(before) == ["shop", OTHER_PROJECTS]
    pushed = inventory(repositories=[*options()["inventory"]["repositories"][:1], repository("tools/cli", {"1": "x"})])
    after = project_digests(plan(inventory=pushed).document, most=1)
    assert before["shop"] == after["shop"] and before[OTHER_PROJECTS] != after[OTHER_PROJECTS]


def test_a_repository_has_the_count_and_the_sha256_of_its_sorted_tags() -> None:
    web = plan().document["repositories"][0]
    lines = f"1 {digest('a')}\n2 {digest('b')}\n"
    assert web["tags"] == {"count": 2, "sha256": hashlib.sha256(lines.encode()).hexdigest()}
    assert (web["accessories"]["count"], web["untagged_images"]["count"]) == (1, 0)
    assert web["untagged_images"]["sha256"] == hashlib.sha256(b"").hexdigest()
    assert plan().document["charts"][0]["versions"]["count"] == 2


def test_every_tag_is_a_line_of_the_file_whose_sha256_is_in_the_plan() -> None:
    made = plan()
    packed = compressed(made.lines)
    text = gzip.decompress(packed).decode()
    lines = [json.loads(line) for line in text.splitlines()]
    assert made.document["contents"] == {"lines": len(lines), "sha256": hashlib.sha256(text.encode()).hexdigest()}
    assert {"repository": "shop/web", "kind": "tag", "name": "1", "digest": digest("a")} in lines
    assert {one["kind"] for one in lines} == {"tag", "accessory", "untagged image", "chart version"}
    assert packed[4:8] == bytes(4), "gzip notes no time"
    assert read_contents(packed, made.document["contents"]["sha256"]) == made.contents


def test_a_file_of_other_tags_is_not_taken() -> None:
    packed = compressed(plan(charts={}).lines)
    with pytest.raises(InvalidInput, match="other lines"):
        read_contents(packed, plan().document["contents"]["sha256"])
    with pytest.raises(InvalidInput, match="is not the compressed list"):
        read_contents(b"{}", "")


def test_only_what_is_not_at_the_target_is_copied_and_takes_time() -> None:
    transfer = plan().document["transfer"]
    assert (transfer["selected_bytes"], transfer["bytes"], transfer["repositories"]) == (40_000_000, 20_000_000, 1)
    nothing = {**options()["comparison"], "repositories": [compared("shop/web", {"1": "equal"})]}
    assert plan(comparison=nothing).document["transfer"]["seconds"] == 0


@pytest.mark.parametrize(
    ("sizes", "tags", "speed", "seconds"),
    [
        ([], 0, -1, 0),
        # The line decides: 125 MB at 12.5 MB/s, then 2 repositories and 10 tags between 10 workers.
        ([62_500_000, 62_500_000], 10, -1, 10 + 2),
        # The limit of a task decides: 1000 units are 128,000 bytes per second.
        ([12_800_000, 1_280_000], 2, 1000, 100 + 2),
        # All workers together: 20 repositories of 12.8 MB with 10 tasks.
        ([12_800_000] * 20, 20, 1000, 200 + 12),
        # A limit beyond the line is none.
        ([12_500_000], 1, 1_000_000, 1 + 1),
    ],
)
def test_the_duration_is_computed_from_sizes_and_limits(sizes: list[int], tags: int, speed: int, seconds: int) -> None:
    assert estimates.estimate(sizes, tags, speed)["seconds"] == seconds


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (119, "119 seconds"), (120, "2 minutes"), (7200, "2 hours"), (100_000, "28 hours"), (172_801, "3 days")],
)  # fmt: skip
def test_durations_are_rounded_up(seconds: int, words: str) -> None:
    assert estimates.in_words(seconds) == words


def test_it_says_what_is_selected_and_by_which_variable() -> None:
    text = plan_text(plan().document)
    assert "| Projects | all projects: no migration_projects given |" in text
    assert "| Repositories | repositories shop/**, tools/*: given by migration_repositories |" in text
    assert "| Selected | 2 projects, 2 repositories, 3 tags, 1 accessories, 1 untagged images, 40000000 bytes |" in text
    assert summary(plan().document)[1:4] == [
        "  all projects: no migration_projects given",
        "  repositories shop/**, tools/*: given by migration_repositories",
        "  all tags: no migration_tags given",
    ]


def test_each_part_of_the_selection_names_its_variable() -> None:
    selection = plan().document["selection"]
    assert {name: one["variable"] for name, one in selection.items()} == {
        name: f"migration_{name}" for name in selection
    }
    assert selection["namespace_map"]["values"] == ["shop=store"]
    assert (selection["accessories"]["values"], selection["charts"]["values"]) == (["require"], ["auto"])


def test_it_says_what_will_happen_and_where_everything_goes() -> None:
    document = plan(
        steps=[{"action": "update", "object": "whitelist entry", "key": "10.0.0.1", "shared_with": ["b", "a"]}]
    ).document
    text = plan_text(document)
    assert "1. update whitelist entry: `10.0.0.1` (shared with a, b)" in text
    assert "| shop | store |" in text and "| shop/web | store/web | 2 | 1 | 0 | missing |" in text
    assert "| shop/front | shop/charts/front | 2 | 2 |" in text
    assert "| namespaces | basic | 50 | 2 | yes |" in text
    assert "| Temporary access | open until cleanup, expired after 72 hours |" in text
    assert json.loads(text.partition("```json\n")[2].partition("```")[0]) == options()["requirements"]["policy"]
    assert f"| SHA-256 | `{document['sha256']}` |" in text
    assert summary(document, ["/out/spring-plan.md"])[-2:] == [
        "Written: /out/spring-plan.md",
        f"SHA-256 of the plan: {document['sha256']}",
    ]
    assert "Nothing: everything is in place." in plan_text(plan(steps=[]).document)


def test_it_says_what_of_harbor_is_away_for_a_moment() -> None:
    document = plan(steps=RESTARTS).document
    assert document["interruptions"] == RESTARTS[1:]
    interruption = plan_text(document).partition("## Harbor is interrupted\n")[2].partition("\n## ")[0]
    assert "Logins, pushes and pulls fail meanwhile" in interruption
    assert "- recreate containers harbor-1: core, jobservice\n- restart containers harbor-1: proxy" in interruption
    said = "Harbor is interrupted: recreate containers harbor-1: core, jobservice; restart containers harbor-1: proxy"
    assert said in summary(document)
    assert "harbor_interrupted" in risks_of(steps=RESTARTS)
    assert "interrupted" not in plan_text(plan().document)


def test_it_says_what_does_not_travel_and_why() -> None:
    left = [{"repository": "shop/web", "reference": "sha256-x.att", "reason": "the filter has no room"}]
    listed = [repository("shop/web", {"oci": digest("a")}, uncopied=["oci"])]
    document = plan(inventory=inventory(repositories=listed, left_behind=left, proxy_projects=["hub"])).document
    validator("plan-1.json").validate(document)
    assert [(one["object"], one["name"]) for one in document["left_out"]] == [
        ("tag", "shop/web:oci"),
        ("accessory", "shop/web: sha256-x.att"),
        ("project", "hub"),
    ]
    assert "- accessory shop/web: sha256-x.att: the filter has no room" in plan_text(document)


def test_it_says_which_repositories_of_the_target_have_other_content() -> None:
    found = [compared("shop/web", {"1": "different", "2": "equal", "3": "extra"}, target="store/web")]
    kept = [{"repository": "store/web", "tag": "1", "rule": "all"}]
    document = plan(comparison={**options()["comparison"], "repositories": found, "immutable_tags": kept}).document
    (collision,) = document["names"]["collisions"]
    assert collision == {"name": "shop/web", "target": "store/web", "replaced": 1, "kept_by_rules": 1, "extra": 1}
    assert "| shop/web | store/web | 1 | 1 | 1 |" in plan_text(document)
    assert [one["risk"] for one in document["risks"]] == ["tags_replaced", "tags_kept_by_rules"]


@pytest.mark.parametrize(
    ("risk", "changes"),
    [
        ("costly_password", {"harbor": {"user": {"name": "admin", "robot": False}, "capabilities": {"costly_passwords": True}}}),
        ("single_platform", {"harbor": {"capabilities": {**CAPABILITIES, "index_copy": False}}}),
        ("proxy_projects", {"inventory": inventory(proxy_projects=["hub"])}),
        ("left_behind", {"inventory": inventory(left_behind=[{"repository": "a/b", "reference": "c", "reason": "d"}])}),
        ("content", {"comparison": {**options()["comparison"], "notes": ["The registry has no referrers API."]}}),
        ("tags_unknown", {"comparison": {**options()["comparison"], "repositories": [compared("shop/web", {"1": "unknown"})]}}),
        ("names", {"targets": {**options()["targets"], "doubtful": ["namespace_map names the project 'x'."]}}),
        ("quota", {"requirements": {"quotas": [quota(enough=False)]}}),
        ("quota", {"requirements": {"quotas": [quota(used=44)]}}),
        ("open_to_all", {"public_cidrs": ["0.0.0.0/0"]}),
        ("open_to_all", {"public_cidrs": ["::/0"]}),
        ("access_stays", {"access": "permanent"}),
        ("long_task", {"speed": 1}),
    ],
)  # fmt: skip
def test_a_risk_is_named_where_there_is_one_and_only_there(risk: str, changes: dict[str, Any]) -> None:
    assert risks_of() == {}
    document = plan(**changes).document
    validator("plan-1.json").validate(document)
    assert [one["risk"] for one in document["risks"]] == [risk]
    assert document["risks"][0]["text"].endswith(".")


def test_a_selection_without_charts_or_anything_to_do_is_a_plan_too() -> None:
    bare = plan(charts={}, comparison={}, requirements={}, harbor={}, inventory={}, targets={}, registry={}, steps=[])
    validator("plan-1.json").validate(bare.document)
    assert "Charts of ChartMuseum" not in plan_text(bare.document)
    assert summary(bare.document)[5] == "  nothing is to be done"


def test_the_scene_counts_what_it_holds() -> None:
    assert sum(len(one["tags"]) for one in options()["inventory"]["repositories"]) == TOTALS["tags"]
    assert chart("1.0.0")["target"] == "shop/charts/front:1.0.0"
