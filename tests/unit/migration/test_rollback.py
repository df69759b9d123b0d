# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the runs of a migration made at the target, told from comparisons and collected from reports."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report.record import (
    migration_record,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.rollback.copied import (
    copied_contents,
    target_digests,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.rollback.reports import (
    made_by,
    report_names,
    rollback_problem,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules.cam_policy import (
    MigrationPath,
    needed_actions,
)

NAMESPACE = {"action": "create", "object": "namespace", "key": "shop"}


def tag(name: str, verdict: str, digest: str = "", target: str = "") -> dict[str, Any]:
    return {"tag": name, "verdict": verdict, "digest": digest, **({"target_digest": target} if target else {})}


def repository(*tags: dict[str, Any], listed: bool = True, **contents: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"accessories": [], "untagged_images": []}
    return {"name": "s/web", "target": "shop/web", "listed": listed, "tags": list(tags), **empty, **contents}


def copied(contents: dict[str, str], **changes: Any) -> dict[str, Any]:
    return {"repository": "shop/web", "existed": False, "contents": contents, "before": {}, "replaced": {}, **changes}


def report(*entries: dict[str, Any], started: str = "2026-11-29T03:00:00Z", **changes: Any) -> dict[str, Any]:
    base = {"migration_id": "spring", "run": "migrate", "started": started, "written": started, "steps": []}
    return {**base, "target": {"registry_id": "tcr-1"}, "copied": list(entries), **changes}


def test_what_was_missing_before_and_is_equal_after_was_copied() -> None:
    before = target_digests(
        [repository(tag("1", "equal", "a"), tag("2", "missing", "b"), tag("3", "different", "c", "x"))]
    )
    after = [repository(tag("1", "equal", "a"), tag("2", "equal", "b"), tag("3", "equal", "c"))]
    assert copied_contents(before, after, {}) == [
        copied({"2": "b"}, existed=True, before={"1": "a"}, replaced={"3": ["x", "c"]})
    ]


def test_what_is_not_equal_afterwards_may_be_of_somebody_else() -> None:
    after = [
        repository(
            tag("1", "different", "a", "x"), tag("2", "extra", "", "y"), tag("3", "unknown", "c"), tag("4", "missing")
        )
    ]
    assert copied_contents({}, after, {}) == []


def test_signatures_and_untagged_images_were_copied_too() -> None:
    signature = {"digest": "sha256:s", "verdict": "equal", "tags": ["sha256-1.sig"]}
    after = repository(accessories=[signature], untagged_images=[{"digest": "sha256:u", "verdict": "equal"}])
    (found,) = copied_contents({}, [after], {})
    assert found["contents"] == {"sha256-1.sig": "sha256:s", "sha256:s": "sha256:s", "sha256:u": "sha256:u"}
    assert copied_contents(target_digests([after]), [after], {}) == []


@pytest.mark.parametrize("listed", [True, False])
def test_an_empty_repository_that_was_there_existed(listed: bool) -> None:
    before = target_digests([repository(tag("1", "missing", "a"), listed=listed)])
    (found,) = copied_contents(before, [repository(tag("1", "equal", "a"))], {})
    assert found["existed"] is listed


def test_charts_that_were_made_were_copied_and_those_that_were_replaced_not() -> None:
    chart = {"project": "shop", "name": "web", "digest": "sha256:archive"}
    charts = [
        {**chart, "version": version, "target": f"shop/charts/web:{version}", "manifest": f"sha256:{version}"}
        for version in ("1.0.0", "2.0.0")
    ]
    actions = [
        {"action": action, "object": "chart version", "key": f"shop/web:{version}"}
        for action, version in (("create", "1.0.0"), ("replace", "2.0.0"))
    ]
    (found,) = copied_contents({}, [], {"charts": charts, "actions": actions})
    assert (found["repository"], found["contents"]) == ("shop/charts/web", {"1.0.0": "sha256:1.0.0"})


def test_the_record_says_what_was_copied_but_not_what_would_be() -> None:
    verified = {"equal": True, "repositories": [repository(tag("1", "equal", "a"))], "ended": 2.0}
    local = {"harbor_replication": {"before": {}, "pending": False, "ended": 1.0}, "migration_verify": verified}
    assert migration_record({"localhost": local}, [], False)["copied"] == [copied({"1": "a"})]
    local["harbor_replication"] = {"before": {}, "pending": True}
    assert migration_record({"localhost": local}, [], False)["copied"] == []
    assert migration_record({"localhost": {"migration_verify": verified}}, [], False)["copied"] == []


def test_what_stays_at_the_target_is_in_the_record_and_a_refusal_fails_the_cleanup() -> None:
    kept = [{"object": "namespace", "key": "shop", "reason": "it holds shop/web", "failed": False}]
    local: dict[str, Any] = {"registry_namespaces_removal": {"actions": [NAMESPACE], "kept": kept, "problem": ""}}
    found = migration_record({"localhost": local}, [], False)
    assert (found["kept_at_target"], found["removals"], found["cleanup_failure"]) == (kept, [NAMESPACE], "")
    local["registry_namespaces_removal"]["problem"] = "It is immutable."
    assert "It is immutable." in migration_record({"localhost": local}, [], False)["cleanup_failure"]


def test_reports_are_added_up() -> None:
    first = report(copied({"1": "a", "2": "b"}), steps=[NAMESPACE])
    again = {"before": {"1": "a", "2": "b"}, "existed": True}
    second = report(copied({"3": "c"}, **again), started="2026-11-29T04:00:00Z")
    made = made_by({"second": second, "first": first}, "spring")
    assert (made["registry_id"], made["namespaces"]) == ("tcr-1", ["shop"])
    assert made["repositories"] == [
        {"name": "shop/web", "existed": False, "contents": {"1": "a", "2": "b", "3": "c"}, "before": {}}
    ]


def test_what_a_run_replaced_is_of_the_migration_only_where_an_earlier_run_made_it() -> None:
    first = report(copied({"1": "a"}, existed=True, before={"old": "x"}))
    replaced = {"1": ["a", "a2"], "old": ["x", "o2"]}
    second = report(copied({}, existed=True, replaced=replaced), started="2026-11-29T04:00:00Z")
    (made,) = made_by({"first": first, "second": second}, "spring")["repositories"]
    assert (made["contents"], made["before"]) == ({"1": "a2"}, {"old": "o2"})


@pytest.mark.parametrize(
    ("reports", "words"),
    [
        ([], "has got as far as the registry"),
        ([report(target={"registry_id": ""})], "has got as far as the registry: 0.json"),
        ([[]], "0.json does not say what a run has copied"),
        ([report(), {"migration_id": "spring", "run": "migrate"}], "1.json does not say what a run has copied"),
        ([report(migration_id="summer")], "0.json is a report of the migration summer, not of spring"),
        ([report(run="verify")], "0.json is a report of verify, which copies nothing"),
        ([report(), report(target={"registry_id": "tcr-2"})], "of more than one registry: tcr-1, tcr-2"),
    ],
)
def test_reports_that_say_nothing_of_this_migration_are_refused(reports: list[Any], words: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        made_by({f"{number}.json": one for number, one in enumerate(reports)}, "spring")
    assert words in str(refusal.value) and "cleanup_target_reports" in str(refusal.value)


def test_a_run_that_was_refused_before_it_found_the_registry_has_made_nothing() -> None:
    refused = report(target={"registry_id": ""}, started="2026-11-29T01:00:00Z")
    made = made_by({"refused": refused, "first": report(copied({"1": "a"}))}, "spring")
    assert (made["registry_id"], [one["name"] for one in made["repositories"]]) == ("tcr-1", ["shop/web"])


@pytest.mark.parametrize(("confirmed", "words"), [("", "is not set"), ("summer", "is 'summer'"), ("spring", "")])
def test_a_removal_must_be_confirmed_with_the_name_of_the_migration(confirmed: str, words: str) -> None:
    problem = rollback_problem(True, confirmed, "spring")
    assert (words in problem and "cleanup_target_confirm" in problem) if words else not problem
    assert not rollback_problem(False, confirmed, "spring")
    assert rollback_problem(True, "", "")


def test_only_reports_of_migrate_count() -> None:
    names = [
        "spring-migrate-2.json",
        "spring-migrate-1.json",
        "spring-migrate-1.md",
        "spring-verify-1.json",
        "a-migrate-1.json",
    ]
    assert report_names(names, "spring") == ["spring-migrate-1.json", "spring-migrate-2.json"]


def test_the_policy_permits_to_delete_images_only_when_asked() -> None:
    removing = {"tcr:DeleteRepositoryTags", "tcr:DeleteRepository", "tcr:DeleteNamespace"}
    assert not removing & set(needed_actions(MigrationPath("public")))
    assert removing <= set(needed_actions(MigrationPath("public", target_removal=True)))
