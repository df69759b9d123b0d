# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the source has and the target has not, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any

from ..._errors import NotFound
from ..._harbor.api.client import HarborClient
from ..._harbor.replication.progress import parse_timestamp
from .verdicts import DIFFERENT, MISSING, Comparison

_LAGS = (MISSING, DIFFERENT)
_WORKERS = 8
_SHOWN = 100

Entry = dict[str, Any]


def read_lag(harbor: HarborClient, comparison: Comparison) -> list[Entry]:
    """What is missing or different at the target, with the time at which it was pushed to the source.

    One listing for each repository that lags.

    :returns: ``name``, ``kind`` (``tag`` or what an accessory is), ``target``, ``verdict``, ``pushed`` (UTC, ``None`` where Harbor
        does not tell) each.
    """
    repositories = [one for one in comparison.repositories if set(one.deciding) & set(_LAGS)]

    def times(repository: str) -> Mapping[str, str]:
        try:
            return harbor.push_times(repository)
        except NotFound:
            return {}

    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        pushed = list(pool.map(lambda one: times(one.name), repositories))
    found = []
    for one, known in zip(repositories, pushed):
        found += [
            _entry(f"{one.name}:{tag.tag}", "tag", f"{one.target}:{tag.tag}", tag.verdict, known.get(tag.tag))
            for tag in one.tags
            if tag.verdict in _LAGS
        ]
        for content in one.contents:
            reference = content.content.tags[0] if content.content.tags else ""
            moment = known.get(reference) or known.get(content.content.digest)
            place = f":{reference}" if reference else f"@{content.content.digest}"
            if content.decides and content.verdict in _LAGS:
                found.append(
                    _entry(one.name + place, content.content.kind, one.target + place, content.verdict, moment)
                )
    return found


def lag_of_charts(charts: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """The same for charts of ChartMuseum, as module harbor_chart_migration returns them."""
    return [
        _entry(
            f"{one['project']}/{one['name']}:{one['version']}",
            "chart",
            one["target"],
            one["verdict"],
            one.get("created"),
        )
        for one in charts
        if one["verdict"] in _LAGS
    ]


def lag_summary(entries: Iterable[Entry], now: datetime) -> dict[str, Any]:
    """The whole lag: ``total``, ``seconds`` since the oldest push, and the oldest ``entries``, those without a time last.

    :param now: in UTC.
    """
    ordered = sorted(entries, key=lambda one: (one["pushed"] is None, one["pushed"] or "", one["name"]))
    oldest = parse_timestamp(ordered[0]["pushed"]) if ordered else None
    return {
        "total": len(ordered),
        "oldest": ordered[0]["pushed"] if ordered else None,
        "seconds": None if oldest is None else max(round((now - oldest).total_seconds()), 0),
        "entries": ordered[:_SHOWN],
    }


def _entry(name: str, kind: str, target: str, verdict: str, pushed: Any) -> Entry:
    moment = parse_timestamp(pushed)
    text = None if moment is None else f"{moment.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
    return {"name": name, "kind": kind, "target": target, "verdict": verdict, "pushed": text}
