# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the images inside multi-arch images are at the target too. Pure.

A registry takes an index only when it has what the index lists, but afterwards its images can be deleted one by one: the
index keeps its digest, and Harbor, which looks at that alone, skips it for ever. No listing shows those images, so the
registry is asked for each by digest. With thousands of multi-arch images that is most of the calls of a comparison, hence
the modes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..source.inventory import Inventory, Repository
from .verdicts import (
    EQUAL,
    MISSING,
    UNKNOWN,
    UNTAGGED_IMAGE,
    Comparison,
    ContentVerdict,
    Place,
    RegistryAnswer,
    RepositoryVerdict,
    TagVerdict,
)

# As many are asked for as the calls allow; all, and each must be there; none.
SAMPLE, REQUIRE, IGNORE = "sample", "require", "ignore"
PLATFORM_MODES = (SAMPLE, REQUIRE, IGNORE)
# So many calls of the registry a comparison may make with a sample: for each tag, and in any case.
CALLS_PER_TAG = 1.1
ALWAYS_CALLS = 1000
_NOT_ASKED = "the registry was not asked"
_NOT_TOLD = "Harbor does not tell what is inside it"
_INCOMPLETE = (
    "Harbor skips a multi-arch image whose index is there: delete its tag at the target (TCR console, or skopeo delete) and "
    "run migrate again, or leave it out with migration_tags."
)
_TO_ASK = "Let this host reach the registry (migration_registry_connect_to, or the whitelist), or set migration_platforms to sample."

Answers = Mapping[Place, RegistryAnswer]


def platform_questions(comparison: Comparison, inventory: Inventory, mode: str, asked: int) -> list[Place]:
    """For which images inside multi-arch images the registry must be asked: target repository and digest, each once.

    Only where the index itself is equal. A sample takes whole multi-arch images, in the order of their digests, so that
    it is spread over the repositories and the same each time.

    :param asked: how many calls the comparison has made of the registry.
    """
    if mode == IGNORE:
        return []
    wanted = sorted((digest, one.target, repository) for one, repository, digest in _indexes(comparison, inventory))
    places = dict.fromkeys(
        (target, part)
        for digest, target, repository in wanted
        for part in inventory.repositories[repository].parts[digest]
    )
    if mode == REQUIRE:
        return list(places)
    tags = sum(len(one.tags) for one in comparison.repositories)
    # A registry wants a token for each repository: the request for it, and the one that was refused before.
    asked += 2 * len({target for target, _part in places})
    return list(places)[: max(0, max(ALWAYS_CALLS, int(CALLS_PER_TAG * tags)) - asked)]


def with_platforms(comparison: Comparison, inventory: Inventory, answers: Answers, mode: str) -> Comparison:
    """The comparison, in which no multi-arch image is equal of which something inside is missing.

    :param answers: what the registry said to the :func:`platform_questions`. With ``require`` an image is *unknown* of
        which something inside is not known.
    """
    if mode == IGNORE:
        return comparison
    found: dict[Place, str] = {}
    for one, repository, digest in _indexes(comparison, inventory):
        for part in inventory.repositories[repository].parts[digest]:
            found[(one.target, part)] = _verdict(answers.get((one.target, part)))
    judged = tuple(
        _judged(one, inventory.repositories[one.name], answers, mode) if one.name else one
        for one in comparison.repositories
    )
    return replace(comparison, repositories=judged, platforms=tuple(found.values()))


def platform_notes(comparison: Comparison, inventory: Inventory, mode: str, unusable: str) -> Iterator[str]:
    """What an operator must know about images inside multi-arch images that nobody asked for.

    :param unusable: why the registry could not be asked at all; empty when it could.
    """
    unknown = comparison.platforms.count(UNKNOWN)
    if mode == IGNORE and any(True for _one in _indexes(comparison, inventory)):
        yield (
            "Whether the images inside multi-arch images are at the target was not looked at (migration_platforms: ignore)."
        )
    elif mode == SAMPLE and unknown:
        because = f"the registry could not be asked ({unusable})" if unusable else "each takes a call of the registry"
        yield (
            f"Of the {len(comparison.platforms)} images inside multi-arch images, {unknown} were not looked at, because "
            f"{because}; the digests of their indexes are equal. Set migration_platforms to require to ask for all of them."
        )


def _indexes(comparison: Comparison, inventory: Inventory) -> Iterator[tuple[RepositoryVerdict, str, str]]:
    """The multi-arch images that are equal by digest and whose content is known: with repository and digest, each once."""
    for one in comparison.repositories:
        if one.name:
            parts = inventory.repositories[one.name].parts
            digests = [tag.source for tag in one.tags if tag.verdict == EQUAL]
            digests += [
                content.content.digest
                for content in one.contents
                if content.verdict == EQUAL and content.content.kind == UNTAGGED_IMAGE
            ]
            yield from ((one, one.name, digest) for digest in dict.fromkeys(digests) if digest in parts)


def _judged(one: RepositoryVerdict, repository: Repository, answers: Answers, mode: str) -> RepositoryVerdict:
    def judged_tag(tag: TagVerdict) -> TagVerdict:
        image = repository.tags.get(tag.tag)
        problem = _problem(one.target, repository, tag.source, image is not None and image.index, answers, mode)
        if tag.verdict != EQUAL or problem is None:
            return tag
        verdict, reason, advice = problem
        return replace(tag, verdict=verdict, reason=reason, advice=advice, copied=False)

    def judged_content(content: ContentVerdict) -> ContentVerdict:
        problem = _problem(one.target, repository, content.content.digest, False, answers, mode)
        if content.verdict != EQUAL or content.content.kind != UNTAGGED_IMAGE or problem is None:
            return content
        verdict, reason, advice = problem
        return replace(content, verdict=verdict, reason=reason, advice=advice, copied=False)

    return replace(one, tags=tuple(map(judged_tag, one.tags)), contents=tuple(map(judged_content, one.contents)))


def _problem(
    target: str, repository: Repository, digest: str, index: bool, answers: Answers, mode: str
) -> tuple[str, str, str] | None:
    """Verdict, reason and advice when not all of an index is known to be there; else nothing."""
    parts: Sequence[str] = repository.parts.get(digest, ())
    verdicts = {part: _verdict(answers.get((target, part))) for part in parts}
    missing = [part for part in parts if verdicts[part] == MISSING]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        return MISSING, f"the multi-arch image is there, but not {missing[0]}{more} inside it", _INCOMPLETE
    if mode != REQUIRE:
        return None
    if index and digest not in repository.parts:
        return UNKNOWN, f"whether the images inside it are there is not known: {_NOT_TOLD}", _TO_ASK
    open_parts = [part for part in parts if verdicts[part] == UNKNOWN]
    if open_parts:
        answer = answers.get((target, open_parts[0]))
        why = answer.problem if answer is not None else _NOT_ASKED
        return UNKNOWN, f"whether {open_parts[0]} inside it is there is not known: {why}", _TO_ASK
    return None


def _verdict(answer: RegistryAnswer | None) -> str:
    if answer is None or answer.problem:
        return UNKNOWN
    return MISSING if answer.digest is None else EQUAL
