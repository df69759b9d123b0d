# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents, messages and comments use the words of the field, not those that this project once had for them."""

from __future__ import annotations

import re
from fnmatch import fnmatch

import pytest

from tests.tools.environments import ROOT
from tests.tools.mirror import checkout_files

# A text that users or contributors read; of the code, the messages, descriptions and comments.
DOCUMENTS = (
    "*.md", "docs/*", "examples/*", "changelogs/*", ".github/*", "galaxy.yml", "roles/*/meta/*.yml", "plugins/*.py",
)  # fmt: skip
WORDS = {
    "public entry": "public endpoint",
    "private way": "private link",
    "public way": "public endpoint",
    "shall": "must",
    "anew": "again",
    "without leave": "without permission",
    "is told": "reports",
    "left-over": "leftover",
}


def unwanted(text: str) -> list[str]:
    """What a text should say instead, with the line; words may be divided by the end of a line."""
    found = []
    for word, better in WORDS.items():
        for match in re.finditer(r"\b" + r"\s+".join(word.split()) + r"\b", text, re.IGNORECASE):
            found.append(f"line {text.count(chr(10), 0, match.start()) + 1}: say {better!r}, not {word!r}")
    return found


def test_documents_use_the_words_of_the_field() -> None:
    documents = [name for name in checkout_files() if any(fnmatch(name, pattern) for pattern in DOCUMENTS)]
    complaints = [f"{name}, {one}" for name in documents for one in unwanted((ROOT / name).read_text())]
    assert len(documents) > 60
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("text", ["It shall run.", "Open the public\n  entry.", "Anew"])
def test_an_unwanted_word_is_seen(text: str) -> None:
    assert len(unwanted(text)) == 1


def test_a_word_inside_of_another_is_left_alone() -> None:
    assert unwanted("A shallow directory with public entrypoints") == []
