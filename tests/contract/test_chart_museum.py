# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's ChartMuseum beside that of Harbor 2.7.4, and charts beside those that Helm 3.18.6 pushed.

The lists were recorded from Harbor's own code over a ChartMuseum; the errors were read from its source.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.sandbox.core.helm_charts import chart_archive, chart_metadata, provenance_of
from tests.tools.environments import ROOT

RECORDS = ROOT / "tests/contract/records"
RECORDED = json.loads((RECORDS / "chart-museum-2.7.4.json").read_text())
HELM = json.loads((RECORDS / "helm-3.18.6.json").read_text())
LISTED = RECORDED["list-versions"][0]
FIELDS = {
    name: LISTED[name]
    for name in ("home", "sources", "keywords", "maintainers", "icon", "appVersion", "annotations", "type")
}
VERSIONS = ("0.1.0", "1.0.0+build.5")
VALUES = RECORDED["version-details"]["files"]["values.yaml"]


class Asked:
    """A Harbor of the sandbox with the charts of the recording in its project library."""

    def __init__(self, sandbox: Any) -> None:
        self.harbor = sandbox.harbor
        for version in VERSIONS:
            self.harbor.state.charts.put(
                "library", chart_archive("demo", version, VALUES, **FIELDS, description="A lab chart")
            )
        signed = chart_archive("signed", "0.2.0", VALUES, **FIELDS, description="A signed lab chart")
        self.harbor.state.charts.put("library", signed, provenance_of(signed))

    def call(self, path: str, method: str = "GET", user: str = "admin", **options: Any) -> requests.Response:
        password = self.harbor.password if user == "admin" else "wrong"
        login = base64.b64encode(f"{user}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {login}"} if user else {}
        return requests.request(method, self.harbor.url + path, headers=headers, timeout=30, **options)


@pytest.fixture(params=["1.8", "1.10", "2.0"])
def asked(request: pytest.FixtureRequest, make_sandbox: Callable[..., Any]) -> Asked:
    return Asked(make_sandbox(harbor_version=request.param, seed="none", harbor_charts={"library": {}}))


def shape(value: Any) -> Any:
    """Names and types, in their order."""
    if isinstance(value, dict):
        return [(name, shape(one)) for name, one in value.items()]
    if isinstance(value, list):
        return [shape(one) for one in value]
    return type(value).__name__


def test_lists_have_the_recorded_members_in_the_recorded_order(asked: Asked) -> None:
    charts = asked.call("/api/chartrepo/library/charts").json()
    assert shape(charts) == shape(RECORDED["list-charts"])
    assert [(one["name"], one["total_versions"], one["latest_version"], one["updated"]) for one in charts] == [
        (one["name"], one["total_versions"], one["latest_version"], one["updated"]) for one in RECORDED["list-charts"]
    ]
    versions = asked.call("/api/chartrepo/library/charts/demo").json()
    recorded = [{**one, "labels": []} for one in RECORDED["list-versions"]]
    same = ("name", "version", "urls", "annotations", "sources", "type")
    assert [{name: one[name] for name in same} for one in versions] == [
        {name: one[name] for name in same} for one in recorded
    ]
    assert {name for one in versions for name in one} == {name for one in recorded for name in one}
    assert len(versions[0]["digest"]) == 64


def test_only_the_details_tell_that_a_chart_is_signed(asked: Asked) -> None:
    for version, name in (("0.2.0", "version-details-signed"), ("0.1.0", "version-details")):
        chart = RECORDED[name]["metadata"]["name"]
        found = asked.call(f"/api/chartrepo/library/charts/{chart}/{version}").json()
        assert found.keys() == RECORDED[name].keys()
        assert found["security"] == RECORDED[name]["security"]
        assert found["values"] == RECORDED[name]["values"]
        assert found["files"]["values.yaml"] == VALUES


def test_a_project_without_charts_has_an_empty_list(asked: Asked) -> None:
    asked.harbor.state.add_project("empty", {"public": "false"}, asked.harbor.state.users[1])
    assert asked.call("/api/chartrepo/empty/charts").json() == RECORDED["list-charts-of-empty-project"]


def test_refusals(asked: Asked) -> None:
    """Three shapes: Harbor's own of 2.x, those of 1.x, and what is passed on."""
    recorded = RECORDED["errors.built"]
    for path, case in (
        ("/api/chartrepo/nope/charts", "project missing, caller is system admin"),
        ("/api/chartrepo/library/charts/none", "GET /api/chartrepo/P/charts/none"),
        ("/api/chartrepo/library/charts/demo/9.9.9", "GET /api/chartrepo/P/charts/demo/9.9.9"),
    ):
        answer = asked.call(path)
        assert answer.status_code == recorded[case]["status"]
        if asked.harbor.flavour.dialect == "1":
            assert set(answer.json()) == set(recorded["own answers of v1.8"]["body"])
            assert answer.headers["Content-Type"].startswith("text/plain")
        else:
            assert answer.json() == recorded[case]["body"]
    missing = asked.call("/chartrepo/library/charts/none-1.0.0.tgz")
    assert (missing.status_code, list(missing.json())) == (404, ["error"])
    assert asked.call("/api/v2.0/chartrepo/library/charts").status_code == 404


def test_an_upload_replaces_what_is_there(asked: Asked) -> None:
    for values in ("a: 1\n", "a: 2\n"):
        archive = chart_archive("demo", "0.1.0", values)
        saved = asked.call("/api/chartrepo/library/charts", "POST", files={"chart": ("demo-0.1.0.tgz", archive)})
        assert (saved.status_code, saved.json()) == (201, {"saved": True})
        assert asked.call("/chartrepo/library/charts/demo-0.1.0.tgz").content == archive
    broken = asked.call("/api/chartrepo/library/charts", "POST", files={"chart": ("x.tgz", b"no archive")})
    assert (broken.status_code, broken.json()) == (400, {"error": "gzip: invalid header"})
    wrong_field = asked.call("/api/chartrepo/library/charts", "POST", files={"file": ("x.tgz", b"")})
    assert wrong_field.status_code == 500


def test_a_plus_is_found_escaped_or_not(asked: Asked) -> None:
    archive = chart_archive("demo", "1.0.0+build.5", VALUES, **FIELDS, description="A lab chart")
    for name in ("demo-1.0.0+build.5.tgz", "demo-1.0.0%2Bbuild.5.tgz"):
        assert asked.call(f"/chartrepo/library/charts/{name}").content == archive


def test_what_is_read_of_a_chart_is_what_helm_keeps() -> None:
    for version in VERSIONS:
        recorded = HELM[f"demo-{version.replace('+', '_')}"]["config"]
        archive = chart_archive("demo", version, **FIELDS, description="A lab chart")
        assert json.dumps(chart_metadata(archive), separators=(",", ":")) == recorded
