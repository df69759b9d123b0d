# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Harbor filled directly holds what clients would have pushed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox import Sandbox
from tests.sandbox.core.images import create_projects, push_images
from tests.sandbox.harbor import HarborServer
from tests.sandbox.harbor.demonstration import images_for
from tests.unit.sandbox.harbor_support import VERSIONS


def content(harbor: HarborServer) -> dict[str, Any]:
    """Everything that a Harbor holds, without the times at which it came there."""
    held = {
        name: (repository.tags, repository.manifests, repository.blobs, set(repository.pushed))
        for name, repository in harbor.store._repositories.items()
    }
    projects = [asdict(project) for project in harbor.state.projects.values()]
    for project in projects:
        del project["creation_time"], project["update_time"]
    return {"repositories": held, "blobs": harbor.store._blobs, "projects": projects, "members": harbor.state.members}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_direct_fill_leaves_what_pushes_over_http_leave(tmp_path: Path, version: str) -> None:
    with Sandbox(tmp_path / "filled", version) as filled, Sandbox(tmp_path / "pushed", version, "none") as pushed:
        assert filled.harbor is not None and pushed.harbor is not None
        images = images_for(pushed.harbor.flavour)
        account = (pushed.harbor.url, pushed.harbor.username, pushed.harbor.password)
        create_projects(*account, sorted({name.partition("/")[0] for name in images}))
        assert push_images(*account, images) == filled.images
        assert content(filled.harbor) == content(pushed.harbor)
        assert filled.journal.entries == []
