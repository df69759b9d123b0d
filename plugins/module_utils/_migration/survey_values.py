# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists and mappings from flat text, because a survey of AWX can give nothing else. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .._errors import InvalidInput


def as_list(value: Any) -> list[str]:
    """The items of a list, or of text separated by commas, semicolons or ends of lines; nothing gives an empty list."""
    items = re.split(r"[,;\n]", value) if isinstance(value, str) else list(value or ())
    return [text for text in (str(item).strip() for item in items) if text]


def as_dict(value: Any) -> dict[str, str]:
    """A mapping of text to text, or one from items ``name=value`` separated as in :func:`as_list`.

    :raises InvalidInput: an item has no name or no value.
    """
    if isinstance(value, Mapping):
        return {str(name): str(item) for name, item in value.items()}
    mapping = {}
    for item in as_list(value):
        name, separator, content = (part.strip() for part in item.partition("="))
        if not separator or not name or not content:
            raise InvalidInput(
                f"{item!r} is not of the form name=value.",
                advice="Separate items by commas, for example: team.one=team-one, tools=shared-tools.",
            )
        mapping[name] = content
    return mapping


def or_default(value: Any, default: Any) -> Any:
    """The value, or the default where it is blank: null, or text without a visible character.

    ``0``, ``false`` and an empty list are not blank: somebody has chosen them.
    """
    return default if value is None or (isinstance(value, str) and not value.strip()) else value
