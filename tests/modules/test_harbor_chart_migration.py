# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module harbor_chart_migration against the sandbox: every version arrives once, and only its archive decides."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules.migration_scene import Scene
from tests.sandbox.core.content import digest_of
from tests.sandbox.core.helm_charts import chart_archive, provenance_of
from tests.sandbox.core.images import image, put_artifact
from tests.support.modules import run_module
from tests.support.steps import fail, succeed

run = partial(run_module, "harbor_chart_migration")
WITH_CHART_MUSEUM = ("1.8", "1.10", "2.0")
CHARTS = {"shop": {"front": ["0.1.0", "1.0.0+build.5"], "back": ["2.0.0"]}, "library": {"tool": ["1.0.0-rc.1"]}}
ARCHIVE = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
PROVENANCE = "application/vnd.cncf.helm.chart.provenance.v1.prov"
TOKEN = "CreateInstanceToken"


@pytest.fixture
def scene(make_sandbox: Callable[..., Any]) -> Callable[..., Scene]:
    def make(version: str = "1.10", charts: dict[str, Any] | None = None, **settings: Any) -> Scene:
        sandbox = make_sandbox(
            harbor_version=version, seed="demo", network="public", harbor_charts=charts or CHARTS, **settings
        )
        return Scene(sandbox, ("library", "shop"))

    return make


def options(stage: Scene, **more: Any) -> dict[str, Any]:
    return stage.verify(**{"projects": ["library", "shop"], **more})


def layers(stage: Scene, repository: str, tag: str) -> dict[str, str]:
    """Media type to digest of the layers that the target has under a tag."""
    manifest = stage.sandbox.tcr.registry.store.manifest(repository, tag)
    return {one["mediaType"]: one["digest"] for one in json.loads(manifest.content)["layers"]}


def replace_at_the_target(stage: Scene, repository: str, tag: str, archive: bytes) -> None:
    """Put another archive under a tag of the target, as somebody's ``helm push`` would."""
    store = stage.sandbox.tcr.registry.store
    found = store.manifest(repository, tag)
    document = json.loads(found.content)
    (layer,) = (one for one in document["layers"] if one["mediaType"] == ARCHIVE)
    layer.update(digest=store.put_blob(archive, repository), size=len(archive))
    store.put_manifest(repository, tag, found.media_type, json.dumps(document).encode())


def writes(stage: Scene) -> list[str]:
    return [entry.action for entry in stage.sandbox.journal.writes() if entry.action != TOKEN]


@pytest.mark.parametrize("version", WITH_CHART_MUSEUM)
def test_twelve_steps(scene: Callable[..., Scene], version: str) -> None:
    """Predict, do, predict again, do again: for what is missing, and for what was uploaded again."""
    stage = scene(version)
    wanted = options(stage)
    first = [
        {"action": "create", "object": "chart version", "key": key}
        for key in ("library/tool:1.0.0-rc.1", "shop/back:2.0.0", "shop/front:0.1.0", "shop/front:1.0.0+build.5")
    ]
    again = [{"action": "replace", "object": "chart version", "key": "shop/front:0.1.0"}]
    for actions in (first, again):
        predicted = succeed(run, wanted, check=True)
        assert (predicted["actions"], predicted["changed"], predicted["equal"]) == (actions, True, False)
        assert writes(stage) == []
        done = succeed(run, wanted)
        assert (done["actions"], done["changed"], done["equal"]) == (actions, True, True)
        stage.sandbox.journal.clear()
        for check in (True, False):
            nothing = succeed(run, wanted, check=check)
            assert (nothing["actions"], nothing["changed"], nothing["equal"]) == ([], False, True)
        assert writes(stage) == []
        stage.sandbox.harbor.state.charts.put("shop", chart_archive("front", "0.1.0", values="replicas: 2\n"))


def test_the_digest_of_the_layer_is_that_of_the_archive(scene: Callable[..., Scene]) -> None:
    stage = scene()
    signed = chart_archive("front", "3.0.0")
    stage.sandbox.harbor.state.charts.put("shop", signed, provenance_of(signed))
    succeed(run, options(stage))
    assert layers(stage, "shop/front", "1.0.0_build.5") == {ARCHIVE: digest_of(chart_archive("front", "1.0.0+build.5"))}
    assert layers(stage, "shop/front", "3.0.0") == {
        ARCHIVE: digest_of(signed),
        PROVENANCE: digest_of(provenance_of(signed)),
    }


def test_an_archive_that_was_changed_at_the_target_is_different(scene: Callable[..., Scene]) -> None:
    stage = scene()
    succeed(run, options(stage))
    changed = chart_archive("front", "0.1.0", values="replicas: 9\n")
    stage.sandbox.harbor.state.charts.put("shop", changed)
    left = fail(run, options(stage, override=False))
    assert left["actions"] == []
    assert "shop/front:0.1.0 different: the target has another archive" in left["msg"]
    assert layers(stage, "shop/front", "0.1.0") == {ARCHIVE: digest_of(chart_archive("front", "0.1.0"))}
    succeed(run, options(stage))
    assert layers(stage, "shop/front", "0.1.0") == {ARCHIVE: digest_of(changed)}


def test_what_is_no_chart_at_the_target_is_different(scene: Callable[..., Scene]) -> None:
    stage = scene()
    put_artifact(stage.sandbox.tcr.registry.store, "shop/front", image(["base"]), "0.1.0")
    predicted = succeed(run, options(stage), check=True)
    found = {one["target"]: one for one in predicted["charts"]}["shop/front:0.1.0"]
    assert (found["verdict"], found["reason"]) == (
        "different",
        "the target has something that is no chart under this tag",
    )


def test_selection_prefix_and_namespaces_decide_the_place(scene: Callable[..., Scene]) -> None:
    stage = scene()
    stage.create_namespace("elsewhere")
    chosen = {"repositories": ["shop/f*"], "tags": ["1.*_build*"], "namespace_map": {"shop": "elsewhere"}}
    result = succeed(run, options(stage, chart_prefix="charts/", **chosen))
    assert [one["target"] for one in result["charts"]] == ["elsewhere/charts/front:1.0.0_build.5"]
    assert stage.sandbox.tcr.registry.store.tags("elsewhere/charts/front").keys() == {"1.0.0_build.5"}


@pytest.mark.parametrize(
    ("charts", "reason"),
    [
        ({"shop": {"web": ["1.0.0"]}}, "shop/web would come into 'shop/web', which holds images"),
        ({"shop": {"Front": ["1.0.0"]}}, "shop/Front as repository 'Front': a repository has a-z"),
        ({"shop": {"front": ["1.0.0-" + "a" * 130]}}, "as a tag: a tag has at most 128"),
        ({"shop": {"front": ["1.0.0+a", "1.0.0_a"]}}, "would both be 'shop/front:1.0.0_a'"),
    ],
)
def test_a_chart_without_a_place_is_refused_before_anything_is_written(
    scene: Callable[..., Scene], charts: dict[str, Any], reason: str
) -> None:
    stage = scene(charts=charts)
    for check in (True, False):
        refused = fail(run, options(stage), check=check)
        assert reason in refused["msg"]
        assert "migration_chart_prefix" in refused["msg"]
    assert stage.sandbox.journal.writes() == []


def test_an_image_of_which_no_tag_is_selected_keeps_its_repository(scene: Callable[..., Scene]) -> None:
    """What is gathered before a run refuses what the run itself would refuse."""
    stage = scene(charts={"shop": {"web": ["9.9.9"]}})
    chosen = options(stage, projects=["shop"], tags=["9.9.9"])
    state = {name: one for name, one in chosen.items() if name != "registry_connect_to"}
    gathered = {**state, "migration_id": "demo", "public_cidrs": ["127.0.0.1/32"]}
    for refused in (fail(run, chosen), fail(partial(run_module, "migration_state_info"), gathered)):
        assert "shop/web would come into 'shop/web', which holds images" in refused["msg"]
    assert stage.sandbox.journal.writes() == []


def test_a_prefix_gives_a_chart_a_repository_of_its_own(scene: Callable[..., Scene]) -> None:
    stage = scene(charts={"shop": {"web": ["1.0.0"]}})
    succeed(run, options(stage, chart_prefix="charts/"))
    assert stage.sandbox.tcr.registry.store.tags("shop/charts/web").keys() == {"1.0.0"}


def test_where_there_is_no_chart_museum_nothing_is_asked(make_sandbox: Callable[..., Any]) -> None:
    for version in ("1.10", "2.15"):
        stage = Scene(make_sandbox(harbor_version=version, seed="demo", network="public"), ("library", "shop"))
        result = succeed(run, options(stage))
        assert (result["changed"], result["equal"], result["charts"]) == (False, True, [])
        assert not [entry for entry in stage.sandbox.journal.entries if "chartrepo" in entry.path]
        assert stage.sandbox.journal.writes() == []


def test_addresses_may_be_whole_ones_of_another_host(scene: Callable[..., Scene]) -> None:
    stage = scene(harbor_absolute_charts=True)
    assert succeed(run, options(stage))["totals"]["equal"] == 4


def test_one_that_fails_leaves_the_others_and_is_moved_by_the_next_run(scene: Callable[..., Scene]) -> None:
    stage = scene()
    museum = stage.sandbox.harbor.state.charts
    package = museum.charts("shop")["back"][0]
    stage.sandbox.faults.add(kind="status", match="/chartrepo/shop/charts/back-2.0.0.tgz$", status=500)
    failed = fail(run, options(stage))
    assert "shop/back:2.0.0 missing: Harbor at" in failed["msg"]
    assert len(failed["actions"]) == 3 and failed["changed"]
    again = succeed(run, options(stage))
    assert [one["key"] for one in again["actions"]] == ["shop/back:2.0.0"]
    assert layers(stage, "shop/back", "2.0.0") == {ARCHIVE: f"sha256:{package.digest}"}


@pytest.mark.over_http
@pytest.mark.parametrize("reason", ["unreachable", "refused", "no answer in time"])
def test_what_could_not_be_asked_for_comes_with_what_helps(scene: Callable[..., Scene], reason: str) -> None:
    stage = scene(refused_source="html")
    succeed(run, options(stage))
    wanted, advice = options(stage), ""
    if reason == "unreachable":
        wanted |= {"registry_url": "http://127.0.0.1:1", "registry_connect_to": None}
        advice = "migration_registry_connect_to"
    elif reason == "refused":
        tcr, registry_id = stage.target.tcr, stage.target.registry_id
        while entries := tcr.security_policies(registry_id):
            tcr.delete_security_policy(registry_id, entries[0]["PolicyIndex"], entries[0]["PolicyVersion"])
        advice = "Check that the registry's whitelist has this host's address"
    else:
        stage.sandbox.faults.add(kind="delay", match="^/v2/shop/back/manifests/", times=4, seconds=1.5)
        wanted |= {"tcr_timeout": 1}
        advice = "Raise the time-out, or check the load of the server."
    failed = fail(run, wanted)
    unknown = [one for one in failed["charts"] if one["verdict"] == "unknown"]
    assert len(unknown) == (1 if reason == "no answer in time" else 4)
    assert all(advice in one["reason"] for one in unknown)
    assert "What is unknown could not be asked for, and was not moved, because it may be there" in failed["msg"]
    assert "override" not in failed["msg"]


def test_an_immutable_tag_is_named(scene: Callable[..., Scene]) -> None:
    stage = scene()
    succeed(run, options(stage))
    rule = {"RepositoryPattern": "**", "RepositoryDecoration": "repoMatches", "TagPattern": "**"}
    stage.target.tcr.create_immutable_rule(
        stage.target.registry_id, "shop", {**rule, "TagDecoration": "matches", "Disabled": False}
    )
    stage.sandbox.harbor.state.charts.put("shop", chart_archive("front", "0.1.0", values="replicas: 2\n"))
    failed = fail(run, options(stage))
    assert "immutable" in failed["msg"]


def calls(stage: Scene) -> Counter[str]:
    """What was answered since the journal was cleared, by what was asked for; without challenges for a token."""
    found: Counter[str] = Counter()
    for entry in stage.sandbox.journal.entries:
        if entry.status == 401:
            continue
        if entry.service == "registry":
            found["target"] += "/shop/" in entry.path
        elif entry.path.startswith("/chartrepo/"):
            found["provenance" if entry.path.endswith(".prov") else "archive"] += 1
        elif entry.path.startswith("/api/chartrepo/"):
            found["list"] += 1
    return +found


def test_the_calls_for_two_thousand_versions(scene: Callable[..., Scene]) -> None:
    """A new version costs one read of its archive and one look for a provenance file, and six calls at the target.

    No list of Harbor or ChartMuseum tells which charts have a provenance file; only the details of a version do, which are
    a call each as well. A version that is equal costs its manifest at the target.
    """
    names = [f"chart-{number:02}" for number in range(20)]
    stage = scene(
        charts={"shop": {name: [f"1.{minor}.0" for minor in range(100)] for name in names}}, rate_limits=False
    )
    wanted = options(stage, projects=["shop"])
    lists = 1 + len(names)
    succeed(run, wanted)
    first = calls(stage)
    assert (first["archive"], first["provenance"], first["list"]) == (2000, 2000, lists)
    assert 5 * 2000 <= first["target"] <= 6 * 2000
    changed = chart_archive("chart-07", "1.42.0", values="replicas: 9\n")
    replace_at_the_target(stage, "shop/chart-07", "1.42.0", changed)
    stage.sandbox.journal.clear()
    found = fail(run, {**wanted, "override": False})
    assert calls(stage) == Counter(target=2000, list=lists)
    assert found["totals"] == {
        "charts": 20,
        "versions": 2000,
        "equal": 1999,
        "different": 1,
        "missing": 0,
        "unknown": 0,
    }
    assert f"shop/chart-07:1.42.0 different: the target has another archive, {digest_of(changed)}" in found["msg"]
