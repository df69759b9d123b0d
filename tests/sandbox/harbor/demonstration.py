# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Harbor holds at its start: the demonstration, or images with what hangs on them.

All of it is put into the store directly, which is 200 times faster than a push.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.sandbox.core.accessories import Push, scene
from tests.sandbox.core.content import DOCKER_MANIFEST
from tests.sandbox.core.images import PUBLIC_PROJECTS, Artifact, demo_images, put_artifact
from tests.sandbox.harbor import HarborServer
from tests.sandbox.harbor.api import charts
from tests.sandbox.harbor.api.flavour import Flavour


def images_for(flavour: Flavour) -> dict[str, dict[str, Artifact]]:
    """Repository to tag to artifact, as far as a Harbor of this generation can hold and replicate it.

    Harbor 1.x gets the Docker images of one platform only: it refuses manifest lists, and cannot replicate OCI types.
    """
    images = demo_images()
    if flavour.dialect != "1":
        return images
    single = {
        repository: {tag: artifact for tag, artifact in tags.items() if artifact.media_type == DOCKER_MANIFEST}
        for repository, tags in images.items()
    }
    return {repository: tags for repository, tags in single.items() if tags}


def charts_for(flavour: Flavour) -> dict[str, dict[str, list[str]]]:
    """Project to chart to versions in the ChartMuseum of a demonstration; none where a generation has no ChartMuseum."""
    if not charts.offered(flavour):
        return {}
    return {"library": {"tools": ["0.3.0"]}, "shop": {"storefront": ["1.0.0", "1.1.0+build.7"]}}


def fill(harbor: HarborServer) -> dict[str, dict[str, str]]:
    """Create the projects and put the images of the demonstration into them; repository to tag to digest."""
    images = images_for(harbor.flavour)
    create_projects(harbor, images)
    return {
        repository: {tag: put_artifact(harbor.store, repository, artifact, tag) for tag, artifact in tags.items()}
        for repository, tags in images.items()
    }


def fill_with_accessories(harbor: HarborServer, pushes: dict[str, Push] | None = None) -> dict[str, dict[str, str]]:
    """Put `accessories.scene()`, or other pushes, into a Harbor in their order; repository to tag to digest."""
    found: dict[str, dict[str, str]] = {}
    for push in (scene() if pushes is None else pushes).values():
        create_projects(harbor, [push.repository])
        digest = put_artifact(harbor.store, push.repository, push.artifact, *push.tags)
        found.setdefault(push.repository, {}).update(dict.fromkeys(push.tags, digest))
    return found


def create_projects(harbor: HarborServer, repositories: Iterable[str]) -> None:
    """Create the projects of some repositories, as far as they are not there."""
    state = harbor.state
    limited = bool(harbor.flavour.quotas) and harbor.settings.harbor_quotas
    for name in sorted({repository.partition("/")[0] for repository in repositories}):
        if state.project_named(name) is None:
            public = str(name in PUBLIC_PROJECTS).lower()
            state.add_project(name, {"public": public}, state.users[1], limited=limited)
