# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the runs of a migration made at the target, collected from their reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..._errors import InvalidInput
from ..report.files import read_report

_VARIABLE = "cleanup_target_reports"
_RUN = "migrate"

Facts = Mapping[str, Any]


def read_made(paths: Sequence[Path], directory: Path, migration_id: str) -> dict[str, Any]:
    """What was made, see :func:`made_by`.

    :param paths: the reports; none: those of all runs of migrate in the directory.
    :raises InvalidInput: a report cannot be read, or see :func:`made_by`.
    """
    if not paths and directory.is_dir():
        paths = [directory / one for one in report_names((path.name for path in directory.iterdir()), migration_id)]
    if not paths:
        raise InvalidInput(
            f"{directory} has no report of a run of migrate of {migration_id}, and only reports tell what it made.",
            advice=f"Set migration_output_directory to where they are, or name them in {_VARIABLE}.",
        )
    return made_by({str(path): read_report(path, _VARIABLE) for path in paths}, migration_id)


def made_by(reports: Mapping[str, Any], migration_id: str) -> dict[str, Any]:
    """What was made, as the module migration_target_removal takes it: ``registry_id``, ``repositories`` and ``namespaces``.

    What one run replaced that an earlier one had made is still of the migration; what was at the target before all of these
    runs is not.

    A run that was refused before it found the registry has made nothing, and its report is passed over.

    :param reports: file to the content of the report, in any order.
    :raises InvalidInput: none says what a run has made, or one is not of a run of migrate, or of another migration or registry.
    """
    for path, report in reports.items():
        _check(path, report, migration_id)
    telling = [one for one in reports.values() if one["target"]["registry_id"]]
    registries = sorted({str(one["target"]["registry_id"]) for one in telling})
    if not registries:
        raise InvalidInput(
            f"No run of migrate of {migration_id} has got as far as the registry: {', '.join(reports)}.",
            advice=f"There is nothing to remove: set cleanup_target to false, or name other reports in {_VARIABLE}.",
        )
    if len(registries) > 1:
        raise InvalidInput(
            f"The reports of the migration are of more than one registry: {', '.join(registries)}.",
            advice=f"Set {_VARIABLE} to the JSON reports of one of them.",
        )
    made: dict[str, dict[str, Any]] = {}
    namespaces: set[str] = set()
    for report in sorted(telling, key=lambda one: str(one["started"] or one["written"])):
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


def _check(path: str, report: Any, migration_id: str) -> None:
    """Raises InvalidInput when a report says nothing about what this migration made."""
    if not isinstance(report, Mapping) or not {"migration_id", "run", "copied", "steps", "target"} <= report.keys():
        raise InvalidInput(
            f"{path} does not say what a run has copied.", advice=f"Set {_VARIABLE} to JSON reports of migrate."
        )
    if report["migration_id"] != migration_id:
        raise InvalidInput(
            f"{path} is a report of the migration {report['migration_id']}, not of {migration_id}.",
            advice=f"Leave it out of {_VARIABLE}.",
        )
    if report["run"] != _RUN:
        raise InvalidInput(
            f"{path} is a report of {report['run']}, which copies nothing.", advice=f"Leave it out of {_VARIABLE}."
        )


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
