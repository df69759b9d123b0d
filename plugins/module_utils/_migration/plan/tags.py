# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every tag of a plan with its digest, as lines; the plan itself holds a count and a SHA-256 for each repository. Pure.

A migration of 5,000 repositories has hundreds of thousands of tags: too many for a document that people review, but each of
them is part of what is approved. The file has one line of JSON for each tag, accessory, image without a tag and version of a
chart. Its identity is the SHA-256 over the lines, because what gzip makes of them depends on its version.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..._errors import InvalidInput
from .identity import canonical, sha256_of_text

Facts = Mapping[str, Any]
TAG, ACCESSORY, UNTAGGED, CHART = "tag", "accessory", "untagged image", "chart version"
# Of what (repository, kind, name) to the digest; accessories and images without a tag are named by their digest.
Contents = dict[tuple[str, str, str], str]
# Of which repository and kind to ``count`` and ``sha256``.
Summaries = dict[tuple[str, str], dict[str, Any]]
_MOST_BYTES = 1 << 30


def contents_of(inventory: Facts, charts: Iterable[Facts]) -> Contents:
    """Everything that is selected at the source.

    :param inventory: as the module migration_state_info returns it.
    :param charts: the versions of charts in ChartMuseum: ``project``, ``name``, ``version``, ``digest`` each.
    """
    found: Contents = {}
    for one in inventory.get("repositories", ()):
        name = one["name"]
        found.update({(name, TAG, tag): digest for tag, digest in one["tags"].items()})
        found.update({(name, ACCESSORY, each["digest"]): each["digest"] for each in one.get("accessories", ())})
        found.update({(name, UNTAGGED, digest): digest for digest in one.get("untagged_digests", ())})
    for one in charts:
        found[f"{one['project']}/{one['name']}", CHART, one["version"]] = one["digest"]
    return found


def summaries(contents: Contents) -> Summaries:
    """``count`` and ``sha256`` by repository and kind; the SHA-256 is over the sorted lines ``name digest``."""
    lines: dict[tuple[str, str], list[str]] = {}
    for (repository, kind, name), digest in contents.items():
        lines.setdefault((repository, kind), []).append(f"{name} {digest}\n")
    return {place: _summary(found) for place, found in lines.items()}


def summary_of(found: Summaries, repository: str, kind: str) -> dict[str, Any]:
    """What :func:`summaries` says about a repository; of nothing there is a SHA-256 too."""
    return found.get((repository, kind)) or _summary([])


def text_of(contents: Contents) -> str:
    """The lines of the file, sorted."""
    return "".join(
        canonical({"repository": repository, "kind": kind, "name": name, "digest": contents[repository, kind, name]})
        + "\n"
        for repository, kind, name in sorted(contents)
    )


def compressed(text: str) -> bytes:
    """The file: no name and no time in its head, so that the same lines give the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as file:
        file.write(text.encode())
    return buffer.getvalue()


def read_contents(content: bytes, sha256: str) -> Contents:
    """What :func:`compressed` has written.

    :param sha256: that of the lines, as the plan states it.
    :raises InvalidInput: it is no such file, or not that of the plan; the message is the end of a sentence.
    """
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            text = file.read(_MOST_BYTES).decode()
        if sha256_of_text(text) != sha256:
            raise InvalidInput("has other lines than those that the plan was made with")
        lines = [json.loads(line) for line in text.splitlines()]
        return {(one["repository"], one["kind"], one["name"]): one["digest"] for one in lines}
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        raise InvalidInput("is not the compressed list of tags that plan writes") from None


def _summary(lines: Sequence[str]) -> dict[str, Any]:
    return {"count": len(lines), "sha256": sha256_of_text("".join(sorted(lines)))}
