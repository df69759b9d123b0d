# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests write is compared with the published schemas, wherever it lies, and a mistake is told with its place."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.plan.identity import readable
from tests.support.schemas import DOCUMENTS, SCHEMAS, problems_of_documents
from tests.unit.migration.plan_scene import plan


def test_every_schema_is_one_of_some_document() -> None:
    assert {file.name for file in SCHEMAS.iterdir()} == set(DOCUMENTS.values())


def test_a_plan_that_is_none_by_its_schema_is_found_in_any_directory(tmp_path: Path) -> None:
    file = tmp_path / "deep/down/spring-plan.json"
    file.parent.mkdir(parents=True)
    file.write_text(readable(plan().document))
    assert problems_of_documents(tmp_path) == []
    file.write_text(readable({**plan().document, "steps": [{"action": "create", "object": "namespace"}]}))
    (problem,) = problems_of_documents(tmp_path)
    file.unlink()
    assert problem == f"{file}: $.steps[0]: 'key' is a required property"
