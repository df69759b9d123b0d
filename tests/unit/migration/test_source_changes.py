# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether anything was pushed to the source since a report."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.continuous.source_changes import (
    baseline_of,
    changes_text,
    source_changes,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report.continuous import (
    source_changes_section,
)

SELECTION = {"source": "https://harbor", "projects": ["shop"], "repositories": [], "tags": [], "accessories": "require"}
SIGNATURE = {"digest": "sha256:s", "kind": "signature.cosign", "verdict": "missing", "subject": "sha256:1"}


def tag(name: str, digest: str, verdict: str = "equal") -> dict[str, Any]:
    return {"tag": name, "verdict": verdict, "digest": digest}


def repository(name: str, *tags: dict[str, Any], **contents: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"accessories": [], "untagged_images": []}
    return {"name": name, "target": name, "verdict": "equal", "tags": list(tags), **empty, **contents}


def report(*repositories: dict[str, Any], **changes: Any) -> dict[str, Any]:
    comparison = {"selection": SELECTION, "repositories": list(repositories), "equal": True}
    base = {"migration_id": "spring", "run": "migrate", "started": "2026-11-29T03:00:00Z", "failure": ""}
    return {**base, "comparison": comparison, "charts": {}, **changes}


WEB = repository("shop/web", tag("1", "sha256:1"), tag("2", "sha256:2"))
BASELINE = baseline_of(report(WEB), "spring")


def changes(*repositories: dict[str, Any], **selection: Any) -> dict[str, Any]:
    now = {"selection": {**SELECTION, **selection}, "repositories": list(repositories)}
    return source_changes(BASELINE, now)


def test_the_same_source_is_unchanged_whatever_the_target_has() -> None:
    found = changes(repository("shop/web", tag("1", "sha256:1", "missing"), tag("2", "sha256:2", "different")))
    assert found["unchanged"] and not any(found[name] for name in ("new", "changed", "deleted", "unknown"))
    assert changes_text(found) == "Nothing was pushed to the source since 2026-11-29T03:00:00Z."


def test_what_was_pushed_and_what_was_deleted_is_named() -> None:
    found = changes(
        repository("shop/web", tag("1", "sha256:other"), tag("3", "sha256:3")),
        repository("shop/new", tag("1", "sha256:1")),
    )
    assert (found["new"], found["changed"], found["deleted"]) == (
        ["shop/new:1", "shop/web:3"],
        ["shop/web:1"],
        ["shop/web:2"],
    )
    assert not found["unchanged"]
    assert "2 new: shop/new:1, shop/web:3; 1 changed: shop/web:1; 1 deleted: shop/web:2" in changes_text(found)
    assert "| changed | shop/web:1 |" in list(source_changes_section({**found, "report": "r.json"}))


def test_a_deletion_alone_is_named_but_is_no_push() -> None:
    found = changes(repository("shop/web", tag("1", "sha256:1")))
    assert found["unchanged"] and found["deleted"] == ["shop/web:2"]
    assert "1 deleted: shop/web:2" in changes_text(found)


def test_a_tag_whose_digest_nobody_tells_is_not_called_unchanged() -> None:
    found = changes(repository("shop/web", tag("1", ""), tag("2", "sha256:2")))
    assert not found["unchanged"] and found["unknown"] == ["shop/web:1"]


def test_tags_and_repositories_of_the_target_alone_do_not_count() -> None:
    found = changes(repository("shop/web", *WEB["tags"], tag("9", "", "extra")), repository("", tag("1", "")))
    assert found["unchanged"] and not found["new"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ({"accessories": [SIGNATURE]}, "shop/web@sha256:s"),
        ({"accessories": [{**SIGNATURE, "tags": ["sha256-1.sig"]}]}, "shop/web:sha256-1.sig"),
        ({"untagged_images": [{"digest": "sha256:s", "verdict": "equal"}]}, "shop/web@sha256:s"),
    ],
)
def test_a_signature_that_was_pushed_is_a_push(content: dict[str, Any], name: str) -> None:
    found = changes({**WEB, **content})
    assert not found["unchanged"] and name in found["new"]


def test_a_chart_that_was_uploaded_again_is_a_push() -> None:
    chart = {"project": "shop", "name": "web", "version": "1.0.0", "digest": "sha256:c"}
    baseline = baseline_of(report(charts={"charts": [chart]}), "spring")
    now = {"selection": SELECTION, "repositories": []}
    assert source_changes(baseline, now, [chart])["unchanged"]
    assert source_changes(baseline, now, [{**chart, "digest": "sha256:d"}])["changed"] == ["shop/web:1.0.0 (chart)"]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([], "is no report"),
        ({"migration_id": "spring"}, "is no report"),
        (report(WEB, migration_id="summer"), "is one of the migration summer, not of spring"),
        (report(WEB, failure="No answer."), "a run that failed: No answer."),
        (report(), "compared nothing"),
        (report(repository("", tag("1", "", "extra"))), "compared nothing"),
        (report(comparison={}), "compared nothing"),
        (report(comparison={"repositories": [WEB]}), "does not say what was compared"),
        (report(comparison=[1]), "does not say what was compared"),
    ],
)
def test_a_report_that_says_nothing_of_this_source_is_refused(found: Any, words: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        baseline_of(deepcopy(found), "spring")
    assert words in str(refusal.value) and "migration_unchanged_since" in str(refusal.value)


@pytest.mark.parametrize(
    "other", [{"projects": []}, {"tags": ["v*"]}, {"source": "https://b"}, {"accessories": "ignore"}]
)
def test_a_report_of_another_selection_is_refused(other: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="compared something else"):
        changes(WEB, **other)
    assert changes(WEB, accessories="report")["unchanged"]
