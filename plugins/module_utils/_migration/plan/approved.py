# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was approved, from whatever form it is given in: the file of a plan, its SHA-256, or the artifact of a workflow."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..._errors import InvalidInput
from .document import SCHEMA_VERSION
from .files import JSON, TAGS
from .identity import SHA256, plan_sha256
from .tags import Contents, read_contents

VARIABLE = "migration_approved_plan"
_SHA256 = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")
_DIGESTS = ("sections", "projects")
_PLAN_AGAIN = "Run plan again, and have its result approved."


@dataclass(frozen=True)
class ApprovedPlan:
    """What was approved.

    :param sha256: that of the plan.
    :param document: the plan, where its file was given.
    :param contents: its tags, where their file lies beside it.
    :param sections: SHA-256 by section, and ``projects`` by project, where the artifact of a workflow was given.
    """

    sha256: str
    document: Mapping[str, Any] | None = None
    contents: Contents | None = None
    sections: Mapping[str, str] = field(default_factory=dict)
    projects: Mapping[str, str] = field(default_factory=dict)


def read_approved_plan(value: Any, migration_id: str) -> ApprovedPlan:
    """The plan that ``migration_approved_plan`` names.

    :param value: the path of ``ID-plan.json``, a SHA-256, or the artifact ``approved_plan`` as a mapping or its JSON text.
    :raises InvalidInput: it is none of them, of another migration, of a newer version, or was changed after it was written.
    """
    if isinstance(value, Mapping):
        return _from_artifact(value, migration_id)
    if not isinstance(value, str):
        raise _refused(f"is a {type(value).__name__}", "Set it to the file of a plan or to its SHA-256.")
    text = value.strip()
    if not text:
        raise _refused("holds nothing but blanks", "Set it to the file of a plan or to its SHA-256, or leave it out.")
    match = _SHA256.fullmatch(text)
    if match:
        return ApprovedPlan(match[1].lower())
    if text.startswith("{"):
        return _from_artifact(_mapping(text, "is text that begins like JSON"), migration_id)
    return _from_file(Path(text).expanduser(), migration_id)


def read_stored_plan(files: Mapping[str, bytes], migration_id: str) -> ApprovedPlan:
    """The plan that was kept at the target.

    :param files: its files by name.
    :raises InvalidInput: they are not those of a plan of this migration, or were changed.
    """
    with TemporaryDirectory() as directory:
        for name, content in files.items():
            (Path(directory) / Path(name).name).write_bytes(content)
        return _from_file(Path(directory) / f"{migration_id}{JSON}", migration_id)


def _from_artifact(given: Mapping[str, Any], migration_id: str) -> ApprovedPlan:
    match = _SHA256.fullmatch(str(given.get(SHA256, "")))
    if not match or not all(isinstance(given.get(name, {}), Mapping) for name in _DIGESTS):
        raise _refused(
            "is a mapping without the SHA-256 of a plan",
            "Set it to the artifact approved_plan of the job that ran plan.",
        )
    _check_migration("is an artifact", given, migration_id)
    sections, projects = ({str(key): str(one) for key, one in given.get(name, {}).items()} for name in _DIGESTS)
    return ApprovedPlan(match[1].lower(), sections=sections, projects=projects)


def _from_file(path: Path, migration_id: str) -> ApprovedPlan:
    said = f"is {path}"
    if path.suffix == ".md":
        raise _refused(f"{said}, which is for people", f"Set it to the file {path.stem}.json beside it.")
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        advice = "Set it to the file ID-plan.json that plan has written, or to its SHA-256."
        raise _refused(f"{said}, which cannot be read ({error.strerror or error})", advice) from None
    except ValueError:
        raise _refused(f"{said}, which is not text", _PLAN_AGAIN) from None
    document = _mapping(text, said)
    version = document.get("schema_version")
    if not isinstance(version, int) or SHA256 not in document:
        raise _refused(f"{said}, which is not a plan", "Set it to the file ID-plan.json that plan has written.")
    if version > SCHEMA_VERSION:
        advice = "Run migrate with the version of the collection that made the plan, or run plan again."
        raise _refused(f"{said}, which has schema_version {version}, and {SCHEMA_VERSION} is known here", advice)
    _check_migration(said, document, migration_id)
    stated, computed = str(document[SHA256]), plan_sha256(document)
    if stated != computed:
        problem = f"{said}, which was changed after plan wrote it: it states the SHA-256 {stated} and has {computed}"
        raise _refused(problem, _PLAN_AGAIN)
    return ApprovedPlan(stated, document, _contents_beside(path, document))


def _contents_beside(path: Path, document: Mapping[str, Any]) -> Contents | None:
    """The tags from the file beside the plan; ``None`` where there is none."""
    if not path.name.endswith(JSON):
        return None
    beside = path.with_name(path.name[: -len(JSON)] + TAGS)
    try:
        content = beside.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        advice = "Make it readable, or move it away: then repositories are named instead of tags."
        raise _refused(f"is {path}, and {beside} cannot be read ({error.strerror or error})", advice) from None
    try:
        return read_contents(content, str(document["contents"]["sha256"]))
    except InvalidInput as problem:
        advice = "Take the file that was written together with the plan, or move it away: then repositories are named."
        raise _refused(f"is {path}, but {beside} {problem.message}", advice) from None


def _mapping(text: str, said: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, Mapping):
        return found
    raise _refused(f"{said}, which is not a plan in JSON", "Set it to the file ID-plan.json that plan has written.")


def _check_migration(said: str, given: Mapping[str, Any], migration_id: str) -> None:
    found = given.get("migration_id", migration_id)
    if found != migration_id:
        raise _refused(
            f"{said} of the migration {found!r}, and migration_id is {migration_id!r}",
            "Take the plan of this migration.",
        )


def _refused(problem: str, advice: str) -> InvalidInput:
    return InvalidInput(f"{VARIABLE} {problem}.", advice=advice)
