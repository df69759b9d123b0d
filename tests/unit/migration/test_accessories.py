# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures, SBOMs and attestations: read, compared and counted beside the tags, as a real Harbor 2.15.2 shows them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.comparison.compare import compare
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.comparison.verdicts import (
    DIFFERENT,
    EQUAL,
    EXTRA,
    MISSING,
    UNKNOWN,
    Listing,
    RegistryAnswer,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.plan.policies import (
    replication_policies,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.accessories import (
    patterns_for,
    subject_of,
    subject_tag,
    subjects_by_tag,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.inventory import Inventory
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.reader import (
    inventory_handed_over,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.selection import (
    IGNORE,
    REPORT,
    Selection,
)
from tests.unit.harbor.harbor_replay import Request
from tests.unit.migration.accessory_scene import AccessoryHarbor, compared, digest, inventory_of, missing_at

IMAGE, SIGNATURE = digest("image"), digest("cosign_sig_tag")
SIG_TAG, ATT_TAG, SBOM_TAG = (subject_tag(IMAGE) + suffix for suffix in (".sig", ".att", ".sbom"))


def hanging(subject: str, name: str) -> dict[str, Any]:
    """An accessory as the API lists it."""
    return {"digest": digest(name), "subject_artifact_digest": subject, "type": "signature.cosign", "size": 7}


def artifact_calls(requests: list[Request]) -> list[str]:
    return [request.path for request in requests if "artifacts" in request.path]


def test_everything_that_hangs_on_the_recorded_images_is_in_the_inventory() -> None:
    inventory, _http = inventory_of()
    found = {name: {one.digest for one in repo.accessories.values()} for name, repo in inventory.repositories.items()}
    names = {
        "acc/app": (
            "cosign_sig_tag cosign_oci11_referrer notation_referrer sbom_referrer sigstore_bundle_referrer referrer_to_sbom"
        ),
        "acc/multi": "index_cosign_referrer",
        "acc/fallback": "fallback_sbom",
        "acc/untagged": "unt_cosign_sig_tag",
        "acc/orphan": "",
        "acc/tagged": "tagged_referrer",
    }
    assert found == {name: {digest(one) for one in listed.split()} for name, listed in names.items()}
    app = inventory.repositories["acc/app"].accessories
    assert app[digest("referrer_to_sbom")].subject == digest("sbom_referrer"), "an accessory has accessories"
    assert app[SIGNATURE].tags == (SIG_TAG,)
    totals = inventory.as_result()["totals"]
    assert (totals["tags"], totals["accessories"], totals["untagged"], totals["untagged_copied"]) == (8, 10, 2, 2)
    assert Inventory.from_result(inventory.as_result()).as_result() == inventory.as_result()


def test_one_listing_and_one_call_for_each_accessory() -> None:
    _inventory, http = inventory_of()
    calls = artifact_calls(http.requests)
    assert calls.count("/api/v2.0/projects/acc/artifacts") == 1
    assert len(calls) == 1 + 10 and len(set(calls)) == len(calls)


@pytest.mark.parametrize(("version", "asked"), [("2.4.3", False), ("2.5.0", True), ("2.9.5", True), ("2.12.0", True)])
def test_only_a_version_that_knows_accessories_is_asked(version: str, asked: bool) -> None:
    inventory, http = inventory_of(AccessoryHarbor(version))
    listings = [one for one in http.requests if one.path.endswith("/artifacts")]
    assert {one.params.get("with_accessory", "false") for one in listings} == {"true" if asked else "false"}
    assert bool(inventory.as_result()["totals"]["accessories"]) is asked
    assert not [path for path in artifact_calls(http.requests) if "sha256" in path] or asked


def test_what_is_ignored_is_not_asked_for() -> None:
    inventory, http = inventory_of(accessories=False)
    assert inventory.as_result()["totals"]["accessories"] == 0
    assert all("with_accessory" not in request.params for request in http.requests)
    client: Any = type("Client", (), {"base_url": inventory.source})
    with pytest.raises(InvalidInput, match="accessories=ignore"):
        inventory_handed_over(inventory.as_result(), client, Selection(["acc"]))


def test_what_hangs_on_a_part_of_an_index_is_found_without_a_call_for_each_part() -> None:
    part = digest("index_child_0")
    inventory, http = inventory_of(AccessoryHarbor(extra={part: [hanging(part, "signed child")]}))
    accessory = inventory.repositories["acc/multi"].accessories[digest("signed child")]
    assert accessory.subject == part
    calls = artifact_calls(http.requests)
    assert not [path for path in calls if path.endswith(part)] and len(calls) == 1 + 11


def test_a_part_that_no_listing_shows_is_asked_for() -> None:
    part = digest("index_child_0")
    harbor = AccessoryHarbor(extra={part: [hanging(part, "signed child")]})

    def narrow(request: Request) -> Any:
        request.params.pop("q", None)
        return harbor(request)

    inventory, http = inventory_of(narrow)  # type: ignore[arg-type]
    assert digest("signed child") in inventory.repositories["acc/multi"].accessories
    assert sum(path.endswith(part) for path in artifact_calls(http.requests)) == 1


def test_accessories_of_accessories_are_left_behind_by_a_harbor_that_does_not_copy_them() -> None:
    inventory, _http = inventory_of(AccessoryHarbor("2.7.4"))
    assert digest("referrer_to_sbom") not in inventory.repositories["acc/app"].accessories
    (left,) = inventory.left_behind
    assert (
        left["reference"] == digest("referrer_to_sbom") and "does not copy what hangs on an accessory" in left["reason"]
    )


def test_a_circle_of_accessories_ends() -> None:
    first, second = digest("first"), digest("second")
    extra = {IMAGE: [hanging(IMAGE, "first")], first: [hanging(first, "second")], second: [hanging(second, "first")]}
    inventory, _http = inventory_of(AccessoryHarbor(extra=extra))
    assert {first, second} <= set(inventory.repositories["acc/app"].accessories)


def test_everything_copied_is_equal_and_nothing_is_extra() -> None:
    inventory, _http = inventory_of()
    comparison = compared(inventory)
    totals = comparison.totals()
    assert comparison.equal and comparison.not_accepted([]) == []
    assert (totals["equal"], totals["extra"], totals["accessories"]["equal"]) == (8, 0, 10)
    assert comparison.summary() == (
        "Tags of source and target compared by digest: 8 equal. Accessories: 10 equal. Untagged images: 1 equal."
    )
    assert [one.name for one in comparison.repositories if not one.tags] == ["acc/untagged"]


def test_what_was_signed_again_after_the_copying_makes_it_unequal() -> None:
    new = {IMAGE: [hanging(IMAGE, "cosign_sig_tag_2"), hanging(IMAGE, "late_sbom_referrer")]}
    inventory, _http = inventory_of(AccessoryHarbor(extra=new))
    comparison = compared(inventory, missing_at("after_resign"))
    (app,) = comparison.not_accepted([EXTRA])
    assert not comparison.equal and app.name == "acc/app" and app.verdict == MISSING
    assert comparison.totals()["accessories"] == {
        "compared": 12, "equal": 10, "different": 0, "missing": 2, "extra": 0, "unknown": 0,
    }  # fmt: skip
    assert "acc/app@sha256:" in comparison.summary() and "1 more accessories" in comparison.summary()


def test_a_tag_that_still_points_to_the_old_signature_is_different() -> None:
    inventory, _http = inventory_of()
    comparison = compared(inventory, {SIGNATURE}, {SIG_TAG: digest("older")})
    (bad,) = [one for one in comparison.repositories[0].contents if one.verdict != EQUAL]
    assert (bad.verdict, bad.name) == (DIFFERENT, SIG_TAG) and SIG_TAG in bad.reason
    assert not comparison.equal and comparison.not_accepted([DIFFERENT, MISSING]) == []


@pytest.mark.parametrize("mode", [REPORT, IGNORE])
def test_accessories_that_do_not_decide_leave_it_equal(mode: str) -> None:
    inventory, _http = inventory_of(accessories=mode != IGNORE)
    comparison = compared(inventory, {digest("sbom_referrer")}, {SIG_TAG: SIGNATURE}, accessories=mode)
    assert comparison.equal and comparison.not_accepted([]) == []
    assert comparison.repositories[0].verdict == EQUAL
    assert comparison.totals()["accessories"]["missing"] == (1 if mode == REPORT else 0)
    assert ("1 missing" in comparison.summary()) is (mode == REPORT)


def test_an_accessory_that_nobody_could_ask_about_is_unknown_and_never_equal() -> None:
    inventory, _http = inventory_of()
    names = {name: name for name in inventory.repositories}
    listing = Listing({name: {} for name in names})
    problem = RegistryAnswer(problem="timed out")
    for answers in ({}, {("acc/app", digest("sbom_referrer")): problem}):
        found = compare(inventory, names, listing, answers).repositories[0]
        verdicts = {one.content.digest: one.verdict for one in found.contents}
        assert verdicts[digest("sbom_referrer")] == UNKNOWN
    nothing = compare(inventory, names, Listing(empty_namespaces=frozenset({"acc"})), {}).repositories[0]
    assert {one.verdict for one in nothing.contents} == {MISSING}


def test_a_listing_that_shows_the_tag_of_an_accessory_needs_no_registry() -> None:
    inventory, _http = inventory_of()
    listing = Listing({"acc/tagged": {"1": digest("tagged_image"), "sbom-1": digest("tagged_referrer")}})
    found = compare(inventory, {name: name for name in inventory.repositories}, listing, {}).repositories
    (tagged,) = [one for one in found if one.name == "acc/tagged"]
    assert tagged.verdict == EQUAL and tagged.contents[0].content.tags == ("sbom-1",)


def test_what_only_the_target_has_says_on_what_it_hangs() -> None:
    inventory, _http = inventory_of()
    ours, alien = subject_tag(IMAGE) + ".vex", "sha256-" + "0" * 64 + ".sig"
    found = compared(inventory, tags={ours: digest("vex"), alien: digest("alien"), subject_tag(IMAGE): digest("index")})
    extra = {tag.tag: tag.reason for tag in found.repositories[0].tags if tag.verdict == EXTRA}
    assert set(extra) == {ours, alien}, "the fallback index of a client belongs to its image"
    assert extra[ours] == f"hangs on {IMAGE}, and only the target has it"
    assert extra[alien] == "only at the target, or not selected at the source"


def test_untagged_images_count_where_a_repository_stands_and_falls_with_them_or_on_demand() -> None:
    inventory, _http = inventory_of()
    gone = {digest("untagged_image"), digest("unt_image")}
    comparison = compared(inventory, gone)
    assert [one.name for one in comparison.not_accepted([])] == ["acc/untagged"]
    assert [one.name for one in compared(inventory, gone, untagged=True).not_accepted([])] == [
        "acc/app",
        "acc/untagged",
    ]


class TestUnderATagFilter:
    def test_what_belongs_to_selected_images_follows_them(self) -> None:
        inventory, _http = inventory_of(tags=["1.*"])
        app = inventory.repositories["acc/app"]
        followers = {tag for one in app.accessories.values() if one.by_tag for tag in one.tags}
        assert set(app.tags) == {"1.0"} and followers == {ATT_TAG, SBOM_TAG}
        assert subject_tag(digest("fallback_image")) in {
            tag for one in inventory.repositories["acc/fallback"].accessories.values() for tag in one.tags
        }
        assert digest("untagged_image") not in app.unnamed and "acc/untagged" not in {
            one.name for one in inventory.planned()
        }, "Harbor copies no untagged image under such a filter"

    def test_the_policy_lets_exactly_these_kinds_through(self) -> None:
        selection = Selection(["acc"], None, ["1.*"])
        inventory, _http = inventory_of(tags=["1.*"])
        patterns = inventory.following_patterns(selection)
        assert patterns == [f"sha256-{'?' * 64}{suffix}" for suffix in ("", ".att", ".sbom")]
        ways = {"acc": {"dest_namespace": "", "dest_namespace_replace_count": None}}
        (policy,) = replication_policies("m", ways, tags=[*selection.tags, *patterns])
        (value,) = [one["value"] for one in policy["filters"] if one["type"] == "tag"]
        allowed = Selection(tags=[value])
        assert all(allowed.has_tag(tag) for tag in ("1.0", ATT_TAG, SBOM_TAG)) and not allowed.has_tag("2.0")

    def test_without_a_filter_or_with_one_that_takes_them_nothing_is_added(self) -> None:
        for tags in (None, ["**"], ["*"], ["1.*", "sha256-*"]):
            inventory, _http = inventory_of(tags=tags)
            assert inventory.following_patterns(Selection(["acc"], None, tags)) == []
            assert ATT_TAG in inventory.repositories["acc/app"].tags

    def test_what_no_filter_has_room_for_is_left_behind_and_named(self) -> None:
        inventory, _http = inventory_of(tags=["1.*", *(f"release-candidate-{number:02}-*" for number in range(12))])
        left = {one["reference"]: one["reason"] for one in inventory.as_result()["left_behind"]}
        assert {ATT_TAG, SBOM_TAG} <= set(left) and "no room" in left[ATT_TAG]
        assert ATT_TAG not in {
            tag for one in inventory.repositories["acc/app"].accessories.values() for tag in one.tags
        }
        assert SIGNATURE in inventory.repositories["acc/app"].accessories, "Harbor copies accessories under any filter"


def test_tags_that_name_a_digest() -> None:
    long = "sha512:" + "a" * 128
    subjects = subjects_by_tag([IMAGE, long, ""])
    assert subject_of(SIG_TAG, subjects) == IMAGE and subject_of(subject_tag(IMAGE), subjects) == IMAGE
    assert subject_of("sha512-" + "a" * 64 + ".att", subjects) == long, "a tag has no more than 128 characters"
    assert subject_of("sha256-" + "b" * 64 + ".sig", subjects) is None and subject_of("1.0", subjects) is None
    assert patterns_for([SIG_TAG, ATT_TAG, ATT_TAG]) == [f"sha256-{'?' * 64}{suffix}" for suffix in (".att", ".sig")]
