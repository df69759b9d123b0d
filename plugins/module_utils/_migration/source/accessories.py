# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hangs on an image: signatures, SBOMs, attestations, and the tags that name their image. Pure.

There are two ways to hang something on an image. Its manifest names the image as its subject (OCI image 1.1), or its tag
does: ``sha256-<hex>.sig``, ``.att`` and ``.sbom`` of cosign, and ``sha256-<hex>`` for the index of referrers that clients
write where a registry has no referrers API (OCI distribution 1.1, "referrers tag schema").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_HEX = 64
_FALLBACK = "fallback index of referrers"
_KINDS = {"": _FALLBACK, ".sig": "signature tag", ".att": "attestation tag", ".sbom": "SBOM tag"}


@dataclass(frozen=True)
class Accessory:
    """One artifact that hangs on another one of the same repository.

    :param subject: the digest of what it hangs on.
    :param kind: the word of Harbor (``signature.cosign``), or what its tag says it is.
    :param tags: its own tags.
    :param by_tag: whether only its tag says what it hangs on; for Harbor it is then an image like any other.
    """

    digest: str
    subject: str
    kind: str = ""
    size: int = 0
    tags: tuple[str, ...] = ()
    by_tag: bool = False

    def as_result(self) -> dict[str, Any]:
        """Plain data."""
        return {**vars(self), "tags": list(self.tags)}

    @classmethod
    def from_result(cls, told: Mapping[str, Any]) -> Accessory:
        """The accessory that :meth:`as_result` told."""
        return cls(**{**told, "tags": tuple(told["tags"])})


def subject_tag(digest: str) -> str:
    """How a tag names a digest: ``sha256-<hex>``, with no more than 64 characters of the hexadecimal part."""
    algorithm, _colon, value = digest.partition(":")
    return f"{algorithm[:32]}-{value[:_HEX]}"


def subjects_by_tag(digests: Iterable[str]) -> dict[str, str]:
    """Digest by the tag that names it, for :func:`subject_of`."""
    return {subject_tag(digest): digest for digest in digests if digest}


def subject_of(tag: str, subjects: Mapping[str, str]) -> str | None:
    """The digest that a tag says it belongs to, if it is one of these."""
    return subjects.get(tag.partition(".")[0])


def suffix_of(tag: str) -> str:
    """What follows the digest in such a tag, ``.sig`` for example; empty for the fallback index."""
    return "".join(tag.partition(".")[1:])


def kind_of_tag(tag: str) -> str:
    """What such a tag points to, in words."""
    suffix = suffix_of(tag)
    return _KINDS.get(suffix, f"tag {suffix}")


def patterns_for(tags: Iterable[str]) -> list[str]:
    """The patterns, in the form of Harbor's filters, that let tags of this kind through; one for each suffix."""
    return sorted({f"{tag.partition('-')[0]}-{'?' * _HEX}{suffix_of(tag)}" for tag in tags})
