# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps secrets out of everything that people read."""

from __future__ import annotations

import re
from collections.abc import Iterable

MASK = "********"
_SHORTEST_SECRET = 4
_CREDENTIALS_IN_URL = re.compile(r"(?<=://)[^/@\s]+@")
_AUTHORIZATION = re.compile(r"\b(Basic|Bearer|TC3-HMAC-SHA256)\s+[^\s\"',}]{8,}(?:,\s*\S+=\S+)*")


class Redactor:
    """Replaces known secrets, credentials in URLs and Authorization values by asterisks.

    Secrets that come into being later (a token that the API has just issued) are added with :meth:`add`.
    """

    def __init__(self, secrets: Iterable[str | None] = ()) -> None:
        self._secrets: set[str] = set()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str | None) -> None:
        """Remember a further secret; ``None`` and strings too short to be one are ignored, and so are blanks around it."""
        bare = (secret or "").strip()
        if len(bare) >= _SHORTEST_SECRET:
            self._secrets.add(bare)

    def __call__(self, text: str) -> str:
        """The text with every secret masked."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        text = _CREDENTIALS_IN_URL.sub(MASK + "@", text)
        return _AUTHORIZATION.sub(r"\1 " + MASK, text)
