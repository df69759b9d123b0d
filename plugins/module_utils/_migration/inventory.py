# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventories: repository to tag to digest, with sizes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .selection import Selection

INDEX_MEDIA_TYPES = frozenset(
    {
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.index.v1+json",
    }
)


@dataclass(frozen=True)
class Image:
    """What a tag points to.

    :param digest: empty when the source does not tell (Harbor 1.x for multi-arch images).
    :param index: whether it is a multi-arch image, i.e. refers to other manifests.
    """

    digest: str
    size: int = 0
    index: bool = False


@dataclass
class Repository:
    """A repository of the source with its selected tags.

    :param untagged: number of artifacts without any tag: they are counted, but neither selected nor compared.
    """

    name: str
    tags: dict[str, Image] = field(default_factory=dict)
    untagged: int = 0

    @property
    def project(self) -> str:
        """The first component of the name."""
        return self.name.partition("/")[0]

    @property
    def size(self) -> int:
        """Bytes of the selected images, each digest once: an upper bound of what is transferred."""
        return sum({image.digest or tag: image.size for tag, image in self.tags.items()}.values())


@dataclass
class Inventory:
    """The selected content of the source.

    :param repositories: by full name; only those with a selected tag or an untagged artifact.
    :param proxies: selected projects that were left out because they are proxy caches.
    """

    repositories: dict[str, Repository] = field(default_factory=dict)
    proxies: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, artifacts: Iterable[Mapping[str, Any]], selection: Selection) -> Inventory:
        """Build the inventory from artifacts in the uniform shape of the Harbor client.

        :param artifacts: each with ``repository``, ``digest``, ``media_type``, ``size``, ``tags``, ``children``.
        """
        inventory = cls()
        for artifact in artifacts:
            name = artifact["repository"]
            if not selection.has_repository(name):
                continue
            tags = [tag for tag in artifact.get("tags") or () if selection.has_tag(tag)]
            untagged = not artifact.get("tags")
            if not tags and not untagged:
                continue
            repository = inventory.repositories.setdefault(name, Repository(name))
            repository.untagged += untagged
            image = _image(artifact)
            repository.tags.update((tag, image) for tag in tags)
        return inventory

    def tagged(self) -> list[Repository]:
        """The repositories with at least one selected tag, by name."""
        return [self.repositories[name] for name in sorted(self.repositories) if self.repositories[name].tags]

    def as_result(self) -> dict[str, Any]:
        """Plain data: ``repositories`` (only those with selected tags), ``proxy_projects`` and ``totals``."""
        tagged = self.tagged()
        return {
            "repositories": [
                {
                    "name": one.name,
                    "project": one.project,
                    "tags": {tag: one.tags[tag].digest for tag in sorted(one.tags)},
                    "size": one.size,
                    "untagged": one.untagged,
                }
                for one in tagged
            ],
            "proxy_projects": list(self.proxies),
            "totals": {
                "projects": len({one.project for one in tagged}),
                "repositories": len(tagged),
                "tags": sum(len(one.tags) for one in tagged),
                "indexes": sum(image.index for one in tagged for image in one.tags.values()),
                "untagged": sum(one.untagged for one in self.repositories.values()),
                "bytes": sum(one.size for one in tagged),
            },
        }


def _image(artifact: Mapping[str, Any]) -> Image:
    digest = artifact.get("digest") or ""
    index = bool(artifact.get("children")) or artifact.get("media_type") in INDEX_MEDIA_TYPES or not digest
    return Image(digest, int(artifact.get("size") or 0), index)
