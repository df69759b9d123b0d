# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong without a word of Harbor: each case is found, named with its place, and with what puts it right.

Each runs the modules of a migration as the playbook does, and neither the wait for Harbor nor the comparison afterwards may
call source and target equal.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from tests.modules import tcr_connection
from tests.modules.migration_chain import Chain
from tests.sandbox.core.accessories import SPDX, attestation, referrer, signature, tag_for
from tests.sandbox.core.content import DOCKER_LIST, OCI_MANIFEST
from tests.sandbox.core.images import image, multi_platform
from tests.support.modules import run_module
from tests.support.steps import succeed

REPOSITORY = "shop/web"
IMAGE, OTHER = image(["web"], media_type=OCI_MANIFEST), image(["other"], media_type=OCI_MANIFEST)
DOCKER_IMAGE = image(["web"])
MULTI, OLD_MULTI = multi_platform("multi"), multi_platform("multi", DOCKER_LIST)
PART = MULTI.children[1].digest
SIGNATURE, SIGNATURE_TAG = signature(IMAGE.digest), tag_for(IMAGE.digest, "sig")
ATTESTATION, ATTESTATION_TAG = attestation(IMAGE.digest), tag_for(IMAGE.digest, "att")
SBOM = referrer(IMAGE, SPDX)
# So many patterns that a filter of Harbor has no room for one more.
MANY_TAGS = ["v1", *(f"release-{number:03}-*" for number in range(20))]
EQUAL_TEXTS = ("every tag has the same digest", "so has everything")
Act = Callable[[Chain], Any]


def nothing(_chain: Chain) -> None:
    """Nothing is planted at this point."""


@dataclass(frozen=True)
class Case:
    """One case.

    :param before: what is at source and target when the migration begins.
    :param prepared: what happens when Harbor knows its policies.
    :param copied: what happens when it has copied.
    :param waited: what the wait for Harbor says; empty when it succeeds, because Harbor has done what it could.
    :param place: the tag or digest about which the gate says ``verdict``.
    :param words: what the gate says, to the place and to what puts it right.
    """

    before: Act
    place: str
    verdict: str
    words: tuple[str, ...]
    waited: tuple[str, ...] = ()
    prepared: Act = nothing
    copied: Act = nothing
    repository: str = REPOSITORY
    harbor_version: str = "2.15"
    chain: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    execution: dict[str, Any] = field(default_factory=dict)


def source_has(*more: Act) -> Act:
    """Harbor has the image, and whatever else is planted."""

    def act(chain: Chain) -> None:
        chain.push(REPOSITORY, IMAGE, "v1")
        for one in more:
            one(chain)

    return act


def other_image(chain: Chain) -> None:
    chain.put(REPOSITORY, OTHER, "v1")


def signed(chain: Chain) -> None:
    chain.push(REPOSITORY, SIGNATURE, SIGNATURE_TAG)


def described(chain: Chain) -> None:
    chain.push(REPOSITORY, SBOM)


def immutable(**rule: str) -> Act:
    rules = [{"namespace": "shop", "repositories": "**", **rule}]
    return lambda chain: succeed(
        partial(run_module, "tcr_immutable_tag"), tcr_connection.connection(chain.sandbox, rules=rules)
    )


def refusing(path: str, status: int, code: str, message: str) -> Act:
    return lambda chain: chain.refuse(path, status, code, message)


def another_filter(chain: Chain) -> None:
    """Somebody has changed the policy in Harbor."""
    for policy in chain.sandbox.harbor.state.policies.values():
        policy.filters = [{"type": "name", "value": "shop/nothing"}]


def index_alone(chain: Chain) -> None:
    """The target has the index of a multi-arch image, which is missing at the source's other repository."""
    chain.push("shop/multi", MULTI, "1")
    chain.put("shop/multi", MULTI, "1")
    for child in MULTI.children:
        chain.target.delete_manifest("shop/multi", child.digest)


CASES = {
    "nothing matched": Case(
        before=source_has(),
        prepared=another_filter,
        waited=("nothing matched", "migration_projects, migration_repositories and migration_tags"),
        place="v1",
        verdict="missing",
        words=("shop/web:v1 missing",),
    ),
    "override is off, and the target has another image": Case(
        before=source_has(other_image),
        chain={"override": False},
        place="v1",
        verdict="different",
        words=("shop/web:v1 different", "policy 'demo' does not override", "harbor_replication_override"),
    ),
    "a platform is skipped": Case(
        before=lambda chain: chain.push(REPOSITORY, OLD_MULTI, "v1"),
        harbor_version="1.10",
        place="v1",
        verdict="different",
        words=("only one platform of a multi-arch image", "skopeo", "migration_tags"),
    ),
    "an index is there without what it lists": Case(
        before=source_has(index_alone),
        repository="shop/multi",
        place="1",
        verdict="missing",
        words=("shop/multi:1 missing", "the multi-arch image is there, but not", "delete its tag", "run migrate again"),
    ),
    "an image inside an index is deleted afterwards": Case(
        before=lambda chain: chain.push(REPOSITORY, MULTI, "v1"),
        copied=lambda chain: chain.target.delete_manifest(REPOSITORY, PART),
        place="v1",
        verdict="missing",
        words=(f"but not {PART} inside it", "delete its tag at the target"),
    ),
    "an attestation is left behind by its tag": Case(
        before=source_has(lambda chain: chain.push(REPOSITORY, ATTESTATION, ATTESTATION_TAG)),
        chain={"tags": MANY_TAGS},
        place=ATTESTATION_TAG,
        verdict="missing",
        words=(ATTESTATION_TAG, "left behind: the filter of a replication policy has no room", "migration_accessories"),
    ),
    "a signature is left behind by its tag": Case(
        before=source_has(),
        copied=signed,
        place=SIGNATURE_TAG,
        verdict="missing",
        words=(SIGNATURE_TAG, "Run the replication again"),
    ),
    "an SBOM is left behind, and nothing but its manifest names its image": Case(
        before=source_has(),
        copied=described,
        place=SBOM.digest,
        verdict="missing",
        words=(SBOM.digest, "Run the replication again"),
    ),
    "a signature is refused by its tag": Case(
        before=source_has(signed, lambda chain: chain.put(REPOSITORY, OTHER, SIGNATURE_TAG)),
        prepared=immutable(tags="*.sig"),
        waited=("failed", SIGNATURE_TAG, "disabled: true"),
        place=SIGNATURE_TAG,
        verdict="different",
        words=(SIGNATURE_TAG, "immutable tag rule 'shop: **, tags *.sig'", "disabled: true"),
    ),
    "an SBOM is refused by its digest": Case(
        before=source_has(described),
        prepared=refusing(f"{REPOSITORY}/manifests/{SBOM.digest}", 400, "MANIFEST_INVALID", "subject is not supported"),
        waited=("failed", SBOM.digest, "subject is not supported"),
        place=SBOM.digest,
        verdict="missing",
        words=(SBOM.digest, "Run the replication again"),
    ),
    "a signature is still under way": Case(
        before=source_has(signed),
        settings={"harbor_slow_content": {SIGNATURE.digest: 60.0}},
        execution={"wait_timeout": 2},
        waited=("did not end within 2 seconds", "Harbor continues"),
        place=SIGNATURE_TAG,
        verdict="missing",
        words=(SIGNATURE_TAG,),
    ),
    "an SBOM is still under way": Case(
        before=source_has(described),
        settings={"harbor_slow_content": {SBOM.digest: 60.0}},
        execution={"wait_timeout": 2},
        waited=("did not end within 2 seconds", "Harbor continues"),
        place=SBOM.digest,
        verdict="missing",
        words=(SBOM.digest,),
    ),
    "the quota is full": Case(
        before=source_has(),
        prepared=refusing(
            f"{REPOSITORY}/manifests/.*",
            403,
            "DENIED",
            "Quota exceeded when processing the request of adding 1.2 MiB of storage resource, which when updated to current "
            "usage of 10.4 MiB will exceed the configured upper limit of 10.0 MiB.",
        ),
        waited=("failed", "shop/web: ", "Quota exceeded", "Raise the quota of the registry", "migration_tags"),
        place="v1",
        verdict="missing",
        words=("shop/web:v1 missing",),
    ),
    "a tag is immutable at the target": Case(
        before=source_has(other_image),
        prepared=immutable(tags="v*"),
        waited=("failed", "shop/web:v1", "disabled: true", "migration_tags"),
        place="v1",
        verdict="different",
        words=("shop/web:v1 different", "immutable tag rule 'shop: **, tags v*'", "disabled: true"),
    ),
    "the target is in read-only mode": Case(
        before=source_has(),
        prepared=refusing(
            f"{REPOSITORY}/.*", 403, "DENIED", "The system is in read only mode. Any modification is prohibited."
        ),
        waited=("failed", "shop/web: ", "read only mode", "switch that off", "run migrate again"),
        place="v1",
        verdict="missing",
        words=("shop/web:v1 missing",),
    ),
    "the project at the target is a proxy cache": Case(
        before=source_has(),
        prepared=refusing(f"{REPOSITORY}/.*", 403, "DENIED", "can not push artifact to a proxy project: shop"),
        waited=("failed", "shop/web: ", "proxy cache, which takes no push", "migration_namespace_map"),
        place="v1",
        verdict="missing",
        words=("shop/web:v1 missing",),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_found_named_and_called_equal_by_nobody(make_sandbox: Callable[..., Any], name: str) -> None:
    case = CASES[name]
    sandbox = make_sandbox(
        harbor_version=case.harbor_version, seed="none", network="public", harbor_retry_scale=0.01, **case.settings
    )
    chain = Chain(sandbox, **case.chain)
    case.before(chain)
    chain.prepare()
    case.prepared(chain)
    waited = chain.copy(**case.execution)
    case.copied(chain)
    assert waited, "there was something to copy"
    assert [one["failed"] for one in waited] == [bool(case.waited)]
    said = f"{waited[0].get('msg', '')} {waited[0]['reason']} {waited[0]['line']}"
    assert [words for words in case.waited if words not in said] == [], said
    if case.copied is nothing:
        assert not any(text in said for text in EQUAL_TEXTS), said
    found = chain.verify()
    assert found["failed"] and not found["equal"] and not found["accepted"]
    assert found["msg"].startswith("Source and target are not equal.")
    assert [words for words in case.words if words not in found["msg"]] == [], found["msg"]
    assert verdicts(found)[case.repository, case.place] == case.verdict


def verdicts(found: dict[str, Any]) -> dict[tuple[str, str], str]:
    """The verdict about each tag, accessory and untagged image: by repository, and by tag where there is one."""
    listed = {}
    for one in found["repositories"]:
        listed.update({(one["name"], tag["tag"]): tag["verdict"] for tag in one["tags"]})
        for content in [*one["accessories"], *one["untagged_images"]]:
            for name in content.get("tags") or [content["digest"]]:
                listed[one["name"], name] = content["verdict"]
    return listed


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"harbor_read_only": True}, ("Harbor at http://", "read-only mode", "System Settings", "garbage collection")),
        ({"registry_status": "Isolate"}, ("tcr-sandbox1", "Isolate", "unpaid bills")),
    ],
    ids=["Harbor is in read-only mode", "the registry is isolated"],
)
def test_what_takes_no_change_is_refused_before_anything_is_changed(
    make_sandbox: Callable[..., Any], settings: dict[str, Any], words: tuple[str, ...]
) -> None:
    chain = Chain(make_sandbox(seed="none", **settings))
    chain.push(REPOSITORY, IMAGE, "v1")
    refused = chain.gather()
    assert refused["failed"] and [one for one in words if one not in refused["msg"]] == []
    assert not chain.sandbox.journal.writes()


def test_a_harbor_that_becomes_read_only_while_policies_are_made_says_so(make_sandbox: Callable[..., Any]) -> None:
    chain = Chain(make_sandbox(seed="none", network="public"))
    chain.push(REPOSITORY, IMAGE, "v1")
    chain.prepare()
    chain.found["policies"][0]["filters"] = [{"type": "name", "value": "shop/*"}]
    chain.sandbox.settings.update(harbor_read_only=True)
    refused = chain.make_policies()
    assert refused["failed"] and "read only mode" in refused["msg"] and "System Settings" in refused["msg"]


@pytest.mark.parametrize("named", [False, True])
def test_a_proxy_cache_at_the_source_is_left_out_and_said_or_copied(
    make_sandbox: Callable[..., Any], named: bool
) -> None:
    selected = {"projects": ["shop", "hub"]} if named else {}
    chain = Chain(make_sandbox(seed="none", network="public"), **selected)
    chain.push(REPOSITORY, IMAGE, "v1")
    chain.push("hub/nginx", OTHER, "1")
    chain.sandbox.harbor.state.project_named("hub").registry_id = 7
    chain.prepare()
    (waited,) = chain.copy()
    found = chain.verify()
    assert not waited["failed"] and found["equal"]
    assert sorted(chain.target.repositories()) == (["hub/nginx", REPOSITORY] if named else [REPOSITORY])
    notes = " ".join(found["notes"])
    assert ("proxy caches of other registries: hub." in notes and "migration_projects" in notes) is not named


def test_what_is_under_way_is_waited_for(make_sandbox: Callable[..., Any]) -> None:
    chain = Chain(make_sandbox(seed="none", network="public", harbor_slow_content={SBOM.digest: 2.0}))
    source_has(described)(chain)
    chain.prepare()
    begin = time.monotonic()
    (waited,) = chain.copy()
    assert not waited["failed"] and time.monotonic() - begin > 2 and chain.verify()["equal"]
