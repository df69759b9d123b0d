# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What servers and programs say, as part of a sentence: no page, no control character, not without end. Pure."""

from __future__ import annotations

import html
import json
import re
from typing import Any

LONGEST = 300
# A title stands at the beginning of a page; nobody reads what comes after this much of a text.
_READ = 64 * 1024
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|title|body)\b.*?(?:</html\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TITLES = tuple(
    re.compile(rf"<{tag}\b[^>]*>(.*?)</{tag}\s*>", re.IGNORECASE | re.DOTALL) for tag in ("title", "h1", "h2")
)
_TAG = re.compile(r"<[^<>]*>")
# Sequences with which a terminal changes its colours, its title or what stands on it (ECMA-48: CSI, OSC, others).
_ESCAPE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*.?"
)
_REASON_FIELDS = ("message", "msg", "error_description", "error", "detail", "reason")


def readable(text: str, longest: int = LONGEST) -> str:
    """The beginning of a text on one line; of an HTML page in it only the title, and nothing that moves a cursor."""
    text = _PAGE.sub(lambda page: _page_in_words(page[0]), text[:_READ])
    if text.lstrip().startswith("<"):
        text = html.unescape(_TAG.sub(" ", text))
    line = _one_line(text)
    return line if len(line) <= longest else line[:longest] + " ..."


def code_and_message(body: Any) -> tuple[str, str]:
    """The first code, and the messages, in the decoded JSON of an error, whatever its form.

    Harbor and registries: ``{"errors": [{"code": ..., "message": ...}]}``; Harbor API 1.x: ``{"code": ..., "message":
    ...}``; token services and proxies: ``{"error": ...}``, ``{"detail": ...}`` and the like.

    :returns: the code of an entry of ``errors``, else empty; empty messages if there is nothing to read.
    """
    errors = body.get("errors") if isinstance(body, dict) else None
    entries = errors if isinstance(errors, list) else [errors] if errors else []
    code = next((str(one["code"]) for one in entries if isinstance(one, dict) and one.get("code")), "")
    messages = [_message(one) for one in entries or (body if isinstance(body, list) else [body])]
    return code, readable("; ".join(one for one in messages if one))


def _message(entry: Any) -> str:
    if isinstance(entry, dict):
        known = [entry[name] for name in _REASON_FIELDS if name in entry]
        others = {name: value for name, value in entry.items() if name not in ("code", "errors", "status")}
        found = next((one for one in known if one), "") if known else others
        return _message(found) if isinstance(found, dict) and found is not others else _as_text(found)
    return _as_text(entry)


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return readable(value)
    return readable(json.dumps(value, ensure_ascii=False)) if value else ""


def _page_in_words(page: str) -> str:
    titles = (
        _one_line(html.unescape(_TAG.sub(" ", found[1]))) for found in (one.search(page) for one in _TITLES) if found
    )
    title = next((title for title in titles if title), "")
    return f"an HTML page with the title '{title}'" if title else "an HTML page without a title"


def _one_line(text: str) -> str:
    plain = _ESCAPE.sub("", text)
    return " ".join("".join(one if one.isprintable() else " " for one in plain).split())
