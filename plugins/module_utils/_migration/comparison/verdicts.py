# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the target answers to a comparison, and what the comparison finds: verdicts, also in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..source.accessories import Accessory

EQUAL, DIFFERENT, MISSING, EXTRA, UNKNOWN = "equal", "different", "missing", "extra", "unknown"
VERDICTS = (EQUAL, DIFFERENT, MISSING, EXTRA, UNKNOWN)
WORST_FIRST = (DIFFERENT, MISSING, UNKNOWN, EXTRA, EQUAL)
UNTAGGED_IMAGE = "untagged image"
_SHOWN = 5
_HEADINGS = {
    "accessories": "Accessories",
    "untagged_images": "Untagged images",
    "platforms": "Images inside multi-arch images",
}


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

    :param copied: whether this Harbor can copy what is wanting of it.
    :param advice: what puts it right, where that is not another replication.
    """

    tag: str
    verdict: str
    source: str = ""
    target: str = ""
    reason: str = ""
    copied: bool = True
    advice: str = ""

    def as_result(self) -> dict[str, Any]:
        """Plain data; what adds nothing is left out."""
        result: dict[str, Any] = {"tag": self.tag, "verdict": self.verdict, "digest": self.source}
        if self.target and self.target != self.source:
            result["target_digest"] = self.target
        if self.reason:
            result["reason"] = self.reason
        if not self.copied and self.verdict != EQUAL:
            result["copied"] = False
        return result


@dataclass(frozen=True)
class ContentVerdict:
    """The verdict about an accessory, or about an image without a tag.

    :param decides: whether the source is equal to the target only when this is.
    :param copied: whether this Harbor can copy what is wanting of it.
    :param advice: what puts it right, where that is not another replication.
    """

    content: Accessory
    verdict: str
    reason: str = ""
    decides: bool = True
    copied: bool = True
    advice: str = ""

    @property
    def name(self) -> str:
        """What identifies it for a reader: its first tag, else its digest."""
        return self.content.tags[0] if self.content.tags else self.content.digest

    def as_result(self) -> dict[str, Any]:
        """Plain data; what adds nothing is left out."""
        content = self.content
        told = {"digest": content.digest, "kind": content.kind, "verdict": self.verdict}
        extra: dict[str, Any] = {"subject": content.subject, "tags": list(content.tags), "reason": self.reason}
        found = {**told, **{name: value for name, value in extra.items() if value}}
        return found if self.copied or self.verdict == EQUAL else {**found, "copied": False}


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
        contents = [one.verdict for one in self.contents if one.decides and one.copied]
        return [tag.verdict for tag in self.tags if tag.copied] + contents

    @property
    def verdict(self) -> str:
        """The worst verdict that decides; ``extra`` for a repository that only the target has."""
        found = set(self.deciding)
        return next((verdict for verdict in WORST_FIRST if verdict in found), EQUAL if self.name else EXTRA)

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
    """All verdicts, sorted by source name, and what was left out of the comparison.

    :param platforms: the verdicts about the images inside multi-arch images, each digest of a repository once.
    """

    repositories: tuple[RepositoryVerdict, ...]
    untagged: int = 0
    platforms: tuple[str, ...] = ()

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

    def advice(self, accepted_verdicts: Iterable[str]) -> list[str]:
        """What puts right the verdicts that are neither equal nor accepted, each advice once; empty where copying does."""
        fine = {EQUAL, *accepted_verdicts}
        found: dict[str, None] = {}
        for one in self.repositories:
            verdicts: list[TagVerdict | ContentVerdict] = [
                *one.tags,
                *(content for content in one.contents if content.decides),
            ]
            found.update(dict.fromkeys(verdict.advice for verdict in verdicts if verdict.verdict not in fine))
        return list(found)

    def totals(self) -> dict[str, Any]:
        """Counts of what is selected (``repositories``, ``tags``), of tags by verdict, and ``repository_verdicts``.

        ``accessories``, ``untagged_images`` and ``platforms`` have counts of their own; ``untagged`` are all artifacts of
        the source that have no tag.
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
            "platforms": {"compared": len(self.platforms), **_counts(self.platforms)},
            "untagged": self.untagged,
        }

    def summary(self, accepted_verdicts: Iterable[str] = ()) -> str:
        """Two sentences for the operator: the counts, and the first repositories that are not as they should be."""
        totals = self.totals()
        text = f"Tags of source and target compared by digest: {_in_words(totals) or 'none selected'}."
        for name, heading in _HEADINGS.items():
            if totals[name]["compared"]:
                text += f" {heading}: {_in_words(totals[name])}."
        bad = self.not_accepted(accepted_verdicts)
        if not bad:
            return text
        shown = "; ".join(_described(one, accepted_verdicts) for one in bad[:_SHOWN])
        more = f"; and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
        return f"{text} Not as they should be: {shown}{more}."


def _counts(verdicts: Sequence[str]) -> dict[str, int]:
    return {verdict: verdicts.count(verdict) for verdict in VERDICTS}


def _in_words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])


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
