# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Charts in ChartMuseum (until 2.7): Harbor's own lists, what it passes on to ChartMuseum, and replications.

Endpoints of the kind docker-registry cannot take charts, so a policy that does not leave them out fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import yaml
from werkzeug.formparser import MultiPartParser

from tests.sandbox.core.helm_charts import BrokenArchive, chart_file
from tests.sandbox.harbor.api import projects
from tests.sandbox.harbor.api.flavour import Flavour
from tests.sandbox.harbor.api.request import Answer, Call, Refusal, page_not_found
from tests.sandbox.harbor.chart_museum import Package
from tests.sandbox.harbor.replication.patterns import match
from tests.sandbox.harbor.replication.selection import Selected
from tests.sandbox.harbor.state import HarborState, Policy

_NEVER = "0001-01-01T00:00:00Z"
_LARGEST_UPLOAD = 20 * 1024 * 1024


def offered(flavour: Flavour) -> bool:
    """Whether a generation can have ChartMuseum."""
    return "chart" in flavour.resource_values.split()


def where_installed(handler: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
    """A handler that exists only where ChartMuseum was installed with Harbor."""

    def guarded(call: Call) -> Answer:
        return handler(call) if call.service.settings.harbor_charts else page_not_found()

    return guarded


def selected_charts(flavour: Flavour, state: HarborState, policy: Policy) -> list[Selected]:
    """The charts that a policy selects, one entry for each version: those of a policy without a filter for images."""
    wanted = [item["value"] for item in policy.filters if item["type"] == "resource"]
    if not offered(flavour) or (wanted and "chart" not in wanted):
        return []
    names = [item["value"] for item in policy.filters if item["type"] == "name"]
    tags = [item["value"] for item in policy.filters if item["type"] == "tag"]
    return [
        Selected(f"{project}/{name}", [package.metadata["version"]], "chart")
        for project in state.charts.projects()
        if state.project_named(project) is not None
        for name, packages in state.charts.charts(project).items()
        if all(match(pattern, f"{project}/{name}") for pattern in names)
        for package in packages
        if all(match(pattern, package.metadata["version"]) for pattern in tags)
    ]


@where_installed
def listing(call: Call) -> Answer:
    """GET /api/chartrepo/{project}/charts: Harbor's own list, without versions, digests and addresses."""
    charts = call.service.state.charts.charts(_project(call, "list"))
    return Answer(
        [
            {
                "name": name,
                "total_versions": len(packages),
                "latest_version": packages[0].metadata["version"],
                "created": _time(min(package.created for package in packages)),
                "updated": _NEVER,
                "icon": packages[0].metadata.get("icon", ""),
                "home": packages[0].metadata.get("home", ""),
                "deprecated": bool(packages[0].metadata.get("deprecated")),
            }
            for name, packages in charts.items()
        ]
    )


@where_installed
def versions(call: Call) -> Answer:
    """GET /api/chartrepo/{project}/charts/{name}: as ChartMuseum lists them, with the labels of Harbor."""
    project = _project(call, "list")
    return Answer([{**_version(call, project, package), "labels": []} for package in _chart(call, project)])


@where_installed
def details(call: Call) -> Answer:
    """GET /api/chartrepo/{project}/charts/{name}/{version}."""
    project, wanted = _project(call, "list"), call.values["version"]
    for package in _chart(call, project):
        if package.metadata["version"] == wanted:
            signed = package.provenance is not None
            read = {name: chart_file(package.content, name) for name in ("README.md", "values.yaml")}
            files = {name: text for name, text in read.items() if text is not None}
            return Answer(
                {
                    "metadata": _version(call, project, package),
                    "dependencies": package.metadata.get("dependencies"),
                    "values": dict(_flat(yaml.safe_load(files.get("values.yaml", "{}")))),
                    "files": files,
                    "security": {
                        "signature": {
                            "signed": signed,
                            "prov_file": f"charts/{package.file}.prov" if signed else "",
                        }
                    },
                    "labels": [],
                }
            )
    raise Refusal("chart_version_missing", name=call.values["name"], version=wanted)


@where_installed
def upload(call: Call) -> Answer:
    """POST /api/chartrepo/{project}/charts: a form with the field chart, and perhaps prov."""
    project = _project(call, "push")
    if len(call.body) > _LARGEST_UPLOAD:
        return Answer("request too large", 413, content_type="text/plain; charset=utf-8")
    boundary = call.body.partition(b"\r\n")[0][2:]
    _fields, files = MultiPartParser().parse(BytesIO(call.body), boundary, len(call.body))
    if "chart" not in files:
        raise Refusal("chart_field_missing")
    provenance = files["prov"].read() if "prov" in files else None
    try:
        call.service.state.charts.put(project, files["chart"].read(), provenance)
    except BrokenArchive as problem:
        return Answer({"error": str(problem)}, 400)
    return Answer({"saved": True}, 201)


@where_installed
def download(call: Call) -> Answer:
    """GET /chartrepo/{project}/charts/{file}: passed on to ChartMuseum, as its answer is."""
    name = call.values["file"]
    content = call.service.state.charts.file(_project(call, "pull"), name)
    if content is None:
        return Answer({"error": "object not found"}, 404)
    kind = "application/pgp-signature" if name.endswith(".prov") else "application/x-tar"
    return Answer(content, content_type=kind)


@where_installed
def index(call: Call) -> Answer:
    """GET /chartrepo/{project}/index.yaml: what ``helm repo add`` reads."""
    project = _project(call, "pull")
    entries = {
        name: [_version(call, project, package) for package in packages]
        for name, packages in call.service.state.charts.charts(project).items()
    }
    document = {"apiVersion": "v1", "entries": entries, "generated": _time(call.now()), "serverInfo": {}}
    return Answer(yaml.safe_dump(document), content_type="application/x-yaml")


def _project(call: Call, action: str) -> str:
    """The project of the path. Only an administrator learns that there is none: others may not do this there."""
    identity = call.identity
    if call.service.state.project_named(call.values["project"]) is None and not identity.admin:
        call.service.access.require_login(identity)
        raise Refusal("forbidden", who=identity.name)
    return projects.find(call, action, "repository").name


def _chart(call: Call, project: str) -> list[Package]:
    found = call.service.state.charts.charts(project).get(call.values["name"])
    if not found:
        raise Refusal("chart_missing")
    return found


def _version(call: Call, project: str, package: Package) -> dict[str, Any]:
    absolute = f"{call.service.url}/chartrepo/{project}/" if call.service.settings.harbor_absolute_charts else ""
    return {
        **package.metadata,
        "urls": [f"{absolute}charts/{package.file}"],
        "created": _time(package.created),
        "digest": package.digest,
    }


def _flat(values: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Values by their keys from the top, joined by dots."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
