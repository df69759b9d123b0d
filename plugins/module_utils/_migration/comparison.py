# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether target and source are equal, by digest. Pure.

The listing of the target's API is cheap but does not tell everything; the registry itself is asked only for the
tags that :func:`questions` names. A tag of which nobody knows the digest is *unknown*, never *equal*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .inventory import Image, Inventory

EQUAL, DIFFERENT, MISSING, EXTRA, UNKNOWN = "equal", "different", "missing", "extra", "unknown"
VERDICTS = (EQUAL, DIFFERENT, MISSING, EXTRA, UNKNOWN)
_WORST_FIRST = (DIFFERENT, MISSING, UNKNOWN, EXTRA, EQUAL)
_SHOWN = 5

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
    """The verdict about one tag, with the digests seen and the reason in words."""

    tag: str
    verdict: str
    source: str = ""
    target: str = ""
    reason: str = ""

    def as_result(self) -> dict[str, Any]:
        """Plain data; what adds nothing is left out."""
        result = {"tag": self.tag, "verdict": self.verdict, "digest": self.source}
        if self.target and self.target != self.source:
            result["target_digest"] = self.target
        if self.reason:
            result["reason"] = self.reason
        return result


@dataclass(frozen=True)
class RepositoryVerdict:
    """The verdict about a repository: that of its worst tag. ``name`` is empty for one that only the target has."""

    name: str
    target: str
    tags: tuple[TagVerdict, ...] = ()

    @property
    def verdict(self) -> str:
        """The worst verdict among the tags; ``extra`` for a repository that only the target has."""
        found = {tag.verdict for tag in self.tags}
        return next((verdict for verdict in _WORST_FIRST if verdict in found), EXTRA)

    def as_result(self) -> dict[str, Any]:
        """Plain data with the keys ``name``, ``target``, ``verdict`` and ``tags``."""
        return {
            "name": self.name,
            "target": self.target,
            "verdict": self.verdict,
            "tags": [tag.as_result() for tag in self.tags],
        }


@dataclass(frozen=True)
class Comparison:
    """All verdicts, sorted by source name, and what was left out of the comparison."""

    repositories: tuple[RepositoryVerdict, ...]
    untagged: int = 0

    @property
    def equal(self) -> bool:
        """Whether every selected tag of the source has the same digest at the target."""
        return all(tag.verdict in (EQUAL, EXTRA) for one in self.repositories for tag in one.tags)

    def not_accepted(self, accepted_verdicts: Iterable[str]) -> list[RepositoryVerdict]:
        """The repositories with a verdict, be it of one tag, that is neither equal nor accepted."""
        fine = {EQUAL, *accepted_verdicts}
        return [
            one
            for one in self.repositories
            if any(verdict not in fine for verdict in ([tag.verdict for tag in one.tags] or [one.verdict]))
        ]

    def totals(self) -> dict[str, Any]:
        """Counts of what is selected (``repositories``, ``tags``), of tags by verdict, and ``repository_verdicts``.

        ``untagged`` are artifacts of the source that were not compared, because they have no tag.
        """
        tags = [tag.verdict for one in self.repositories for tag in one.tags]
        repositories = [one.verdict for one in self.repositories]
        return {
            "repositories": sum(bool(one.name) for one in self.repositories),
            "tags": len(tags) - tags.count(EXTRA),
            **{verdict: tags.count(verdict) for verdict in VERDICTS},
            "repository_verdicts": {verdict: repositories.count(verdict) for verdict in VERDICTS},
            "untagged": self.untagged,
        }

    def summary(self, accepted_verdicts: Iterable[str] = ()) -> str:
        """Two sentences for the operator: the counts, and the first repositories that are not as they should be."""
        totals = self.totals()
        counts = ", ".join(f"{totals[verdict]} {verdict}" for verdict in VERDICTS if totals[verdict])
        text = f"Tags of source and target compared by digest: {counts or 'none selected'}."
        bad = self.not_accepted(accepted_verdicts)
        if not bad:
            return text
        shown = "; ".join(_described(one, accepted_verdicts) for one in bad[:_SHOWN])
        more = f"; and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
        return f"{text} Not as they should be: {shown}{more}."


def questions(inventory: Inventory, targets: Mapping[str, str], listing: Listing) -> list[Place]:
    """The tags (target repository, tag) for which the registry itself must be asked.

    These are all whose listed digest differs or is missing, and all multi-arch images; but not what would lie in a
    namespace that holds nothing.
    """
    return [
        (targets[repository.name], tag)
        for repository in inventory.tagged()
        for tag, image in sorted(repository.tags.items())
        if targets[repository.name].partition("/")[0] not in listing.empty_namespaces
        and (image.index or listing.digest((targets[repository.name], tag)) != image.digest)
    ]


def compare(
    inventory: Inventory,
    targets: Mapping[str, str],
    listing: Listing,
    answers: Mapping[Place, RegistryAnswer],
    single_platform: bool = False,
) -> Comparison:
    """Judge every selected tag of the source, and everything else that lies in its target repositories.

    :param targets: source repository to target repository.
    :param answers: what the registry said to the :func:`questions`; a place without an answer was not asked.
    :param single_platform: whether this Harbor (1.x) copies just one platform of a multi-arch image.
    """
    verdicts = []
    for repository in inventory.tagged():
        target = targets[repository.name]
        tags = [
            _judge(tag, image, listing.digest((target, tag)), answers.get((target, tag)), single_platform)
            for tag, image in sorted(repository.tags.items())
        ]
        listed = listing.tags.get(target, {})
        tags += [
            TagVerdict(tag, EXTRA, target=digest, reason="only at the target, or not selected at the source")
            for tag, digest in sorted(listed.items())
            if tag not in repository.tags
        ]
        verdicts.append(RepositoryVerdict(repository.name, target, tuple(tags)))
    known = {one.target for one in verdicts}
    verdicts += [RepositoryVerdict("", target) for target in sorted(listing.tags) if target not in known]
    return Comparison(tuple(verdicts), inventory.untagged)


def _judge(
    tag: str, image: Image, listed: str | None, answer: RegistryAnswer | None, single_platform: bool
) -> TagVerdict:
    if answer is not None and not answer.problem:
        return _judge_by_digest(tag, image, answer.digest, single_platform)
    why = answer.problem if answer is not None else "the registry itself was not asked"
    if listed is None:
        return TagVerdict(tag, MISSING, image.digest, reason=f"not in the listing of the API ({why})" if answer else "")
    if not image.digest:
        return TagVerdict(tag, UNKNOWN, "", listed, "the source does not tell the digest of this multi-arch image")
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
        return TagVerdict(tag, UNKNOWN, "", digest, "the source does not tell the digest of this multi-arch image")
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
    bad: Sequence[TagVerdict] = [tag for tag in one.tags if tag.verdict not in fine]
    first = bad[0]
    reason = f": {first.reason}" if first.reason else ""
    return f"{one.name}:{first.tag} {first.verdict}{reason}" + (f", {len(bad) - 1} more tags" if len(bad) > 1 else "")
