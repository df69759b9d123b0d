# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether target and source are equal, by digest. Pure.

The listing of the target's API is cheap but does not tell everything; the registry itself is asked only for the
tags that :func:`questions` names. A tag of which nobody knows the digest is *unknown*, never *equal*. What hangs on an
image (see :mod:`..source.accessories`) is in no listing, so that the registry is asked for it by digest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..source.accessories import Accessory, subject_of, subjects_by_tag, suffix_of
from ..source.inventory import Image, Inventory, Repository
from ..source.selection import IGNORE, REQUIRE

EQUAL, DIFFERENT, MISSING, EXTRA, UNKNOWN = "equal", "different", "missing", "extra", "unknown"
VERDICTS = (EQUAL, DIFFERENT, MISSING, EXTRA, UNKNOWN)
_WORST_FIRST = (DIFFERENT, MISSING, UNKNOWN, EXTRA, EQUAL)
_SHOWN = 5
UNTAGGED_IMAGE = "untagged image"
_NO_OCI = "Harbor 1.x copies no OCI content"
_NO_DIGEST = "the source does not tell the digest of what is no Docker image"
_NOT_SELECTED = "only at the target, or not selected at the source"

Place = tuple[str, str]


@dataclass(frozen=True)
class RegistryAnswer:
    """What the registry itself said about a tag: a digest, ``None`` for "not there", or why it could not be asked."""

    digest: str | None = None
    problem: str = ""


@dataclass
class Listing:
    """What the API of the target lists.

    :param tags: target repository to tag to digest; the digest is empty where the API does not tell.
    :param empty_namespaces: namespaces that do not exist or hold no repository at all.
    """

    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    empty_namespaces: frozenset[str] = frozenset()

    def digest(self, place: Place) -> str | None:
        """The listed digest; ``None`` when the tag is not listed."""
        return self.tags.get(place[0], {}).get(place[1])


@dataclass(frozen=True)
class TagVerdict:
    """The verdict about one tag, with the digests seen and the reason in words.

    :param copied: whether this Harbor can copy it.
    """

    tag: str
    verdict: str
    source: str = ""
    target: str = ""
    reason: str = ""
    copied: bool = True

    def as_result(self) -> dict[str, Any]:
        """Plain data; what adds nothing is left out."""
        result = {"tag": self.tag, "verdict": self.verdict, "digest": self.source}
        if self.target and self.target != self.source:
            result["target_digest"] = self.target
        if self.reason:
            result["reason"] = self.reason
        return result


@dataclass(frozen=True)
class ContentVerdict:
    """The verdict about an accessory, or about an image without a tag.

    :param decides: whether the source is equal to the target only when this is.
    """

    content: Accessory
    verdict: str
    reason: str = ""
    decides: bool = True

    @property
    def name(self) -> str:
        """What identifies it for a reader: its first tag, else its digest."""
        return self.content.tags[0] if self.content.tags else self.content.digest

    def as_result(self) -> dict[str, Any]:
        """Plain data; what adds nothing is left out."""
        content = self.content
        told = {"digest": content.digest, "kind": content.kind, "verdict": self.verdict}
        extra = {"subject": content.subject, "tags": list(content.tags), "reason": self.reason}
        return {**told, **{name: value for name, value in extra.items() if value}}


@dataclass(frozen=True)
class RepositoryVerdict:
    """The verdict about a repository: the worst of what decides. ``name`` is empty for one that only the target has.

    :param listed: whether the target has the repository.
    """

    name: str
    target: str
    tags: tuple[TagVerdict, ...] = ()
    contents: tuple[ContentVerdict, ...] = ()
    listed: bool = False

    @property
    def deciding(self) -> list[str]:
        """The verdicts that decide: of the tags, and of what must be equal beside them."""
        return [tag.verdict for tag in self.tags] + [one.verdict for one in self.contents if one.decides]

    @property
    def copyable(self) -> list[str]:
        """Those of the deciding verdicts that are about what this Harbor can copy."""
        return [tag.verdict for tag in self.tags if tag.copied] + [one.verdict for one in self.contents if one.decides]

    @property
    def verdict(self) -> str:
        """The worst verdict that decides; ``extra`` for a repository that only the target has."""
        found = set(self.deciding)
        return next((verdict for verdict in _WORST_FIRST if verdict in found), EQUAL if self.name else EXTRA)

    def as_result(self) -> dict[str, Any]:
        """Plain data: ``name``, ``target``, ``verdict``, ``listed``, ``wanting``, ``tags``, ``accessories``, ``untagged_images``."""
        return {
            "name": self.name,
            "target": self.target,
            "verdict": self.verdict,
            "listed": self.listed,
            "wanting": MISSING in self.copyable or DIFFERENT in self.copyable,
            "tags": [tag.as_result() for tag in self.tags],
            "accessories": [one.as_result() for one in self.contents if one.content.kind != UNTAGGED_IMAGE],
            "untagged_images": [one.as_result() for one in self.contents if one.content.kind == UNTAGGED_IMAGE],
        }


@dataclass(frozen=True)
class Comparison:
    """All verdicts, sorted by source name, and what was left out of the comparison."""

    repositories: tuple[RepositoryVerdict, ...]
    untagged: int = 0

    @property
    def equal(self) -> bool:
        """Whether everything of the source that decides has the same digest at the target."""
        return all(verdict in (EQUAL, EXTRA) for one in self.repositories for verdict in one.deciding)

    @property
    def copied(self) -> bool:
        """Whether everything that decides, and that Harbor can copy, has the same digest at the target."""
        return all(verdict in (EQUAL, EXTRA) for one in self.repositories for verdict in one.copyable)

    def not_accepted(self, accepted_verdicts: Iterable[str]) -> list[RepositoryVerdict]:
        """The repositories with a verdict, be it of one tag, that is neither equal nor accepted."""
        fine = {EQUAL, *accepted_verdicts}
        return [
            one for one in self.repositories if any(verdict not in fine for verdict in (one.deciding or [one.verdict]))
        ]

    def totals(self) -> dict[str, Any]:
        """Counts of what is selected (``repositories``, ``tags``), of tags by verdict, and ``repository_verdicts``.

        ``accessories`` and ``untagged_images`` have counts of their own; ``untagged`` are all artifacts of the source
        that have no tag.
        """
        tags = [tag.verdict for one in self.repositories for tag in one.tags]
        contents = [content for one in self.repositories for content in one.contents]
        accessories = [one.verdict for one in contents if one.content.kind != UNTAGGED_IMAGE]
        images = [one.verdict for one in contents if one.content.kind == UNTAGGED_IMAGE]
        return {
            "repositories": sum(bool(one.name) for one in self.repositories),
            "tags": len(tags) - tags.count(EXTRA),
            **_counts(tags),
            "repository_verdicts": _counts([one.verdict for one in self.repositories]),
            "accessories": {"compared": len(accessories), **_counts(accessories)},
            "untagged_images": {"compared": len(images), **_counts(images)},
            "untagged": self.untagged,
        }

    def summary(self, accepted_verdicts: Iterable[str] = ()) -> str:
        """Two sentences for the operator: the counts, and the first repositories that are not as they should be."""
        totals = self.totals()
        text = f"Tags of source and target compared by digest: {_in_words(totals) or 'none selected'}."
        for name, counts in (("Accessories", totals["accessories"]), ("Untagged images", totals["untagged_images"])):
            if counts["compared"]:
                text += f" {name}: {_in_words(counts)}."
        bad = self.not_accepted(accepted_verdicts)
        if not bad:
            return text
        shown = "; ".join(_described(one, accepted_verdicts) for one in bad[:_SHOWN])
        more = f"; and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
        return f"{text} Not as they should be: {shown}{more}."


def questions(
    inventory: Inventory, targets: Mapping[str, str], listing: Listing, untagged: bool = False
) -> list[Place]:
    """The tags and digests (target repository, reference) for which the registry itself must be asked.

    These are all tags whose listed digest differs or is missing, and all multi-arch images; and whatever has no tag that
    the listing shows. But not what would lie in a namespace that holds nothing.

    :param untagged: whether all images without a tag are compared.
    """
    places = []
    for repository in inventory.planned():
        target = targets[repository.name]
        if target.partition("/")[0] in listing.empty_namespaces:
            continue
        places += [
            (target, tag)
            for tag, image in sorted(repository.tags.items())
            if image.index or listing.digest((target, tag)) != image.digest
        ]
        for content in _contents(repository, untagged):
            open_tags = [tag for tag in content.tags if listing.digest((target, tag)) != content.digest]
            if open_tags or not content.tags:
                places += [(target, reference) for reference in [*open_tags, content.digest]]
    return list(dict.fromkeys(places))


def compare(
    inventory: Inventory,
    targets: Mapping[str, str],
    listing: Listing,
    answers: Mapping[Place, RegistryAnswer],
    single_platform: bool = False,
    accessories: str = REQUIRE,
    untagged: bool = False,
    moved: Collection[str] = (),
) -> Comparison:
    """Judge everything of the source that is selected, and everything else that lies in its target repositories.

    :param targets: source repository to target repository.
    :param answers: what the registry said to the :func:`questions`; a place without an answer was not asked.
    :param single_platform: whether this Harbor (1.x) copies just one platform of a multi-arch image.
    :param accessories: one of the modes of :mod:`..source.selection`.
    :param untagged: as for :func:`questions`.
    :param moved: target repositories of what comes another way, and is no image of somebody else.
    """
    verdicts = []
    for repository in inventory.planned():
        target = targets[repository.name]
        tags = [
            _judge(tag, image, listing.digest((target, tag)), answers.get((target, tag)), single_platform)
            for tag, image in sorted(repository.tags.items())
        ]
        contents = tuple(
            _judge_content(content, target, listing, answers, accessories == REQUIRE or content.kind == UNTAGGED_IMAGE)
            for content in _contents(repository, untagged)
        )
        tags += _extra(repository, listing.tags.get(target, {}), accessories)
        verdicts.append(RepositoryVerdict(repository.name, target, tuple(tags), contents, target in listing.tags))
    known = {*moved, *(one.target for one in verdicts)}
    verdicts += [RepositoryVerdict("", target, listed=True) for target in sorted(listing.tags) if target not in known]
    return Comparison(tuple(verdicts), inventory.untagged)


def _contents(repository: Repository, untagged: bool) -> list[Accessory]:
    """What is compared beside the tags: accessories, and the images without a tag of which it matters.

    It matters that an image is there on which something hangs, or with which the repository stands and falls.
    """
    subjects = {one.subject for one in repository.accessories.values()}
    every = untagged or not repository.tags
    images = [Accessory(digest, "", UNTAGGED_IMAGE) for digest in repository.unnamed if every or digest in subjects]
    return images + list(repository.accessories.values())


def _judge_content(
    content: Accessory, target: str, listing: Listing, answers: Mapping[Place, RegistryAnswer], decides: bool
) -> ContentVerdict:
    image = Image(content.digest)
    found = [
        _judge(tag, image, listing.digest((target, tag)), answers.get((target, tag)), single_platform=False)
        for tag in content.tags
    ]
    if not found or any(one.verdict != EQUAL for one in found):
        # A repository that the listing shows may hold it: then only the registry itself can tell.
        listed = "" if target in listing.tags else None
        found.append(_judge(content.digest, image, listed, answers.get((target, content.digest)), False))
    worst = min(found, key=lambda one: _WORST_FIRST.index(one.verdict))
    named = worst.tag in content.tags and worst.reason
    return ContentVerdict(content, worst.verdict, f"{worst.tag}: {worst.reason}" if named else worst.reason, decides)


def _extra(repository: Repository, listed: Mapping[str, str], accessories: str) -> list[TagVerdict]:
    """The tags that only the target has; not those that say what belongs to a selected image, as far as that is known."""
    known = {*repository.tags, *(tag for one in repository.accessories.values() for tag in one.tags)}
    subjects = subjects_by_tag(repository.digests)
    found = []
    for tag, digest in sorted(listed.items()):
        subject = subject_of(tag, subjects)
        if tag in known or (subject and (accessories == IGNORE or not suffix_of(tag))):
            continue
        reason = f"hangs on {subject}, and only the target has it" if subject else _NOT_SELECTED
        if accessories == IGNORE:
            reason += ", or an accessory, which is not looked at"
        found.append(TagVerdict(tag, EXTRA, target=digest, reason=reason))
    return found


def _counts(verdicts: Sequence[str]) -> dict[str, int]:
    return {verdict: verdicts.count(verdict) for verdict in VERDICTS}


def _in_words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])


def _judge(
    tag: str, image: Image, listed: str | None, answer: RegistryAnswer | None, single_platform: bool
) -> TagVerdict:
    if not image.copied:
        found = _judge(tag, replace(image, copied=True), listed, answer, single_platform=False)
        return replace(found, copied=False, reason=found.reason if found.verdict == EQUAL else _NO_OCI)
    if answer is not None and not answer.problem:
        return _judge_by_digest(tag, image, answer.digest, single_platform)
    why = answer.problem if answer is not None else "the registry itself was not asked"
    if listed is None:
        return TagVerdict(tag, MISSING, image.digest, reason=f"not in the listing of the API ({why})" if answer else "")
    if not image.digest:
        return TagVerdict(tag, UNKNOWN, "", listed, _NO_DIGEST)
    if listed == image.digest:
        return TagVerdict(tag, EQUAL, image.digest, listed)
    if not listed or image.index or answer is not None:
        seen = f"the listing of the API shows {listed}" if listed else "the listing of the API shows no digest"
        return TagVerdict(tag, UNKNOWN, image.digest, listed, f"{seen}, and {why}")
    return _judge_by_digest(tag, image, listed, single_platform)


def _judge_by_digest(tag: str, image: Image, digest: str | None, single_platform: bool) -> TagVerdict:
    if digest is None:
        return TagVerdict(tag, MISSING, image.digest)
    if not image.digest:
        return TagVerdict(tag, UNKNOWN, "", digest, _NO_DIGEST)
    if digest == image.digest:
        return TagVerdict(tag, EQUAL, image.digest, digest)
    reason = "the target has another image under this tag"
    if image.index and single_platform:
        reason = "Harbor 1.x copies only one platform of a multi-arch image"
    return TagVerdict(tag, DIFFERENT, image.digest, digest, reason)


def _described(one: RepositoryVerdict, accepted_verdicts: Iterable[str]) -> str:
    if not one.name:
        return f"{one.target} (only at the target)"
    fine = {EQUAL, *accepted_verdicts}
    bad = [(f"{one.name}:{tag.tag}", tag.verdict, tag.reason) for tag in one.tags if tag.verdict not in fine]
    tags = len(bad)
    bad += [
        (f"{one.name}@{content.name} ({content.content.kind})", content.verdict, content.reason)
        for content in one.contents
        if content.decides and content.verdict not in fine
    ]
    name, verdict, reason = bad[0]
    more = [f"{tags - 1} more tags"] if tags > 1 else []
    others = len(bad) - max(tags, 1)
    more += [f"{others} {'more ' if not tags else ''}accessories"] if others else []
    return f"{name} {verdict}" + (f": {reason}" if reason else "") + "".join(f", {text}" for text in more)
