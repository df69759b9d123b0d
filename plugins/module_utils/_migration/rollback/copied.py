# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run has brought to the target, told from a comparison before and one after it. Pure.

Everywhere ``repositories`` are those that module migration_verify returned. A reference is a tag, or the digest of what has no
tag of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..comparison.verdicts import EQUAL, MISSING

Facts = Mapping[str, Any]
Digests = dict[str, dict[str, str]]


def target_digests(repositories: Iterable[Facts]) -> Digests:
    """What the target has: repository to reference to digest, which is empty where it is not known.

    A repository that the target does not have is left out; one that it has without any tag is empty.
    """
    found: Digests = {}
    for one in repositories:
        held = {tag["tag"]: _target_digest(tag) for tag in one["tags"] if tag["verdict"] != MISSING}
        for content in (*one.get("accessories", ()), *one.get("untagged_images", ())):
            if content["verdict"] != MISSING:
                known = content["digest"] if content["verdict"] == EQUAL else ""
                held.update(dict.fromkeys((*content.get("tags", ()), content["digest"]), known))
        if held or one.get("listed"):
            found[one["target"]] = held
    return found


def copied_contents(
    before: Mapping[str, Mapping[str, str]], repositories: Iterable[Facts], charts: Facts
) -> list[dict[str, Any]]:
    """What a run has brought: one entry for each repository of the target into which it brought something.

    :param before: what the target had before the run, see :func:`target_digests`.
    :param repositories: those of the comparison after it.
    :param charts: what module harbor_chart_migration returned.
    :returns: ``repository``, ``existed`` (before the run), ``contents`` (reference to digest of what was missing before),
        ``before`` (what was there and still is as it was), ``replaced`` (reference to the digests before and after).
    """
    found: dict[str, dict[str, Any]] = {}
    for one in repositories:
        held = before.get(one["target"], {})
        after = _equal_digests(one)
        contents = {reference: digest for reference, digest in after.items() if reference not in held}
        replaced = {
            reference: [held[reference], digest]
            for reference, digest in after.items()
            if reference in held and held[reference] != digest
        }
        if contents or replaced:
            found[one["target"]] = {
                "repository": one["target"],
                "existed": one["target"] in before,
                "contents": contents,
                "before": {name: digest for name, digest in held.items() if name not in replaced},
                "replaced": replaced,
            }
    for repository, tag, digest in _created_charts(charts):
        entry = {"repository": repository, "existed": False, "contents": {}, "before": {}, "replaced": {}}
        found.setdefault(repository, entry)["contents"][tag] = digest
    return [found[name] for name in sorted(found)]


def _target_digest(tag: Facts) -> str:
    return str(tag.get("target_digest") or (tag["digest"] if tag["verdict"] == EQUAL else ""))


def _equal_digests(repository: Facts) -> dict[str, str]:
    """What is at the target as it is at the source: only of this the run can say that it brought it."""
    found = {tag["tag"]: tag["digest"] for tag in repository["tags"] if tag["verdict"] == EQUAL}
    for content in (*repository.get("accessories", ()), *repository.get("untagged_images", ())):
        if content["verdict"] == EQUAL:
            found.update(dict.fromkeys((*content.get("tags", ()), content["digest"]), content["digest"]))
    return found


def _created_charts(charts: Facts) -> Iterable[tuple[str, str, str]]:
    """Repository, tag and digest of the manifest of each chart that was missing before."""
    created = {one["key"] for one in charts.get("actions", ()) if one["action"] == "create"}
    for one in charts.get("charts", ()):
        if one.get("manifest") and f"{one['project']}/{one['name']}:{one['version']}" in created:
            repository, _colon, tag = one["target"].rpartition(":")
            yield repository, tag, one["manifest"]
