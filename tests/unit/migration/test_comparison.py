# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verdicts: equal only when a digest says so."""

from __future__ import annotations

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.comparison.compare import (
    compare,
    questions,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.comparison.verdicts import (
    DIFFERENT,
    EQUAL,
    EXTRA,
    MISSING,
    UNKNOWN,
    Comparison,
    Listing,
    RegistryAnswer,
    TagVerdict,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.inventory import (
    Image,
    Inventory,
    Repository,
)

PLACE = ("new/web", "v1")
TARGETS = {"demo/web": "new/web"}
UNREACHABLE = RegistryAnswer(problem="the registry could not be reached: timed out")


def source(image: Image, untagged: int = 0) -> Inventory:
    return Inventory({"demo/web": Repository("demo/web", {"v1": image}, untagged)})


def judged(
    image: Image, listed: str | None, answer: RegistryAnswer | None = None, single_platform: bool = False
) -> tuple[str, str]:
    listing = Listing({"new/web": {} if listed is None else {"v1": listed}})
    answers = {} if answer is None else {PLACE: answer}
    verdict = compare(source(image), TARGETS, listing, answers, single_platform).repositories[0].tags[0]
    return verdict.verdict, verdict.reason


IMAGE = Image("sha256:a", 1)
INDEX = Image("sha256:a", 1, index=True)
DIGESTLESS = Image("", 0, index=True)


@pytest.mark.parametrize(
    ("image", "listed", "answer", "verdict"),
    [
        (IMAGE, "sha256:a", None, EQUAL),
        (IMAGE, "sha256:b", None, DIFFERENT),
        (IMAGE, None, None, MISSING),
        (IMAGE, "", None, UNKNOWN),
        (IMAGE, "sha256:b", RegistryAnswer("sha256:a"), EQUAL),
        (IMAGE, "sha256:b", RegistryAnswer("sha256:b"), DIFFERENT),
        (IMAGE, "sha256:a", RegistryAnswer(None), MISSING),
        (IMAGE, None, RegistryAnswer("sha256:a"), EQUAL),
        (IMAGE, None, RegistryAnswer(None), MISSING),
        (IMAGE, None, UNREACHABLE, MISSING),
        (IMAGE, "", UNREACHABLE, UNKNOWN),
        (IMAGE, "sha256:b", UNREACHABLE, UNKNOWN),
        (INDEX, "sha256:a", RegistryAnswer("sha256:a"), EQUAL),
        (INDEX, "sha256:a", RegistryAnswer("sha256:child"), DIFFERENT),
        (INDEX, "sha256:child", RegistryAnswer("sha256:a"), EQUAL),
        (INDEX, "sha256:child", None, UNKNOWN),
        (INDEX, "sha256:child", UNREACHABLE, UNKNOWN),
        (INDEX, "", UNREACHABLE, UNKNOWN),
        (INDEX, "sha256:a", None, EQUAL),
        (INDEX, "sha256:a", UNREACHABLE, EQUAL),
        (DIGESTLESS, "", RegistryAnswer("sha256:b"), UNKNOWN),
        (DIGESTLESS, "sha256:b", None, UNKNOWN),
        (DIGESTLESS, "", None, UNKNOWN),
        (DIGESTLESS, None, RegistryAnswer(None), MISSING),
    ],
)
def test_verdict_of_a_tag(image: Image, listed: str | None, answer: RegistryAnswer | None, verdict: str) -> None:
    assert judged(image, listed, answer)[0] == verdict


def test_reasons() -> None:
    assert "timed out" in judged(IMAGE, "sha256:b", UNREACHABLE)[1]
    assert "shows sha256:b" in judged(IMAGE, "sha256:b", UNREACHABLE)[1]
    assert judged(INDEX, "", RegistryAnswer("sha256:child"), single_platform=True) == (
        DIFFERENT,
        "Harbor 1.x copies only one platform of a multi-arch image",
    )
    assert "another image" in judged(IMAGE, "", RegistryAnswer("sha256:child"), single_platform=True)[1]
    assert "another image" in judged(INDEX, "", RegistryAnswer("sha256:child"))[1]


def test_the_registry_is_asked_only_where_the_listing_does_not_settle_it() -> None:
    inventory = Inventory(
        {
            "demo/web": Repository(
                "demo/web",
                {
                    "same": Image("sha256:a"),
                    "other": Image("sha256:b"),
                    "absent": Image("sha256:c"),
                    "silent": Image("sha256:d"),
                    "index": Image("sha256:e", index=True),
                },
            ),
            "blank/web": Repository("blank/web", {"v1": Image("sha256:a")}),
        }
    )
    targets = {"demo/web": "new/web", "blank/web": "blank/web"}
    listing = Listing(
        {"new/web": {"same": "sha256:a", "other": "sha256:x", "silent": "", "index": "sha256:e"}}, frozenset({"blank"})
    )
    asked = questions(inventory, targets, listing)
    assert asked == [("new/web", tag) for tag in ("absent", "other", "silent")]
    assert compare(inventory, targets, listing, {}).repositories[0].verdict == MISSING


def test_extra_tags_and_repositories_are_reported_but_do_not_make_it_unequal() -> None:
    listing = Listing({"new/web": {"v1": "sha256:a", "v0": "sha256:z"}, "new/alien": {"v1": "sha256:z"}})
    comparison = compare(source(IMAGE, untagged=3), TARGETS, listing, {})
    assert comparison.equal
    assert [one.verdict for one in comparison.repositories] == [EXTRA, EXTRA]
    assert [tag.verdict for tag in comparison.repositories[0].tags] == [EQUAL, EXTRA]
    assert comparison.repositories[1].as_result() == {
        "name": "",
        "target": "new/alien",
        "verdict": "extra",
        "listed": True,
        "wanting": False,
        "tags": [],
        "accessories": [],
        "untagged_images": [],
    }
    totals = comparison.totals()
    assert totals == {
        "repositories": 1,
        "tags": 1,
        "equal": 1,
        "different": 0,
        "missing": 0,
        "extra": 1,
        "unknown": 0,
        "repository_verdicts": {"equal": 0, "different": 0, "missing": 0, "extra": 2, "unknown": 0},
        "accessories": {"compared": 0, "equal": 0, "different": 0, "missing": 0, "extra": 0, "unknown": 0},
        "untagged_images": {"compared": 0, "equal": 0, "different": 0, "missing": 0, "extra": 0, "unknown": 0},
        "platforms": {"compared": 0, "equal": 0, "different": 0, "missing": 0, "extra": 0, "unknown": 0},
        "untagged": 3,
    }
    assert comparison.not_accepted([EXTRA]) == []
    assert len(comparison.not_accepted([])) == 2
    assert "new/alien (only at the target)" in comparison.summary()


def test_the_worst_tag_makes_the_verdict_of_the_repository() -> None:
    inventory = Inventory({"demo/web": Repository("demo/web", {"v1": IMAGE, "v2": Image("sha256:b")})})
    comparison = compare(inventory, TARGETS, Listing({"new/web": {"v1": "sha256:a"}}), {})
    assert comparison.repositories[0].verdict == MISSING
    assert not comparison.equal
    assert comparison.not_accepted([MISSING]) == []


def test_a_tolerated_worst_verdict_does_not_hide_another_one() -> None:
    inventory = Inventory({"demo/web": Repository("demo/web", {"v1": IMAGE, "v2": Image("sha256:b")})})
    comparison = compare(inventory, TARGETS, Listing({"new/web": {"v1": "sha256:x"}}), {})
    assert comparison.repositories[0].verdict == DIFFERENT
    assert len(comparison.not_accepted([DIFFERENT])) == 1
    assert "demo/web:v2 missing" in comparison.summary([DIFFERENT])


def test_the_summary_is_short_however_much_is_wrong() -> None:
    names = [f"demo/r{number:04}" for number in range(3000)]
    inventory = Inventory({name: Repository(name, {"v1": IMAGE, "v2": IMAGE}) for name in names})
    comparison = compare(inventory, {name: name for name in names}, Listing(), {})
    summary = comparison.summary([EXTRA])
    assert "6000 missing" in summary and "demo/r0000:v1 missing, 1 more tags" in summary and "and 2995 more" in summary
    assert len(summary) < 500


def test_results_are_lean() -> None:
    assert TagVerdict("v1", EQUAL, "sha256:a", "sha256:a").as_result() == {
        "tag": "v1",
        "verdict": "equal",
        "digest": "sha256:a",
    }
    assert TagVerdict("v1", DIFFERENT, "sha256:a", "sha256:b", "why").as_result() == {
        "tag": "v1",
        "verdict": "different",
        "digest": "sha256:a",
        "target_digest": "sha256:b",
        "reason": "why",
    }


def test_nothing_selected_says_so() -> None:
    assert "none selected" in Comparison(()).summary()


class TestWhatHarborCannotCopy:
    OCI = Image("sha256:o", 1, copied=False)

    def compared(self, listed: dict[str, str], **tags: Image) -> Comparison:
        inventory = Inventory({"demo/web": Repository("demo/web", tags)}, docker_only=True)
        return compare(inventory, TARGETS, Listing({"new/web": listed}), {}, single_platform=True)

    def test_is_missing_with_the_reason_and_is_no_reason_to_copy_or_to_wait(self) -> None:
        found = self.compared({"v1": "sha256:a"}, v1=IMAGE, oci=self.OCI)
        repository = found.repositories[0].as_result()
        assert not found.equal and found.copied and repository["wanting"] is False
        assert [tag["verdict"] for tag in repository["tags"]] == [MISSING, EQUAL]
        assert repository["tags"][0]["reason"] == "Harbor 1.x copies no OCI content"

    def test_does_not_hide_what_harbor_can_copy(self) -> None:
        found = self.compared({}, v1=IMAGE, oci=self.OCI)
        assert not found.copied and found.repositories[0].as_result()["wanting"] is True

    def test_is_equal_when_another_engine_has_copied_it(self) -> None:
        found = self.compared({"v1": "sha256:a", "oci": "sha256:o"}, v1=IMAGE, oci=self.OCI)
        assert found.equal and found.repositories[0].as_result()["tags"][0] == {
            "tag": "oci", "verdict": "equal", "digest": "sha256:o",
        }  # fmt: skip
