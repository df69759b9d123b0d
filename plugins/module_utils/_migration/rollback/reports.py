# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the runs of a migration made at the target, collected from their reports. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..._errors import InvalidInput

_VARIABLE = "cleanup_target_reports"
_RUN = "migrate"
_ADVICE = f"Name the JSON reports of the runs of migrate in {_VARIABLE}."

Facts = Mapping[str, Any]


def made_by(reports: Sequence[Any], migration_id: str) -> dict[str, Any]:
    """What was made, as the module migration_target_removal takes it: ``registry_id``, ``repositories`` and ``namespaces``.

    What one run replaced that an earlier one had made is still of the migration; what was at the target before all of these
    runs is not.

    :param reports: the content of the reports, in any order.
    :raises InvalidInput: there is none, or one is not of a run of migrate, of another migration or of another registry.
    """
    for report in reports:
        _check(report, migration_id)
    registries = sorted({str(report["target"]["registry_id"]) for report in reports})
    if len(registries) != 1:
        raise InvalidInput(
            f"The reports are of the registries {', '.join(registries)}." if registries else "There is no report.",
            advice=_ADVICE,
        )
    made: dict[str, dict[str, Any]] = {}
    namespaces: set[str] = set()
    for report in sorted(reports, key=lambda one: str(one["started"] or one["written"])):
        for copied in report["copied"]:
            _add(made.setdefault(copied["repository"], _nothing(copied)), copied)
        namespaces |= {one["key"] for one in report["steps"] if _creates_namespace(one)}
    return {
        "registry_id": registries[0],
        "repositories": [made[name] for name in sorted(made)],
        "namespaces": sorted(namespaces),
    }


def rollback_problem(asked: bool, confirmed: str, migration_id: str) -> str:
    """Why nothing may be removed at the target; empty when it may, or when nobody asks for it.

    :param asked: ``cleanup_target``.
    :param confirmed: ``cleanup_target_confirm``.
    """
    if not asked or confirmed == migration_id != "":
        return ""
    found = f"is '{confirmed}'" if confirmed else "is not set"
    return (
        f"cleanup_target is true, which deletes images at the target, but cleanup_target_confirm {found}. Set it to the "
        f"migration_id, {migration_id}, to confirm that, or cleanup_target to false."
    )


def _check(report: Any, migration_id: str) -> None:
    """Raises InvalidInput when a report says nothing about what this migration made."""
    if not isinstance(report, Mapping) or not {"migration_id", "run", "copied", "steps", "target"} <= report.keys():
        raise InvalidInput(f"A file of {_VARIABLE} is no report that says what a run has copied.", advice=_ADVICE)
    if report["migration_id"] != migration_id:
        raise InvalidInput(
            f"A report of {_VARIABLE} is one of the migration {report['migration_id']}, not of {migration_id}.",
            advice=_ADVICE,
        )
    if report["run"] != _RUN:
        raise InvalidInput(f"A report of {_VARIABLE} is one of {report['run']}, which copies nothing.", advice=_ADVICE)


def _nothing(copied: Facts) -> dict[str, Any]:
    return {"name": copied["repository"], "existed": copied["existed"], "contents": {}, "before": {}}


def _add(made: dict[str, Any], copied: Facts) -> None:
    """Add what a run has copied to what the earlier ones made."""
    contents, before = made["contents"], made["before"]
    for reference, (old, new) in copied["replaced"].items():
        if contents.get(reference) == old:
            contents[reference] = new
        else:
            before[reference] = new
    before.update({name: digest for name, digest in copied["before"].items() if name not in contents})
    contents.update({name: digest for name, digest in copied["contents"].items() if name not in before})


def _creates_namespace(step: Facts) -> bool:
    return bool(step["action"] == "create" and step["object"] == "namespace")


def report_names(names: Iterable[str], migration_id: str) -> list[str]:
    """Of the names of files in a directory, those of the reports of all runs of migrate, oldest first."""
    return sorted(name for name in names if name.startswith(f"{migration_id}-{_RUN}-") and name.endswith(".json"))
