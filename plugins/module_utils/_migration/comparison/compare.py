# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether target and source are equal, by digest. Pure.

The listing of the target's API is cheap but does not tell everything; the registry itself is asked only for the
tags that :func:`questions` names. A tag of which nobody knows the digest is *unknown*, never *equal*. What hangs on an
image (see :mod:`..source.accessories`) is in no listing, so that the registry is asked for it by digest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from ..source.accessories import Accessory, subject_of, subjects_by_tag, suffix_of
from ..source.inventory import COPY_ACCESSORY, COPY_OTHERWISE, Image, Inventory, Repository
from ..source.selection import IGNORE, REQUIRE
from .verdicts import (
    DIFFERENT,
    EQUAL,
    EXTRA,
    MISSING,
    UNKNOWN,
    UNTAGGED_IMAGE,
    WORST_FIRST,
    Comparison,
    ContentVerdict,
    Listing,
    Place,
    RegistryAnswer,
    RepositoryVerdict,
    TagVerdict,
)

_NO_OCI = "Harbor 1.x copies no OCI content"
_NO_DIGEST = "the source does not tell the digest of what is no Docker image"
_ONE_PLATFORM = "Harbor 1.x copies only one platform of a multi-arch image"
_NOT_SELECTED = "only at the target, or not selected at the source"


def questions(
    inventory: Inventory, targets: Mapping[str, str], listing: Listing, untagged: bool = False
) -> list[Place]:
    """The tags and digests (target repository, reference) for which the registry itself must be asked.

    These are all tags whose listed digest differs or is missing, and whatever has no tag that the listing shows. But not
    what would lie in a namespace that holds nothing. What is inside multi-arch images is asked for afterwards, see
    :mod:`.platforms`.

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
            if not image.digest or listing.digest((target, tag)) != image.digest
        ]
        for content, _reason in _contents(inventory, repository, untagged):
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
            _left_behind(
                _judge_content(
                    content, target, listing, answers, accessories == REQUIRE or content.kind == UNTAGGED_IMAGE
                ),
                reason,
            )
            for content, reason in _contents(inventory, repository, untagged)
        )
        tags += _extra(repository, contents, listing.tags.get(target, {}), accessories)
        verdicts.append(RepositoryVerdict(repository.name, target, tuple(tags), contents, target in listing.tags))
    known = {*moved, *(one.target for one in verdicts)}
    verdicts += [RepositoryVerdict("", target, listed=True) for target in sorted(listing.tags) if target not in known]
    return Comparison(tuple(verdicts), inventory.untagged)


def _contents(inventory: Inventory, repository: Repository, untagged: bool) -> list[tuple[Accessory, str]]:
    """What is compared beside the tags: accessories, and the images without a tag of which it matters.

    It matters that an image is there on which something hangs, or with which the repository stands and falls. With each
    is the reason why Harbor does not copy it; empty when it does.
    """
    subjects = {one.subject for one in repository.accessories.values()}
    every = untagged or not repository.tags
    images = [Accessory(digest, "", UNTAGGED_IMAGE) for digest in repository.unnamed if every or digest in subjects]
    return [(one, "") for one in (*images, *repository.accessories.values())] + inventory.left_behind_of(repository)


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
    worst = min(found, key=lambda one: WORST_FIRST.index(one.verdict))
    named = worst.tag in content.tags and worst.reason
    return ContentVerdict(content, worst.verdict, f"{worst.tag}: {worst.reason}" if named else worst.reason, decides)


def _left_behind(found: ContentVerdict, reason: str) -> ContentVerdict:
    """The verdict about what Harbor does not copy; it may have arrived another way."""
    if not reason or found.verdict == EQUAL:
        return found
    return replace(found, reason=f"left behind: {reason}", copied=False, advice=COPY_ACCESSORY)


def _extra(
    repository: Repository, contents: Iterable[ContentVerdict], listed: Mapping[str, str], accessories: str
) -> list[TagVerdict]:
    """The tags that only the target has; not those that say what belongs to a selected image, as far as that is known."""
    known = {*repository.tags, *(tag for one in contents for tag in one.content.tags)}
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


def _judge(
    tag: str, image: Image, listed: str | None, answer: RegistryAnswer | None, single_platform: bool
) -> TagVerdict:
    if not image.copied:
        found = _judge(tag, replace(image, copied=True), listed, answer, single_platform=False)
        if found.verdict == EQUAL:
            return replace(found, copied=False)
        return replace(found, copied=False, reason=_NO_OCI, advice=COPY_OTHERWISE)
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
    if image.index and single_platform:
        # It copies the tag as long as it is missing, and no better when it is there.
        return TagVerdict(tag, DIFFERENT, image.digest, digest, _ONE_PLATFORM, copied=False, advice=COPY_OTHERWISE)
    return TagVerdict(tag, DIFFERENT, image.digest, digest, "the target has another image under this tag")
