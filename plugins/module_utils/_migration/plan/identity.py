# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""By what a plan is recognised: SHA-256 over canonical JSON, of the whole, of each section and of each project. Pure.

Canonical JSON has its keys sorted, no blanks between its parts, and characters as they are, in UTF-8. It holds no number with a
fraction, so that other programs write the same: ``jq -cjS 'del(.sha256)' ID-plan.json | sha256sum``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

Facts = Mapping[str, Any]
SHA256 = "sha256"
# Projects that get a SHA-256 of their own; AWX keeps the artifacts of a job in its database.
MOST_PROJECTS = 200
OTHER_PROJECTS = "other projects"
# Made once, because a large plan has hundreds of thousands of lines.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
# What is the same in every plan of a migration, or only names the document.
_NO_SECTIONS = (SHA256, "schema_version", "migration_id")


def canonical(data: Any) -> str:
    """The one JSON text of this data."""
    return _ENCODER.encode(data)


def readable(data: Any) -> str:
    """The same data as lines, for files that Git compares."""
    return json.dumps(data, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def sha256_of_text(text: str) -> str:
    """Hexadecimal SHA-256 of the text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def plan_sha256(document: Facts) -> str:
    """The SHA-256 of a plan, computed from everything but the field that holds it."""
    return sha256_of_text(canonical({name: value for name, value in document.items() if name != SHA256}))


def with_sha256(document: Facts) -> dict[str, Any]:
    """The document with its own SHA-256."""
    return {**document, SHA256: plan_sha256(document)}


def section_digests(document: Facts) -> dict[str, str]:
    """Section to SHA-256; equal plans have equal ones, and different plans differ in one of them."""
    return {
        name: sha256_of_text(canonical(value)) for name, value in sorted(document.items()) if name not in _NO_SECTIONS
    }


def project_digests(document: Facts, most: int = MOST_PROJECTS) -> dict[str, str]:
    """Project to SHA-256 over its repositories, its charts and its place at the target.

    :param most: how many projects get one of their own, the first ones by name; the rest has one together, under
        ``other projects``, which no project can be called.
    """
    parts: dict[str, dict[str, list[Any]]] = {}
    for section in ("repositories", "charts"):
        for one in document[section]:
            parts.setdefault(one["project"], {}).setdefault(section, []).append(one)
    for one in document["names"]["projects"]:
        parts.setdefault(one["project"], {})["names"] = [one]
    names = sorted(parts)
    digests = {name: sha256_of_text(canonical(parts[name])) for name in names[:most]}
    rest = {name: parts[name] for name in names[most:]}
    return {**digests, OTHER_PROJECTS: sha256_of_text(canonical(rest))} if rest else digests
