# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host of Harbor tells beside its containers: its clock, and what remains untested where none can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import name_resolution
from .commands import Host
from .registry_access import Problem


def clock_problems(options: Mapping[str, Any], clock: float) -> list[Problem]:
    """What is wrong with a clock, in seconds since the epoch; none where there is nothing to compare it with."""
    if not options["clock_reference"]:
        return []
    skew = clock - options["clock_reference"]
    text = name_resolution.clock_problem(skew, options["clock_tolerance"], "TCR's")
    return [{"kind": "clock", "text": text}] if text else []


def problems_beside(host: Host, options: Mapping[str, Any], kind: str) -> list[Problem]:
    """All that can be told where no containers can be asked, as ``{kind, text}`` with kind clock or untested.

    :param kind: kubernetes or bare.
    """
    sentences = []
    if options["clock_reference"] and kind == "kubernetes":
        sentences.append(name_resolution.UNASKED_NODES)
    if options["url"]:
        sentences.append(name_resolution.unasked_way(kind, options["url"]))
    if options["address"] and options["names"]:
        sentences.append(name_resolution.unasked_names(kind, options["names"]))
    return clock_problems(options, host.now()) + [{"kind": "untested", "text": text} for text in sentences]
