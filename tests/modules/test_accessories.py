# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures, SBOMs and attestations are part of what is compared, against the recorded project in the sandbox."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules import harbor_connection, tcr_connection
from tests.modules.migration_scene import Scene
from tests.sandbox.core.accessories import COSIGN, SPDX, Push, later, referrer, scene, tag_for
from tests.sandbox.harbor.demonstration import fill_with_accessories
from tests.support.modules import run_module
from tests.support.steps import fail, succeed

verify = partial(run_module, "migration_verify")
execute = partial(run_module, "harbor_replication_execution")
IMAGE = scene()["image"]
SIG_TAG = tag_for(IMAGE.digest, "sig")


@pytest.fixture
def stage(make_sandbox: Callable[..., Any]) -> Callable[..., Scene]:
    """A sandbox with the recorded project, copied to the target unless told otherwise."""

    def make(copied: bool = True, **settings: Any) -> Scene:
        sandbox = make_sandbox(seed="accessories", network="public", harbor_retry_scale=0.01, **settings)
        found = Scene(sandbox, ["acc"], ["acc"])
        if copied:
            succeed(execute, found.execution(expected_repositories=found.weights("acc")))
        sandbox.journal.clear()
        return found

    return make


def compared(found: Scene, **options: Any) -> dict[str, Any]:
    """Options of migration_verify for the recorded project."""
    return found.verify(projects=["acc"], **options)


def push(found: Scene, *names: str) -> None:
    """Push what was pushed later, as the record names it."""
    fill_with_accessories(found.sandbox.harbor, {name: later()[name] for name in names})


def wanting(result: dict[str, Any]) -> dict[str, str]:
    """What hangs on images and is not equal: its tag or digest, with the verdict."""
    return {
        next(iter(one.get("tags", ())), one["digest"]): one["verdict"]
        for repository in result["repositories"]
        for one in repository["accessories"]
        if one["verdict"] != "equal"
    }


@pytest.mark.parametrize("version", ["2.9", "2.15"])
def test_everything_that_harbor_copied_is_proven(stage: Callable[..., Scene], version: str) -> None:
    found = stage(harbor_version=version)
    result = succeed(verify, compared(found, accepted_verdicts=[]))
    assert result["equal"] and result["totals"]["accessories"]["equal"] == 10 and result["totals"]["extra"] == 0
    assert [one["name"] for one in result["repositories"] if not one["tags"]] == ["acc/untagged"]
    assert result["totals"]["untagged_images"]["equal"] == 1
    assert result["referrers_api"] is False and "no referrers API" in result["notes"][0]


def test_a_registry_that_serves_referrers_needs_no_note(stage: Callable[..., Scene]) -> None:
    result = succeed(verify, compared(stage(referrers_api="served")))
    assert result["referrers_api"] is True and result["notes"] == []


def test_a_signature_and_an_sbom_that_came_later_are_missing_until_they_are_copied(stage: Callable[..., Scene]) -> None:
    found = stage()
    push(found, "cosign_sig_tag_2", "late_sbom_referrer")
    result = fail(verify, compared(found))
    assert not result["equal"] and result["totals"]["accessories"]["missing"] == 1
    assert wanting(result) == {SIG_TAG: "different", later()["late_sbom_referrer"].digest: "missing"}
    assert succeed(verify, compared(found, accessories="report"))["equal"]
    ignored = succeed(verify, compared(found, accessories="ignore"))
    assert ignored["equal"] and ignored["totals"]["accessories"]["compared"] == 0
    succeed(execute, found.execution(expected_repositories=found.weights("acc")))
    assert succeed(verify, compared(found))["totals"]["accessories"]["equal"] == 12


@pytest.mark.parametrize("version", ["2.9", "2.15"])
def test_what_is_signed_within_a_multi_arch_image_counts(stage: Callable[..., Scene], version: str) -> None:
    found = stage(harbor_version=version)
    child = scene()["index"].artifact.children[0]
    signature = referrer(child, COSIGN, "of a platform")
    deep = scene()["fallback_image"].artifact
    described = referrer(deep, SPDX, "of a nested repository")
    pushes = {
        "signature": Push("acc/multi", signature),
        "image": Push("acc/team/deep", deep, ("1",)),
        "sbom": Push("acc/team/deep", described),
    }
    fill_with_accessories(found.sandbox.harbor, pushes)
    assert wanting(fail(verify, compared(found))) == {signature.digest: "missing", described.digest: "missing"}
    succeed(execute, found.execution(expected_repositories=found.weights("acc")))
    assert succeed(verify, compared(found))["equal"]


def test_a_signature_that_the_target_refuses_ends_the_wait_at_once_and_names_the_rule(
    stage: Callable[..., Scene],
) -> None:
    found = stage()
    rules = [{"namespace": "acc", "repositories": "app", "tags": "*.sig"}]
    succeed(partial(run_module, "tcr_immutable_tag"), tcr_connection.connection(found.sandbox, rules=rules))
    push(found, "cosign_sig_tag_2")
    options = {**found.execution(expected_repositories=found.weights("acc"), settle_seconds=200), **found.proof()}
    options["verify"] = {**options["verify"], "projects": ["acc"]}
    begin = time.monotonic()
    result = fail(execute, options)
    assert time.monotonic() - begin < 30 and result["verdict"] == "failed"
    assert "acc: app, tags *.sig" in result["msg"] and "disabled: true" in result["msg"] and SIG_TAG in result["msg"]
    fine = dict(options, verify={**options["verify"], "accessories": "report"})
    assert "accessories have not, which decides nothing" in succeed(execute, fine)["reason"]


def test_a_prediction_knows_what_is_there_and_what_came_later(stage: Callable[..., Scene]) -> None:
    """It logs in with a credential that nobody lists, and changes nothing."""
    found = stage()
    assert succeed(verify, compared(found), check=True)["totals"]["accessories"]["equal"] == 10
    push(found, "late_sbom_referrer")
    late = fail(verify, compared(found), check=True)
    assert wanting(late) == {later()["late_sbom_referrer"].digest: "missing"}
    assert [one["name"] for one in late["repositories"] if one["wanting"]] == ["acc/app"]
    assert not found.sandbox.journal.writes()


@pytest.mark.parametrize("reason", ["refused", "unreachable"])
def test_a_prediction_says_what_it_cannot_know(stage: Callable[..., Scene], reason: str) -> None:
    found = stage()
    options = compared(found)
    if reason == "refused":
        found.sandbox.faults.add(service="tcr", match="CreateInstanceToken", kind="error", code="UnauthorizedOperation")
    else:
        options |= {"registry_url": "http://127.0.0.1:1", "registry_connect_to": None}
    result = fail(verify, options, check=True)
    assert result["totals"]["equal"] == 8 and result["totals"]["accessories"]["unknown"] == 7
    assert not any(one["wanting"] for one in result["repositories"])
    told = {"refused": "no credential could be made", "unreachable": "no connection"}[reason]
    assert "could not be asked" in result["notes"][0] and told in result["notes"][0]
    assert "referrers API" in result["notes"][1]
    blank = fail(verify, compared(stage(copied=False)), check=True)
    assert blank["totals"]["accessories"]["missing"] == 10, "where nothing is, nothing hangs on it"


@pytest.mark.parametrize("mode", ["require", "ignore"])
def test_calls_are_made_only_for_what_is_looked_at(stage: Callable[..., Scene], mode: str) -> None:
    found = stage(copied=False)
    info = partial(run_module, "harbor_inventory_info")
    result = succeed(info, harbor_connection.connection(found.sandbox, projects=["acc"], accessories=mode))
    calls = [entry.path for entry in found.sandbox.journal.entries if "/artifacts" in entry.path]
    read = 10 if mode == "require" else 0
    assert result["inventory"]["totals"]["accessories"] == read
    assert len(calls) == len(set(calls)) == 1 + read


def test_the_wait_does_not_end_while_an_sbom_is_still_copied(stage: Callable[..., Scene]) -> None:
    slow = scene()["sbom_referrer"].digest
    found = stage(copied=False, harbor_slow_content={slow: 3.0})
    options = {**found.execution(expected_repositories=found.weights("acc"), progress_interval=0.3), **found.proof()}
    options["verify"] = {**options["verify"], "projects": ["acc"]}
    begin = time.monotonic()
    succeed(execute, options)
    assert time.monotonic() - begin > 3 and succeed(verify, compared(found))["equal"]
    lists = [entry for entry in found.sandbox.journal.entries if entry.action == "DescribeRepositories"]
    assert len(lists) > 2, "it was compared meanwhile"
