# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the modules that read what is migrated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._migration.source.selection import ACCESSORY_MODES, REQUIRE, Selection
from .common import ArgumentGroup

SELECTION = ArgumentGroup(
    {
        "projects": {"type": "list", "elements": "str"},
        "repositories": {"type": "list", "elements": "str"},
        "tags": {"type": "list", "elements": "str"},
        "namespace_map": {"type": "dict"},
    }
)
ACCESSORIES = ArgumentGroup(
    {"accessories": {"type": "str", "choices": list(ACCESSORY_MODES), "default": REQUIRE}},
)


def selection_of(parameters: Mapping[str, Any]) -> Selection:
    """What the options of the group SELECTION select.

    :raises InvalidInput: a pattern is no pattern.
    """
    return Selection(parameters["projects"], parameters["repositories"], parameters["tags"])
