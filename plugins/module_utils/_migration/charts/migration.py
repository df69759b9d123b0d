# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves the charts of ChartMuseum to a TCR registry, where they become OCI artifacts as ``helm push`` makes them."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from ..._errors import Conflict, MigrationError
from ..._harbor.api.client import HarborClient
from ..._oci.helm import MANIFEST_MEDIA_TYPE, config_of, digest_of, manifest_of, read_metadata
from ..._oci.push import DistributionWriter
from ..comparison.verdicts import DIFFERENT, EQUAL, MISSING, UNKNOWN, VERDICTS, RegistryAnswer
from ..source.selection import Selection
from ..target.listing import TargetRegistry, read_listing
from .chart import Chart, ChartVerdict, archive_of, judge
from .source import read_charts

# Each worker holds one archive in memory; Harbor takes none above 20 MiB.
_WORKERS = 4
_SHOWN = 5
# A credential for one hour is replaced before it ends.
_CREDENTIAL_SECONDS = 3000.0


@dataclass(frozen=True)
class ChartMigrationRequest:
    """What is moved.

    :param namespace_map: project to namespace of the target, where they differ.
    :param prefix: put in front of the name of each chart.
    :param override: whether a version that is different at the target is replaced.
    """

    selection: Selection
    namespace_map: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    override: bool = True


class ChartMigration:
    """One run over all selected charts."""

    def __init__(
        self, harbor: HarborClient, target: TargetRegistry[DistributionWriter], request: ChartMigrationRequest
    ) -> None:
        self._harbor = harbor
        self._target = target
        self._request = request
        self._lock = threading.Lock()
        self._writer: tuple[DistributionWriter, float] | None = None
        self._problem: MigrationError | None = None
        # The digest of the manifest of each chart that was moved: what it is called by at the target.
        self._manifests: dict[str, str] = {}

    def run(self, check_mode: bool) -> dict[str, Any]:
        """Compare every chart, move those that lack, and return what the module returns.

        :param check_mode: predict only. No credential is made: what the TCR API lists counts.
        :raises InvalidInput: a chart has no place at the target, see :func:`plan_charts`.
        :raises MigrationError: not every chart is equal afterwards; the whole outcome is in ``details``.
        """
        request = self._request
        charts = read_charts(self._harbor, request.selection, request.namespace_map, request.prefix)
        ask = self._listed_archive if check_mode else self._stored_archive
        found = self._judged(charts, ask)
        wanted = [one for one in found if one.verdict == MISSING or (one.verdict == DIFFERENT and request.override)]
        actions = [_action(one) for one in wanted]
        if check_mode:
            return self._outcome(found, actions)
        moved = self._in_parallel(self._move, [one.chart for one in wanted])
        problems = {chart: problem for chart, problem in moved.items() if problem}
        done = [action for one, action in zip(wanted, actions) if one.chart not in problems]
        now = [_after(one, moved) for one in found]
        outcome = self._outcome(now, done)
        if any(one.verdict != EQUAL for one in now):
            raise MigrationError(
                f"Not every chart is equal at the target. {outcome['summary']}",
                advice=_advice(now, moved),
                details={name: value for name, value in outcome.items() if name != "changed"},
            )
        return outcome

    def _judged(self, charts: Sequence[Chart], ask: Callable[[Chart], RegistryAnswer]) -> list[ChartVerdict]:
        """The verdict about each chart; only those whose tag is listed are asked for."""
        if not charts:
            return []
        listing = read_listing(self._target.tcr, self._target.registry_id, sorted({one.repository for one in charts}))
        listed = [chart for chart in charts if listing.digest(chart.place) is not None]
        answers = self._in_parallel(ask, listed)
        return [judge(chart, answers.get(chart)) for chart in charts]

    def _in_parallel(self, work: Callable[[Chart], Any], charts: Sequence[Chart]) -> dict[Chart, Any]:
        with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
            return dict(zip(charts, pool.map(work, charts)))

    def _listed_archive(self, chart: Chart) -> RegistryAnswer:
        (repository, tag), registry_id = chart.place, self._target.registry_id
        namespace, _slash, name = repository.partition("/")
        try:
            return archive_of(self._target.tcr.image_manifest(registry_id, namespace, name, tag))
        except MigrationError as error:
            return RegistryAnswer(problem=str(error))

    def _stored_archive(self, chart: Chart) -> RegistryAnswer:
        try:
            return archive_of(self._registry().manifest(*chart.place))
        except MigrationError as error:
            return RegistryAnswer(problem=str(error))

    def _move(self, chart: Chart) -> str:
        """Move one chart; returns why it could not be moved, or nothing."""
        try:
            archive = self._harbor.charts.archive(chart.project, chart.file)
            if digest_of(archive) != chart.digest:
                raise Conflict(
                    f"Harbor lists {chart.key} with the digest {chart.digest}, and its archive has {digest_of(archive)}.",
                    advice="It was uploaded again meanwhile, or Harbor's list is out of date: run again.",
                )
            provenance = self._harbor.charts.provenance(chart.project, chart.file)
            metadata = read_metadata(archive)
            config = config_of(metadata)
            manifest = manifest_of(metadata, config, archive, provenance, chart.created)
            registry, (repository, tag) = self._registry(), chart.place
            for blob in (archive, provenance, config):
                if blob is not None:
                    registry.push_blob(repository, blob)
            registry.push_manifest(repository, tag, MANIFEST_MEDIA_TYPE, manifest)
            self._manifests[chart.key] = digest_of(manifest)
        except MigrationError as error:
            return str(error)
        return ""

    def _registry(self) -> DistributionWriter:
        """The target itself, with a credential that is valid for some minutes at least."""
        with self._lock:
            if self._problem:
                raise self._problem
            if self._writer is None or time.monotonic() > self._writer[1]:
                try:
                    writer = self._target.log_in()
                except MigrationError as error:
                    self._problem = error
                    raise
                self._writer = writer, time.monotonic() + _CREDENTIAL_SECONDS
            return self._writer[0]

    def _told(self, verdict: ChartVerdict) -> dict[str, Any]:
        """A verdict as plain data, with the digest of the manifest where this run has made it."""
        made = self._manifests.get(verdict.chart.key)
        return {**verdict.as_result(), **({"manifest": made} if made else {})}

    def _outcome(self, verdicts: Sequence[ChartVerdict], actions: list[dict[str, Any]]) -> dict[str, Any]:
        counts = Counter(one.verdict for one in verdicts)
        told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])
        bad = [one for one in verdicts if one.verdict != EQUAL]
        shown = "; ".join(
            f"{one.chart.key} {one.verdict}" + (f": {one.reason}" if one.reason else "") for one in bad[:_SHOWN]
        )
        summary = (
            f"Versions of charts in ChartMuseum compared by the digest of their archive: {told or 'none selected'}."
        )
        if bad:
            summary += f" Not equal: {shown}" + (f"; and {len(bad) - _SHOWN} more" if bad[_SHOWN:] else "") + "."
        return {
            "changed": bool(actions),
            "equal": not bad,
            "charts": [self._told(one) for one in verdicts],
            "totals": {
                "charts": len({(one.chart.project, one.chart.name) for one in verdicts}),
                "versions": len(verdicts),
                **{verdict: counts[verdict] for verdict in (EQUAL, DIFFERENT, MISSING, UNKNOWN)},
            },
            "actions": actions,
            "summary": summary,
        }


def _action(verdict: ChartVerdict) -> dict[str, Any]:
    action = "create" if verdict.verdict == MISSING else "replace"
    return {"action": action, "object": "chart version", "key": verdict.chart.key}


def _advice(verdicts: Sequence[ChartVerdict], moved: Mapping[Chart, str]) -> str:
    """What to do about versions that are not equal; a reason says by itself what is to be done about it."""
    sentences = []
    if any(moved.values()):
        sentences.append("Correct the reasons and run again: what is equal is not moved again.")
    if any(one.verdict == UNKNOWN for one in verdicts):
        sentences.append(
            "What is unknown could not be asked for, and was not moved, because it may be there: remove the reason and run again."
        )
    if any(one.verdict == DIFFERENT and one.chart not in moved for one in verdicts):
        sentences.append("A version that is different is replaced where override is on.")
    return " ".join(sentences)


def _after(verdict: ChartVerdict, moved: Mapping[Chart, str]) -> ChartVerdict:
    """The verdict once everything was moved: the registry took the archive under its digest, or said why not."""
    if verdict.chart not in moved:
        return verdict
    problem = moved[verdict.chart]
    return ChartVerdict(verdict.chart, verdict.verdict, problem) if problem else ChartVerdict(verdict.chart, EQUAL)
