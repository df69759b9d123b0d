# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a repository at the target may be removed: only what a migration made, and only where nothing else came since. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..comparison.verdicts import RegistryAnswer

_SHOWN = 5
_DIGEST = ("sha256:", "sha512:")


@dataclass(frozen=True)
class Made:
    """What a migration made in a repository of the target. A reference is a tag, or the digest of what has no tag.

    :param name: with the namespace.
    :param contents: reference to digest of what it brought.
    :param before: the same for what was there before, and stays.
    :param existed: whether the repository was there before.
    """

    name: str
    contents: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    existed: bool = False

    @property
    def expected(self) -> dict[str, str]:
        """Tag to digest of everything that may be there."""
        return {name: digest for name, digest in {**self.before, **self.contents}.items() if not is_digest(name)}

    @property
    def untagged(self) -> list[str]:
        """What it brought that no tag names."""
        tagged = {digest for name, digest in self.contents.items() if not is_digest(name)}
        return sorted(name for name in self.contents if is_digest(name) and name not in tagged)


@dataclass(frozen=True)
class Decision:
    """What is to be done with a repository.

    :param tags: those to delete.
    :param whole: whether the repository goes as well.
    :param kept: what stays, with the reason: ``object``, ``key`` and ``reason``.
    """

    tags: tuple[str, ...] = ()
    whole: bool = False
    kept: tuple[dict[str, Any], ...] = ()


def questions(made: Made, listed: Mapping[str, str]) -> list[str]:
    """The tags of which the listing of the API does not show the expected digest: the registry itself must be asked.

    It may show another one for an index, or none, and may leave out its tag.
    """
    unsure = [tag for tag, digest in made.expected.items() if digest and listed.get(tag) != digest]
    return sorted(tag for tag in unsure if tag in listed or tag in made.contents)


def decide(made: Made, listed: Mapping[str, str], answers: Mapping[str, RegistryAnswer]) -> Decision:
    """What of a repository may be removed.

    :param listed: the tags that it has now, with their digests.
    :param answers: what the registry said to the :func:`questions`.
    """
    expected, present = made.expected, dict(listed)
    for tag, answer in answers.items():
        if not answer.problem and answer.digest is None:
            present.pop(tag, None)
        elif not answer.problem:
            present[tag] = str(answer.digest)
    unknown = sorted(tag for tag, answer in answers.items() if answer.problem)
    changed = [
        tag for tag, digest in present.items() if tag not in unknown and expected.get(tag) not in (None, "", digest)
    ]
    reasons = [
        *_sentence("it has tags that the reports do not have", [tag for tag in present if tag not in expected]),
        *_sentence("tags have another digest than in the reports", changed),
        *_sentence("the digests of tags are not known", [f"{tag} ({answers[tag].problem})" for tag in unknown]),
    ]
    if reasons:
        return Decision(kept=(kept("repository", made.name, "; ".join(reasons)),))
    ours = sorted(tag for tag in present if tag in made.contents)
    theirs = {present[tag] for tag in present if tag not in made.contents}
    shared = [tag for tag in ours if present[tag] in theirs]
    stays = [
        kept(
            "image tag", f"{made.name}:{tag}", "a tag that was there before has the same image, and TCR may delete both"
        )
        for tag in shared
    ]
    whole = not made.existed and not theirs and not shared
    if not whole:
        stays += [
            kept("image", f"{made.name}@{digest}", "it has no tag, and the TCR API deletes by tag only")
            for digest in made.untagged
        ]
    return Decision(tuple(tag for tag in ours if tag not in shared), whole, tuple(stays))


def kept(kind: str, key: str, reason: str, failed: bool = False) -> dict[str, Any]:
    """What stays and why.

    :param failed: whether its removal was tried, and refused.
    """
    return {"object": kind, "key": key, "reason": reason, "failed": failed}


def is_digest(reference: str) -> bool:
    """Whether a reference is a digest; a tag has no colon."""
    return reference.startswith(_DIGEST)


def _sentence(words: str, names: Iterable[str]) -> Sequence[str]:
    found = sorted(names)
    if not found:
        return ()
    more = f" and {len(found) - _SHOWN} more" if found[_SHOWN:] else ""
    return (f"{words}: {', '.join(found[:_SHOWN])}{more}",)
