# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which repositories and tags a policy selects, and where they go."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.core.accessories import scene, signature, tag_for
from tests.sandbox.core.content import OCI_INDEX, OCI_MANIFEST, ContentStore
from tests.sandbox.core.images import image as made_image
from tests.sandbox.core.images import index, put_artifact
from tests.sandbox.harbor.accessories import listed_artifacts
from tests.sandbox.harbor.api.flavours import FLAVOURS
from tests.sandbox.harbor.replication.patterns import match
from tests.sandbox.harbor.replication.selection import FlatteningError, destination, select, selects_push
from tests.sandbox.harbor.state import HarborState, Policy
from tests.unit.sandbox.harbor_support import put_image


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("", "anything/at/all", True),
        ("**", "a/b/c", True),
        ("**", "", True),
        ("*", "", True),
        ("?*", "", False),
        ("library/**", "library/a/b", True),
        ("library/**", "library", False),
        ("library/*", "library/a", True),
        ("library/*", "library/a/b", False),
        ("**/b", "a/x/y/b", True),
        ("*/b", "a/x/b", False),
        ("library/{nginx,redis}", "library/redis", True),
        ("library/{nginx,redis}", "library/mysql", False),
        ("v[0-9].?", "v1.2", True),
        ("v[^0-9]", "v1", False),
        ("v1.*", "v1.10.0", True),
        ("v1.*", "v1x10", False),
        (r"a\*", "a*", True),
        (r"a\*", "ab", False),
        ("{a", "a", False),
        ("[a", "a", False),
    ],
)
def test_globs(pattern: str, text: str, expected: bool) -> None:
    assert match(pattern, text) is expected


@pytest.mark.parametrize(
    ("namespace", "replaced", "expected"),
    [
        ("", -1, "a/b/c/img"),
        ("", 2, "a/b/c/img"),
        ("n", -1, "n/img"),
        ("n", 0, "n/a/b/c/img"),
        ("n", 1, "n/b/c/img"),
        ("n", 2, "n/c/img"),
        ("n", 3, "n/img"),
        ("n/m", 1, "n/m/b/c/img"),
    ],
)
def test_destination_names(namespace: str, replaced: int, expected: str) -> None:
    policy = Policy(1, "p", dest_namespace=namespace, dest_namespace_replace_count=replaced)
    assert destination(policy, "a/b/c/img") == expected


def test_replacing_more_components_than_there_are_fails() -> None:
    policy = Policy(1, "p", dest_namespace="n", dest_namespace_replace_count=4)
    with pytest.raises(FlatteningError, match=r'"a/b/c/img" contains only 3 path components \[a b c\]'):
        destination(policy, "a/b/c/img")


@pytest.fixture
def state() -> HarborState:
    state = HarborState(ContentStore(), "secret")
    for name in ("shop", "tools"):
        state.add_project(name, {"public": "false"}, state.users[1])
    for tag in ("v1", "v2", "latest"):
        put_image(state.store, "shop/web", tag)
    put_image(state.store, "shop/team/api", "v1")
    put_image(state.store, "tools/builder", content=b"without a tag")
    return state


def _selected(state: HarborState, version: str, *filters: dict[str, Any]) -> dict[str, set[str]]:
    found = select(FLAVOURS[version], state, Policy(1, "p", dest_registry_id=1, filters=list(filters)))
    return {item.repository: set(item.references) for item in found}


def test_without_filters_everything_is_selected_untagged_by_digest(state: HarborState) -> None:
    untagged = {manifest.digest for manifest in state.store.manifests("tools/builder")}
    tagged = {"shop/team/api": {"v1"}, "shop/web": {"v1", "v2", "latest"}}
    assert _selected(state, "2.15") == {**tagged, "tools/builder": untagged}
    assert _selected(state, "1.10") == tagged


def test_name_and_tag_filters_narrow_down(state: HarborState) -> None:
    name, tag = {"type": "name", "value": "shop/*"}, {"type": "tag", "value": "v*"}
    assert _selected(state, "2.15", name, tag) == {"shop/web": {"v1", "v2"}}
    assert _selected(state, "2.15", {"type": "name", "value": "nothing/**"}) == {}


def test_excluding_tags_keeps_the_others(state: HarborState) -> None:
    excluded = {"type": "tag", "value": "v*", "decoration": "excludes"}
    assert _selected(state, "2.9", {"type": "name", "value": "shop/**"}, excluded) == {"shop/web": {"latest"}}


def test_patterns_that_need_a_character_exclude_what_has_no_tag(state: HarborState) -> None:
    assert "tools/builder" in _selected(state, "2.15", {"type": "tag", "value": "**"})
    assert "tools/builder" not in _selected(state, "2.15", {"type": "tag", "value": "?*"})


def test_labels_must_all_be_there_and_1_8_ignores_them(state: HarborState) -> None:
    digest = state.store.tags("shop/web")["v2"]
    state.labels["shop/web", digest] = {"release", "tested"}
    wanted = {"type": "label", "value": ["release", "tested"]}
    assert _selected(state, "2.15", wanted) == {"shop/web": {"v2"}}
    assert _selected(state, "1.10", wanted) == {"shop/web": {"v2"}}
    assert _selected(state, "2.15", {"type": "label", "value": ["release", "other"]}) == {}
    assert len(_selected(state, "1.8", {"type": "label", "value": "release"})) == 2


def test_the_resource_filter_has_an_effect_only_on_old_versions(state: HarborState) -> None:
    chart = {"type": "resource", "value": "chart"}
    assert _selected(state, "2.0", chart) == {}
    assert _selected(state, "1.10", {"type": "resource", "value": "image"}) != {}
    assert _selected(state, "2.15", {"type": "resource", "value": "image"}) == _selected(state, "2.15")


def test_what_a_proxy_cache_holds_is_copied_like_everything_else(state: HarborState) -> None:
    """goharbor/harbor, src/pkg/reg/adapter/harbor/v2/adapter.go lists all projects; only targets are skipped (2.5+)."""
    state.projects[next(item.id for item in state.projects.values() if item.name == "shop")].registry_id = 7
    assert "shop/web" in _selected(state, "2.15")


def test_children_of_an_index_are_hidden_unless_tagged() -> None:
    store = ContentStore()
    children = [made_image(["base"], cpu, OCI_MANIFEST) for cpu in ("amd64", "arm64")]
    for child in children:
        store.put_manifest("shop/web", child.digest, child.media_type, child.content)
    both = index(children)
    store.put_manifest("shop/web", "latest", OCI_INDEX, both.content)
    assert listed_artifacts(FLAVOURS["2.15"], store, "shop/web") == {both.digest: ["latest"]}
    store.put_manifest("shop/web", "arm", children[1].media_type, children[1].content)
    assert listed_artifacts(FLAVOURS["2.15"], store, "shop/web") == {
        both.digest: ["latest"],
        children[1].digest: ["arm"],
    }


class TestAccessories:
    """What hangs on an image is selected with it."""

    SIGNED = scene()["image"].digest

    @pytest.fixture
    def acc(self) -> HarborState:
        """A state with the scene of images with accessories."""
        state = HarborState(ContentStore(), "password")
        state.add_project("acc", {"public": "false"}, state.users[1])
        for push in scene().values():
            put_artifact(state.store, push.repository, push.artifact, *push.tags)
        return state

    def _app(self, state: HarborState, version: str, *filters: dict[str, Any]) -> set[str]:
        """The names in the scene of what is selected of `acc/app`."""
        names = {push.digest: name for name, push in scene().items()}
        found = _selected(state, version, *filters).get("acc/app", set())
        tags = state.store.tags("acc/app")
        return {names[tags.get(reference, reference)] for reference in found}

    def test_a_filter_for_tags_judges_them_by_the_tags_of_the_image(self, acc: HarborState) -> None:
        selected = self._app(acc, "2.15", {"type": "tag", "value": "1.*"})
        everything = self._app(acc, "2.15")
        assert everything - selected == {"attestation_tag", "sbom_tag", "untagged_image"}
        assert {"cosign_sig_tag", "sbom_referrer", "referrer_to_sbom"} < selected
        assert self._app(acc, "2.15", {"type": "tag", "value": "*.sig"}) == set()

    def test_excluding_the_image_excludes_them(self, acc: HarborState) -> None:
        left = self._app(acc, "2.9", {"type": "tag", "value": "1.*", "decoration": "excludes"})
        assert left == {"attestation_tag", "sbom_tag", "untagged_image"}

    def test_a_second_filter_judges_them_by_their_own_tags(self, acc: HarborState) -> None:
        twice = [{"type": "tag", "value": "1.*"}, {"type": "tag", "value": "?*"}]
        assert self._app(acc, "2.15", *twice) == {"image", "cosign_sig_tag"}

    def test_a_label_of_the_image_is_theirs(self, acc: HarborState) -> None:
        acc.labels["acc/app", self.SIGNED] = {"release"}
        selected = self._app(acc, "2.15", {"type": "label", "value": ["release"]})
        assert selected == self._app(acc, "2.15", {"type": "tag", "value": "1.*"})

    def test_signatures_of_the_children_of_an_index_go_with_it(self, acc: HarborState) -> None:
        child = scene()["index"].artifact.children[0]
        signed = put_artifact(acc.store, "acc/multi", signature(child.digest), tag_for(child.digest, "sig"))
        selected = _selected(acc, "2.15", {"type": "tag", "value": "1.0"})["acc/multi"]
        assert selected == {"1.0", scene()["index_cosign_referrer"].digest, tag_for(child.digest, "sig")}
        assert signed not in listed_artifacts(FLAVOURS["2.15"], acc.store, "acc/multi")

    def test_a_signature_without_its_subject_is_not_copied(self, acc: HarborState) -> None:
        assert _selected(acc, "2.15")["acc/orphan"] == {"1"}

    def test_2_0_takes_them_for_artifacts_of_their_own(self, acc: HarborState) -> None:
        assert self._app(acc, "2.0", {"type": "tag", "value": "1.*"}) == {"image"}
        assert len(_selected(acc, "2.0")["acc/orphan"]) == 2

    def test_2_7_takes_no_signature_of_a_signature(self, acc: HarborState) -> None:
        first = scene()["cosign_sig_tag"]
        put_artifact(acc.store, "acc/app", signature(first.digest), tag_for(first.digest, "sig"))
        selected = _selected(acc, "2.7", {"type": "tag", "value": "1.*"})["acc/app"]
        assert selected == {"1.0", tag_for(self.SIGNED, "sig")}

    def test_an_event_judges_a_signature_by_its_own_tag(self, acc: HarborState) -> None:
        flavour, tag = FLAVOURS["2.15"], tag_for(self.SIGNED, "sig")
        for value, expected in (("1.*", False), ("*.sig", True)):
            policy = Policy(1, "p", dest_registry_id=1, filters=[{"type": "tag", "value": value}])
            assert selects_push(flavour, acc, policy, "acc/app", tag) is expected


def test_tags_of_an_artifact_are_listed_newest_first(state: HarborState) -> None:
    digest = put_image(state.store, "shop/many", "b", "c", "a")
    assert listed_artifacts(FLAVOURS["2.15"], state.store, "shop/many") == {digest: ["a", "c", "b"]}
    assert listed_artifacts(FLAVOURS["2.0"], state.store, "shop/many") == {digest: ["a", "b", "c"]}


def test_1_x_lists_tags_in_another_order_each_time(state: HarborState) -> None:
    put_image(state.store, "shop/many", *(f"t{number}" for number in range(8)))
    policy = Policy(1, "p", dest_registry_id=1, filters=[{"type": "name", "value": "shop/many"}])
    orders = {tuple(select(FLAVOURS["1.10"], state, policy)[0].references) for _time in range(3)}
    assert len(orders) == 3
    assert {tuple(sorted(order)) for order in orders} == {tuple(f"t{number}" for number in range(8))}
