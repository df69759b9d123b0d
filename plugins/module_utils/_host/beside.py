# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host of Harbor tells beside its containers: its clock, and what remains untested where none can be asked."""

from __future__ import annotations

from . import name_resolution
from .commands import Host
from .probe import HostProbe
from .registry_access import Problem


def clock_problems(probe: HostProbe, clock: float) -> list[Problem]:
    """What is wrong with a clock, in seconds since the epoch; none where there is nothing to compare it with."""
    if not probe.clock_reference:
        return []
    skew = clock - probe.clock_reference
    text = name_resolution.clock_problem(skew, probe.clock_tolerance, "TCR's")
    return [{"kind": "clock", "text": text}] if text else []


def problems_beside(host: Host, probe: HostProbe, kind: str) -> list[Problem]:
    """All that can be told where no containers can be asked, as ``{kind, text}`` with kind clock or untested.

    :param kind: kubernetes or bare.
    """
    sentences = []
    if probe.clock_reference and kind == "kubernetes":
        sentences.append(name_resolution.UNASKED_NODES)
    if probe.url:
        sentences.append(name_resolution.unasked_way(kind, probe.url))
    if probe.address and probe.names:
        sentences.append(name_resolution.unasked_names(kind, probe.names))
    return clock_problems(probe, host.now()) + [{"kind": "untested", "text": text} for text in sentences]
