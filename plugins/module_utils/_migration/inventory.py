# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventories: repository to tag to digest, with sizes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._errors import InvalidInput
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
    :param told_size: the size where it was told as a whole, not for each image.
    """

    name: str
    tags: dict[str, Image] = field(default_factory=dict)
    untagged: int = 0
    told_size: int | None = None

    @property
    def project(self) -> str:
        """The first component of the name."""
        return self.name.partition("/")[0]

    @property
    def size(self) -> int:
        """Bytes of the selected images, each digest once: an upper bound of what is transferred."""
        if self.told_size is not None:
            return self.told_size
        return sum({image.digest or tag: image.size for tag, image in self.tags.items()}.values())


@dataclass
class Inventory:
    """The selected content of the source.

    :param repositories: by full name; only those with a selected tag or an untagged artifact.
    :param proxies: selected projects that were left out because they are proxy caches.
    :param source: the address of what was read.
    :param selection: what was selected, see :meth:`Selection.as_result`.
    :param untagged_elsewhere: number of artifacts without any tag in repositories that are not in ``repositories``.
    """

    repositories: dict[str, Repository] = field(default_factory=dict)
    proxies: list[str] = field(default_factory=list)
    source: str = ""
    selection: dict[str, list[str]] = field(default_factory=dict)
    untagged_elsewhere: int = 0

    @classmethod
    def of(cls, artifacts: Iterable[Mapping[str, Any]], selection: Selection, source: str = "") -> Inventory:
        """Build the inventory from artifacts in the uniform shape of the Harbor client.

        :param artifacts: each with ``repository``, ``digest``, ``media_type``, ``size``, ``tags``, ``children``.
        """
        inventory = cls(source=source, selection=selection.as_result())
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

    @classmethod
    def from_result(cls, told: Mapping[str, Any]) -> Inventory:
        """The inventory that :meth:`as_result` told; repositories without a selected tag are only in the totals.

        :raises InvalidInput: it is no such thing.
        """
        try:
            repositories = {one["name"]: _repository(one) for one in told["repositories"]}
            listed = sum(one.untagged for one in repositories.values())
            untagged = int(told["totals"]["untagged"]) - listed
            return cls(repositories, list(told["proxy_projects"]), told["source"], dict(told["selection"]), untagged)
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInput(
                f"inventory is not what harbor_inventory_info returns: {error!r} is wrong.",
                advice="Give it as it was returned, or leave it out: then Harbor is read again.",
            ) from None

    @property
    def untagged(self) -> int:
        """Number of artifacts without any tag."""
        return self.untagged_elsewhere + sum(one.untagged for one in self.repositories.values())

    def tagged(self) -> list[Repository]:
        """The repositories with at least one selected tag, by name."""
        return [self.repositories[name] for name in sorted(self.repositories) if self.repositories[name].tags]

    def as_result(self) -> dict[str, Any]:
        """Plain data: ``repositories`` (those with selected tags), ``proxy_projects``, ``totals`` and what was read.

        What was read are ``source`` and ``selection``.
        """
        tagged = self.tagged()
        return {
            "repositories": [
                {
                    "name": one.name,
                    "project": one.project,
                    "tags": {tag: one.tags[tag].digest for tag in sorted(one.tags)},
                    "indexes": [tag for tag in sorted(one.tags) if one.tags[tag].index],
                    "size": one.size,
                    "untagged": one.untagged,
                }
                for one in tagged
            ],
            "source": self.source,
            "selection": self.selection,
            "proxy_projects": list(self.proxies),
            "totals": {
                "projects": len({one.project for one in tagged}),
                "repositories": len(tagged),
                "tags": sum(len(one.tags) for one in tagged),
                "indexes": sum(image.index for one in tagged for image in one.tags.values()),
                "untagged": self.untagged,
                "bytes": sum(one.size for one in tagged),
            },
        }


def _repository(told: Mapping[str, Any]) -> Repository:
    indexes = set(told["indexes"])
    images = {tag: Image(str(digest), index=tag in indexes) for tag, digest in told["tags"].items()}
    return Repository(told["name"], images, int(told["untagged"]), int(told["size"]))


def _image(artifact: Mapping[str, Any]) -> Image:
    digest = artifact.get("digest") or ""
    index = bool(artifact.get("children")) or artifact.get("media_type") in INDEX_MEDIA_TYPES or not digest
    return Image(digest, int(artifact.get("size") or 0), index)
