# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventories: repository to tag to digest, with sizes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..._errors import InvalidInput
from .accessories import Accessory, kind_of_tag, subject_of, subjects_by_tag
from .selection import Selection

INDEX_MEDIA_TYPES = frozenset(
    {
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.index.v1+json",
    }
)

COPY_OTHERWISE = (
    "Copy it with skopeo or image-syncer and run verify, or leave it out with migration_tags or migration_repositories."
)
COPY_ACCESSORY = (
    "Copy what is left behind with cosign, oras or skopeo and run verify, or let it not decide with migration_accessories: "
    "report."
)
_SHOWN = 10


@dataclass(frozen=True)
class Image:
    """What a tag points to.

    :param digest: empty when the source does not tell (Harbor 1.x for what is no Docker image).
    :param index: whether it is a multi-arch image, i.e. refers to other manifests.
    :param chart: whether it is a Helm chart, which is copied as an image is.
    :param copied: whether this Harbor can copy it.
    """

    digest: str
    size: int = 0
    index: bool = False
    chart: bool = False
    copied: bool = True


@dataclass
class Repository:
    """A repository of the source with its selected content.

    :param untagged: number of artifacts without any tag.
    :param told_size: the size where it was told as a whole, not for each image.
    :param accessories: what hangs on selected content, by digest.
    :param unnamed: the artifacts without a tag that are copied with the selection, by digest.
    :param inside: digests of what is part of selected images.
    :param parts: the digests inside each multi-arch image, by its digest; one is absent where the source does not tell.
    :param unlisted: those of them of which a listing does not say what hangs on them.
    :param unselected: tags that are not selected; some may turn out to belong to selected images.
    """

    name: str
    tags: dict[str, Image] = field(default_factory=dict)
    untagged: int = 0
    told_size: int | None = None
    accessories: dict[str, Accessory] = field(default_factory=dict)
    unnamed: dict[str, Image] = field(default_factory=dict)
    inside: set[str] = field(default_factory=set)
    parts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    unselected: dict[str, Image] = field(default_factory=dict)

    @property
    def project(self) -> str:
        """The first component of the name."""
        return self.name.partition("/")[0]

    @property
    def size(self) -> int:
        """Bytes of the selected content, each digest once: an upper bound of what is transferred."""
        if self.told_size is not None:
            return self.told_size
        sizes = {image.digest or tag: image.size for tag, image in self.tags.items()}
        sizes.update((digest, image.size) for digest, image in self.unnamed.items())
        sizes.update((digest, accessory.size) for digest, accessory in self.accessories.items())
        return sum(sizes.values())

    @property
    def is_planned(self) -> bool:
        """Whether anything of it is copied."""
        return bool(self.tags or self.accessories or self.unnamed)

    @property
    def uncopied(self) -> list[str]:
        """The selected tags that this Harbor cannot copy."""
        return [tag for tag in sorted(self.tags) if not self.tags[tag].copied]

    @property
    def digests(self) -> set[str]:
        """Everything that something may hang on."""
        return {*(one.digest for one in self.tags.values()), *self.unnamed, *self.inside, *self.accessories}

    def add(self, accessory: Accessory, parts: Iterable[str] = ()) -> None:
        """Add what hangs on something here.

        :param parts: digests of which it consists, if it is an index: they are not content of their own.
        """
        known = self.accessories.get(accessory.digest, accessory)
        tags = tuple(dict.fromkeys([*known.tags, *accessory.tags]))
        self.accessories[accessory.digest] = replace(known, tags=tags)
        for digest in parts:
            self.untagged -= self.unnamed.pop(digest, None) is not None

    def adopt(self) -> list[Accessory]:
        """Find the tags that were not selected but belong to what is, and what belongs to those; add and return them."""
        adopted: list[Accessory] = []
        while True:
            subjects = subjects_by_tag(self.digests)
            owned = {tag: subject_of(tag, subjects) for tag in self.unselected}
            found = [(tag, self.unselected.pop(tag), subject) for tag, subject in owned.items() if subject]
            if not found:
                return adopted
            for tag, image, subject in found:
                accessory = Accessory(image.digest, str(subject), kind_of_tag(tag), image.size, (tag,), True)
                self.add(accessory)
                adopted.append(accessory)


@dataclass
class Inventory:
    """The selected content of the source.

    :param repositories: by full name; only those with selected content or an untagged artifact.
    :param proxies: selected projects that were left out because they are proxy caches.
    :param source: the address of what was read.
    :param selection: what was selected, see :meth:`Selection.as_result`.
    :param untagged_elsewhere: number of artifacts without any tag in repositories that are not in ``repositories``.
    :param accessories_read: whether what hangs on images was looked at.
    :param docker_only: whether this Harbor (1.x) copies Docker images only, and lists no repository without any.
    :param left_behind: what belongs to selected content but is not copied: ``repository``, ``reference``, ``reason``, and
        ``digest``, ``subject``, ``kind`` and ``tags`` as of an accessory.
    """

    repositories: dict[str, Repository] = field(default_factory=dict)
    proxies: list[str] = field(default_factory=list)
    source: str = ""
    selection: dict[str, list[str]] = field(default_factory=dict)
    untagged_elsewhere: int = 0
    accessories_read: bool = True
    docker_only: bool = False
    left_behind: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        artifacts: Iterable[Mapping[str, Any]],
        selection: Selection,
        source: str = "",
        accessories: bool = True,
    ) -> Inventory:
        """Build the inventory from artifacts in the uniform shape of the Harbor client.

        :param artifacts: each with ``repository``, ``digest``, ``media_type``, ``size``, ``tags``, ``children``, and what
            :meth:`HarborArtifactsApi.artifacts` says about accessories.
        :param accessories: whether what hangs on images belongs to the inventory.
        """
        inventory = cls(source=source, selection=selection.as_result(), accessories_read=accessories)
        found: dict[str, Repository] = {}
        for artifact in artifacts:
            name = artifact["repository"]
            if selection.has_repository(name):
                _add_artifact(found.setdefault(name, Repository(name)), artifact, selection, accessories)
        inventory.repositories = {name: one for name, one in found.items() if one.tags or one.untagged}
        return inventory

    @classmethod
    def from_result(cls, told: Mapping[str, Any]) -> Inventory:
        """The inventory that :meth:`as_result` told; repositories without a selected tag are only in the totals.

        :raises InvalidInput: it is no such thing.
        """
        try:
            repositories = {one["name"]: _repository(one) for one in told["repositories"]}
            listed = sum(one.untagged for one in repositories.values())
            return cls(
                repositories,
                list(told["proxy_projects"]),
                told["source"],
                dict(told["selection"]),
                int(told["totals"]["untagged"]) - listed,
                bool(told["accessories_read"]),
                bool(told["docker_only"]),
                list(told["left_behind"]),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidInput(
                f"inventory is not what harbor_inventory_info returns: {error!r} is wrong.",
                advice="Give it as it was returned, or leave it out: then Harbor is read again.",
            ) from None

    @property
    def untagged(self) -> int:
        """Number of artifacts without any tag."""
        return self.untagged_elsewhere + sum(one.untagged for one in self.repositories.values())

    def planned(self) -> list[Repository]:
        """The repositories of which something is copied, by name."""
        return [self.repositories[name] for name in sorted(self.repositories) if self.repositories[name].is_planned]

    def adopt(self, selection: Selection) -> list[str]:
        """Let the tags that belong to selected images follow them; returns the patterns that a policy needs for that.

        What no filter of Harbor has room for is left behind.
        """
        adopted = [(one, accessory) for one in self.repositories.values() for accessory in one.adopt()]
        tags = [tag for _repository, accessory in adopted for tag in accessory.tags]
        patterns = selection.following(tags)
        if tags and not patterns:
            for repository, accessory in adopted:
                del repository.accessories[accessory.digest]
                reason = "the filter of a replication policy has no room for its tag"
                self.leave_behind(repository.name, accessory, reason)
        return patterns

    def leave_behind(self, repository: str, accessory: Accessory, reason: str) -> None:
        """Note what belongs to selected content and is not copied."""
        reference = accessory.tags[0] if accessory.tags else accessory.digest
        told = {"digest": accessory.digest, "subject": accessory.subject, "kind": accessory.kind}
        named = {"repository": repository, "reference": reference, "reason": reason}
        self.left_behind.append({**named, **told, "tags": list(accessory.tags)})

    def left_behind_of(self, repository: Repository) -> list[tuple[Accessory, str]]:
        """What is left behind of a repository, each with the reason."""
        return [
            (Accessory(one["digest"], one["subject"], one["kind"], tags=tuple(one["tags"])), str(one["reason"]))
            for one in self.left_behind
            if one["repository"] == repository.name
        ]

    def notes(self, serves_referrers: bool | None) -> list[str]:
        """What an operator must know about this content, in sentences.

        :param serves_referrers: whether the target can list what refers to an image; ``None``: that is not known.
        """
        found = [*self._notes_on_proxies(), *self._notes_on_oci()]
        found += [
            f"{one['repository']}: {one['reference']} is left behind: {one['reason']}." for one in self.left_behind
        ]
        silent = sum(not accessory.tags for one in self.planned() for accessory in one.accessories.values())
        if silent and serves_referrers is None:
            found.append(
                f"{silent} accessories have no tag of their own. Clients find them only where the registry has the referrers "
                "API (/v2/<repository>/referrers/<digest>); migrate and verify ask it when such an accessory is there."
            )
        elif silent and not serves_referrers:
            found.append(
                f"The registry has no referrers API (/v2/<repository>/referrers/<digest>): the {silent} accessories without a "
                "tag of their own are copied byte for byte, but clients cannot find them there. Signatures that are looked "
                "up by the tag sha256-<digest>.sig are found."
            )
        return found

    def _notes_on_proxies(self) -> Iterator[str]:
        if self.proxies:
            shown = ", ".join(self.proxies[:_SHOWN])
            more = f" and {len(self.proxies) - _SHOWN} more" if self.proxies[_SHOWN:] else ""
            yield (
                f"Left out as proxy caches of other registries: {shown}{more}. What they hold is copied only when "
                "migration_projects names them."
            )

    def _notes_on_oci(self) -> Iterator[str]:
        uncopied = [f"{one.name}:{tag}" for one in self.planned() for tag in one.uncopied]
        if uncopied:
            shown = ", ".join(uncopied[:_SHOWN]) + (f" and {len(uncopied) - _SHOWN} more" if uncopied[_SHOWN:] else "")
            yield f"{len(uncopied)} tags are OCI content, which Harbor 1.x does not copy: {shown}. {COPY_OTHERWISE}"
        if self.docker_only:
            yield (
                "Harbor 1.x lists no repository that holds only OCI content, so such a repository is left out unless "
                "migration_repositories names it in full."
            )

    def following_patterns(self, selection: Selection) -> list[str]:
        """The patterns that policies need beside those of the selected tags, so that what belongs to these is copied."""
        return selection.following(
            tag
            for repository in self.planned()
            for accessory in repository.accessories.values()
            if accessory.by_tag
            for tag in accessory.tags
        )

    def as_result(self) -> dict[str, Any]:
        """Plain data: ``repositories`` (of which something is copied), ``proxy_projects``, ``totals``, ``left_behind``
        and what was read (``source``, ``selection``, ``accessories_read``).
        """
        planned = self.planned()
        return {
            "repositories": [
                {
                    "name": one.name,
                    "project": one.project,
                    "tags": {tag: one.tags[tag].digest for tag in sorted(one.tags)},
                    "indexes": [tag for tag in sorted(one.tags) if one.tags[tag].index],
                    "charts": [tag for tag in sorted(one.tags) if one.tags[tag].chart],
                    "uncopied": one.uncopied,
                    "size": one.size,
                    "untagged": one.untagged,
                    "untagged_digests": sorted(one.unnamed),
                    "accessories": [accessory.as_result() for accessory in one.accessories.values()],
                    "parts": {digest: list(parts) for digest, parts in sorted(one.parts.items())},
                }
                for one in planned
            ],
            "source": self.source,
            "selection": self.selection,
            "accessories_read": self.accessories_read,
            "docker_only": self.docker_only,
            "left_behind": list(self.left_behind),
            "proxy_projects": list(self.proxies),
            "totals": {
                "projects": len({one.project for one in planned}),
                "repositories": len(planned),
                "tags": sum(len(one.tags) for one in planned),
                "indexes": sum(image.index for one in planned for image in one.tags.values()),
                "charts": sum(image.chart for one in planned for image in one.tags.values()),
                "accessories": sum(len(one.accessories) for one in planned),
                "untagged": self.untagged,
                "uncopied": sum(len(one.uncopied) for one in planned),
                "untagged_copied": sum(len(one.unnamed) for one in planned),
                "bytes": sum(one.size for one in planned),
            },
        }


def _add_artifact(repository: Repository, artifact: Mapping[str, Any], selection: Selection, accessories: bool) -> None:
    """Add what is selected of an artifact, and what hangs on that."""
    tags = artifact.get("tags") or ()
    selected = [tag for tag in tags if selection.has_tag(tag)]
    image = _image(artifact)
    if accessories:
        repository.unselected.update((tag, image) for tag in tags if tag not in selected)
    repository.untagged += not tags
    repository.tags.update((tag, image) for tag in selected)
    copied = bool(selected) or (not tags and selection.has_untagged)
    if copied and not tags:
        repository.unnamed[image.digest] = image
    if copied and image.index and artifact.get("media_type"):
        repository.parts[image.digest] = tuple(artifact.get("references") or ())
    if copied and accessories:
        repository.inside.update(artifact.get("references") or ())
        repository.unlisted.update(artifact.get("unlisted") or ())
        for one in artifact.get("accessories") or ():
            repository.add(Accessory(one["digest"], one["subject"], one["kind"], one["size"]))


def _repository(told: Mapping[str, Any]) -> Repository:
    indexes, charts, uncopied = set(told["indexes"]), set(told["charts"]), set(told["uncopied"])
    images = {
        tag: Image(str(digest), index=tag in indexes, chart=tag in charts, copied=tag not in uncopied)
        for tag, digest in told["tags"].items()
    }
    accessories = {one["digest"]: Accessory.from_result(one) for one in told["accessories"]}
    unnamed = {digest: Image(digest) for digest in told["untagged_digests"]}
    parts = {str(digest): tuple(inside) for digest, inside in told["parts"].items()}
    return Repository(told["name"], images, int(told["untagged"]), int(told["size"]), accessories, unnamed, parts=parts)


def _image(artifact: Mapping[str, Any]) -> Image:
    digest = artifact.get("digest") or ""
    index = bool(artifact.get("children")) or artifact.get("media_type") in INDEX_MEDIA_TYPES or not digest
    # Harbor API 2.0+: the type of an artifact, from the media type of its configuration.
    return Image(digest, int(artifact.get("size") or 0), index, artifact.get("type") == "CHART")
