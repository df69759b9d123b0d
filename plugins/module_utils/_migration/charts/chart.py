# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Charts of ChartMuseum: which are selected, where they go, and whether they have arrived. Pure.

The digest of a chart is the SHA-256 of its archive, at the source and, as a layer, at the target. That of the manifest
says nothing, because the time at which it was made is part of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..._errors import InvalidInput
from ..._oci.helm import ARCHIVE_MEDIA_TYPE, layer_digests, tag_of, tag_problem
from ..._tcr.rules.names import namespace_problem, repository_problem
from ..comparison.verdicts import DIFFERENT, EQUAL, MISSING, UNKNOWN, Place, RegistryAnswer
from ..source.selection import Selection

_SHOWN = 5


@dataclass(frozen=True)
class Chart:
    """One version of a chart at the source, and its place at the target.

    :param project: of Harbor.
    :param digest: of the archive, as ``sha256:...``.
    :param file: the name of the archive.
    :param created: when the archive came to Harbor, as RFC 3339.
    :param repository: of the target, with its namespace.
    """

    project: str
    name: str
    version: str
    digest: str
    file: str
    created: str
    repository: str

    @property
    def place(self) -> Place:
        """Repository and tag at the target."""
        return self.repository, tag_of(self.version)

    @property
    def key(self) -> str:
        """How the chart is called in actions and messages, e.g. ``shop/web:1.2.0``."""
        return f"{self.project}/{self.name}:{self.version}"

    def as_result(self) -> dict[str, str]:
        """Plain data: ``project``, ``name``, ``version``, ``digest``, ``created``, and the ``target``, as ``repository:tag``."""
        return {
            "project": self.project,
            "name": self.name,
            "version": self.version,
            "digest": self.digest,
            "created": self.created,
            "target": ":".join(self.place),
        }


@dataclass(frozen=True)
class ChartVerdict:
    """Whether the target has a chart, and why that is not known or not so."""

    chart: Chart
    verdict: str
    reason: str = ""

    def as_result(self) -> dict[str, Any]:
        """Plain data; a reason only where there is one."""
        result = {**self.chart.as_result(), "verdict": self.verdict}
        return {**result, "reason": self.reason} if self.reason else result


def select_charts(listed: Mapping[str, Iterable[Mapping[str, Any]]], selection: Selection) -> dict[str, list[Any]]:
    """The versions that are selected, by project.

    A chart is selected as a repository ``project/name`` would be, and a version as the tag would be that it becomes.

    :param listed: project to versions, as the Harbor client lists them.
    """
    return {
        project: [
            one
            for one in versions
            if selection.has_repository(f"{project}/{one['name']}") and selection.has_tag(tag_of(one["version"]))
        ]
        for project, versions in listed.items()
    }


def plan_charts(
    selected: Mapping[str, Sequence[Mapping[str, Any]]],
    namespace_map: Mapping[str, str] | None = None,
    prefix: str = "",
    images: Collection[str] = (),
) -> list[Chart]:
    """The place of every chart, by project, name and version.

    :param selected: project to versions.
    :param namespace_map: project to namespace of the target, where they differ.
    :param prefix: put in front of the name of each chart, after the namespace.
    :param images: target repositories of images: a chart must not come among the tags of an image.
    :raises InvalidInput: a name or a version is not legal at the target, or a place is taken.
    """
    namespaces = namespace_map or {}
    charts = [
        Chart(
            project,
            one["name"],
            one["version"],
            one["digest"],
            one["file"],
            one["created"],
            f"{namespaces.get(project, project)}/{prefix}{one['name']}",
        )
        for project, versions in sorted(selected.items())
        for one in sorted(versions, key=lambda version: (version["name"], version["version"]))
    ]
    problems = [*_illegal(charts), *_taken(charts, images)]
    if problems:
        shown = "; ".join(problems[:_SHOWN]) + (f"; and {len(problems) - _SHOWN} more" if problems[_SHOWN:] else "")
        raise InvalidInput(
            f"Not every chart of ChartMuseum has a place at the target: {shown}.",
            advice="Set chart_prefix (migration_chart_prefix), for example to 'charts/', so that charts get repositories "
            "of their own; or leave these charts out of the selection.",
            details={"charts_without_a_place": problems},
        )
    return charts


def judge(chart: Chart, answer: RegistryAnswer | None) -> ChartVerdict:
    """Whether the target has the chart.

    :param answer: the digest of the archive under the chart's tag, ``None`` in it for no such tag; no answer at all: the
        listing of the target does not have the tag.
    """
    if answer is None:
        return ChartVerdict(chart, MISSING)
    if answer.problem:
        return ChartVerdict(chart, UNKNOWN, answer.problem)
    if answer.digest is None:
        return ChartVerdict(chart, MISSING)
    if answer.digest == chart.digest:
        return ChartVerdict(chart, EQUAL)
    what = f"another archive, {answer.digest}" if answer.digest else "something that is no chart"
    return ChartVerdict(chart, DIFFERENT, f"the target has {what} under this tag")


def archive_of(manifest: bytes | str | None) -> RegistryAnswer:
    """What a manifest says about the archive: its digest, an empty one when it is no chart; ``None``: there is none."""
    return RegistryAnswer(None if manifest is None else layer_digests(manifest).get(ARCHIVE_MEDIA_TYPE, ""))


def _illegal(charts: Iterable[Chart]) -> list[str]:
    problems = {}
    for chart in charts:
        namespace, _slash, repository = chart.repository.partition("/")
        named = f"{chart.project}/{chart.name}"
        if namespace_problem(namespace):
            problems[namespace] = (
                f"namespace {namespace!r} of project {chart.project!r}: {namespace_problem(namespace)}"
            )
        elif repository_problem(repository):
            problems[named] = f"{named} as repository {repository!r}: {repository_problem(repository)}"
        elif tag_problem(chart.version):
            problems[chart.key] = f"version {chart.version!r} of {named} as a tag: {tag_problem(chart.version)}"
    return list(problems.values())


def _taken(charts: Iterable[Chart], images: Collection[str]) -> list[str]:
    problems: dict[str, str] = {}
    places: dict[Place, Chart] = {}
    for chart in charts:
        named = f"{chart.project}/{chart.name}"
        if chart.repository in images:
            problems[named] = f"{named} would come into {chart.repository!r}, which holds images"
        other = places.setdefault(chart.place, chart)
        if other is not chart:
            problems[chart.key] = f"{other.key} and {chart.key} would both be {':'.join(chart.place)!r}"
    return list(problems.values())
