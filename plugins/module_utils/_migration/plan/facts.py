# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan knows: what the roles found and predicted, and which variables decide about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..variables.access import DEFAULT_HOURS, LEASE

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class PlanFacts:
    """From what a plan is made.

    :param source: address of Harbor.
    :param network: ``public`` or ``private``.
    :param access: how long temporary access stays, one of the modes of :mod:`..variables.access`.
    :param lease_hours: hours until its end, where it has one.
    :param public_cidrs: from where the whitelist lets Harbor in.
    :param vpc_id: the VPC of the private link, with ``subnet_id``.
    :param accessories: what is done about signatures and SBOMs.
    :param charts_mode: whether charts of ChartMuseum are moved: ``auto``, ``true`` or ``false``.
    :param speed: the speed limit that the policies get, in Harbor's units; below 1: none.
    :param registry: and ``harbor``, ``inventory``, ``targets``, ``requirements``: as migration_state_info returns them.
    :param comparison: what migration_verify returned about the state before the run.
    :param charts: what harbor_chart_migration returned; empty when there are none.
    :param steps: what a run would do: ``action``, ``object`` and ``key`` each.
    """

    migration_id: str
    source: str = ""
    network: str = ""
    access: str = LEASE
    lease_hours: int = DEFAULT_HOURS
    public_cidrs: Sequence[str] = ()
    vpc_id: str = ""
    subnet_id: str = ""
    accessories: str = ""
    charts_mode: str = ""
    speed: int = -1
    registry: Facts = field(default_factory=dict)
    harbor: Facts = field(default_factory=dict)
    inventory: Facts = field(default_factory=dict)
    targets: Facts = field(default_factory=dict)
    requirements: Facts = field(default_factory=dict)
    comparison: Facts = field(default_factory=dict)
    charts: Facts = field(default_factory=dict)
    steps: Sequence[Facts] = ()

    @property
    def repositories(self) -> Sequence[Facts]:
        """The selected repositories of the source, by name."""
        return sorted(self.inventory.get("repositories", ()), key=lambda one: str(one["name"]))

    @property
    def verdicts(self) -> dict[str, Facts]:
        """What the comparison says about each repository of the source."""
        return {str(one["name"]): one for one in self.comparison.get("repositories", ()) if one["name"]}

    def tags_with(self, verdict: str) -> list[str]:
        """The tags of the source with this verdict, as ``repository:tag``, sorted."""
        return sorted(
            f"{name}:{tag['tag']}"
            for name, one in self.verdicts.items()
            for tag in one["tags"]
            if tag["verdict"] == verdict
        )
