# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every document that a test writes, compared with the schema that the collection publishes for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.tools.environments import ROOT

SCHEMAS = ROOT / "docs/schemas"
# Which schema holds for a file, by the end of its name.
DOCUMENTS = {
    r"-plan\.json": "plan-1.json",
    r"-(report|(migrate|verify|cleanup)-\d{8}T\d{6}Z(_\d+)?)\.json": "report-1.json",
}


def problems_of_documents(directory: Path) -> list[str]:
    """In what the documents below a directory do not match their schemas."""
    return [problem for file, schema in documents(directory) for problem in problems_of(file, schema)]


def documents(directory: Path) -> Iterator[tuple[Path, str]]:
    """The documents below a directory, each with the name of its schema."""
    for file in sorted(directory.rglob("*.json")):
        yield from ((file, schema) for ending, schema in DOCUMENTS.items() if re.search(f"{ending}$", file.name))


def problems_of(file: Path, schema: str) -> list[str]:
    """In what one document does not match a schema: the file, the place in it, and what is wrong there."""
    found = validator(schema).iter_errors(json.loads(file.read_text()))
    return [f"{file}: {error.json_path}: {error.message}" for error in found]


@cache
def validator(schema: str) -> Any:
    """The validator for a schema, which is itself a schema."""
    content = json.loads((SCHEMAS / schema).read_text())
    Draft202012Validator.check_schema(content)
    return Draft202012Validator(content)
