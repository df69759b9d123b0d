# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images inside multi-arch images: what is asked, how much of it, and what follows for the tag."""

from __future__ import annotations

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.comparison.compare import (
    compare,
    questions,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.comparison.platforms import (
    ALWAYS_CALLS,
    IGNORE,
    REQUIRE,
    SAMPLE,
    platform_notes,
    platform_questions,
    with_platforms,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.comparison.verdicts import (
    EQUAL,
    MISSING,
    UNKNOWN,
    Comparison,
    Listing,
    Place,
    RegistryAnswer,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.inventory import (
    Image,
    Inventory,
    Repository,
)
from tests.sandbox.core.content import digest_of

THERE, GONE = RegistryAnswer("sha256:x"), RegistryAnswer(None)
UNREACHABLE = RegistryAnswer(problem="the registry could not be reached: timed out")


def source(indexes: dict[str, str], parts: dict[str, tuple[str, ...]], name: str = "demo/web") -> Repository:
    images = {tag: Image(digest, index=True) for tag, digest in indexes.items()}
    return Repository(name, {**images, "plain": Image("sha256:p")}, parts=parts)


def found_equal(*repositories: Repository) -> tuple[Inventory, Comparison]:
    """Everything of these repositories is listed with the same digest."""
    inventory = Inventory({one.name: one for one in repositories})
    targets = {one.name: one.name for one in repositories}
    listing = Listing({one.name: {tag: image.digest for tag, image in one.tags.items()} for one in repositories})
    assert questions(inventory, targets, listing) == []
    return inventory, compare(inventory, targets, listing, {})


ONE = source({"v1": "sha256:i", "latest": "sha256:i"}, {"sha256:i": ("sha256:a", "sha256:b")})


def verdicts(mode: str, answers: dict[Place, RegistryAnswer]) -> tuple[Comparison, dict[str, str]]:
    inventory, comparison = found_equal(ONE)
    found = with_platforms(comparison, inventory, answers, mode)
    return found, {tag.tag: tag.verdict for tag in found.repositories[0].tags}


def test_each_image_is_asked_for_once_however_many_tags_hold_it() -> None:
    inventory, comparison = found_equal(ONE)
    wanted = [("demo/web", "sha256:a"), ("demo/web", "sha256:b")]
    assert platform_questions(comparison, inventory, SAMPLE, 0) == wanted
    assert platform_questions(comparison, inventory, REQUIRE, 99999) == wanted
    assert platform_questions(comparison, inventory, IGNORE, 0) == []


def test_nothing_is_asked_below_an_index_that_is_not_equal() -> None:
    inventory = Inventory({"demo/web": ONE})
    comparison = compare(inventory, {"demo/web": "demo/web"}, Listing({"demo/web": {"v1": "sha256:z"}}), {})
    assert platform_questions(comparison, inventory, REQUIRE, 0) == []


def test_an_index_without_one_of_its_images_is_missing_and_harbor_cannot_help() -> None:
    found, by_tag = verdicts(SAMPLE, {("demo/web", "sha256:a"): THERE, ("demo/web", "sha256:b"): GONE})
    assert by_tag == {"latest": MISSING, "v1": MISSING, "plain": EQUAL}
    assert not found.equal and found.copied, "another replication does not copy it, so that none is waited for"
    result = found.repositories[0].as_result()
    assert result["wanting"] is False and result["verdict"] == MISSING
    tag = next(one for one in result["tags"] if one["tag"] == "v1")
    assert tag["reason"] == "the multi-arch image is there, but not sha256:b inside it" and tag["copied"] is False
    (advice,) = found.advice([])
    assert "delete its tag at the target" in advice and "migration_tags" in advice
    platforms = found.totals()["platforms"]
    assert (platforms["compared"], platforms["equal"], platforms["missing"]) == (2, 1, 1)
    assert "Images inside multi-arch images: 1 equal, 1 missing." in found.summary()


@pytest.mark.parametrize(
    ("mode", "verdict", "unknown"), [(SAMPLE, EQUAL, 1), (REQUIRE, UNKNOWN, 1), (IGNORE, EQUAL, 0)]
)
def test_what_nobody_could_ask_for_decides_only_where_it_must(mode: str, verdict: str, unknown: int) -> None:
    found, by_tag = verdicts(mode, {("demo/web", "sha256:a"): THERE, ("demo/web", "sha256:b"): UNREACHABLE})
    assert by_tag["v1"] == verdict and found.platforms.count(UNKNOWN) == unknown
    notes = list(platform_notes(found, Inventory({"demo/web": ONE}), mode, unusable=""))
    assert len(notes) == (0 if mode == REQUIRE else 1)
    if mode == REQUIRE:
        reason = found.repositories[0].tags[0].reason
        assert "sha256:b" in reason and "timed out" in reason


def test_where_the_source_does_not_tell_what_is_inside_that_is_unknown() -> None:
    inventory, comparison = found_equal(source({"v1": "sha256:i"}, {}))
    found = with_platforms(comparison, inventory, {}, REQUIRE)
    assert [tag.verdict for tag in found.repositories[0].tags] == [EQUAL, UNKNOWN]
    assert with_platforms(comparison, inventory, {}, SAMPLE).equal


def test_5000_multi_arch_tags_stay_below_1_2_calls_each_and_the_rest_is_counted() -> None:
    repositories = []
    for name in range(50):
        tags = {f"v{tag}": digest_of(f"{name} {tag}".encode()) for tag in range(100)}
        parts = {digest: (f"{digest}-a", f"{digest}-b") for digest in tags.values()}
        repositories.append(source(tags, parts, f"demo/r{name}"))
    inventory, comparison = found_equal(*repositories)
    places = platform_questions(comparison, inventory, SAMPLE, 0)
    assert 5000 < len(places) < 5000 * 1.2
    assert len({place[0] for place in places}) == 50, "the sample is spread over the repositories"
    assert len(platform_questions(comparison, inventory, SAMPLE, 5000)) < 1000, "calls that were made before count"
    assert len(platform_questions(comparison, inventory, REQUIRE, 0)) == 10000
    found = with_platforms(comparison, inventory, dict.fromkeys(places, THERE), SAMPLE)
    (note,) = platform_notes(found, inventory, SAMPLE, unusable="")
    assert f"{10000 - len(places)} were not looked at" in note and "migration_platforms to require" in note
    few, equal = found_equal(*repositories[:3])
    assert len(platform_questions(equal, few, SAMPLE, 0)) == 600 < ALWAYS_CALLS, "few are always asked for"
