# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a migration requires of the API key and of the registry, as a part of the plan. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .markdown import table

Facts = Mapping[str, Any]


def requirements_section(requirements: Facts) -> list[str]:
    """What the API key must be allowed to do and whether the registry has room, as a part of the plan.

    :param requirements: what tcr_requirements_info returns; empty: nothing is said.
    """
    if not requirements:
        return []
    rows = (
        (one["name"], one["edition"], one["limit"] or "not known", one["used"], one["needed"], _enough(one))
        for one in requirements["quotas"]
    )
    return [
        "",
        "## What the API key must be allowed to do",
        "",
        "The smallest CAM policy with which `plan`, `migrate`, `verify` and `cleanup` work over this network path, to be "
        "pasted into CAM's policy editor:",
        "",
        "```json",
        json.dumps(requirements["policy"], indent=2),
        "```",
        "",
        "## Whether the registry has room",
        "",
        "The limits of the edition are not official; what counts is what the API accepts.",
        "",
        *table(("Kind", "Edition", "Said to allow", "Used", "Added", "Enough"), rows),
    ]


def _enough(quota: Facts) -> str:
    return "yes" if quota["enough"] else "**no**"
