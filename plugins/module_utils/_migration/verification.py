# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares a Harbor with a TCR registry by digest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._errors import InvalidInput, MigrationError
from .._harbor.api.client import HarborClient
from .._oci.client import DistributionClient
from .._tcr.api.client import TcrClient
from .comparison import EQUAL, UNKNOWN, Comparison, Place, RegistryAnswer, compare, questions
from .source import complete_digests, read_inventory, targets_of
from .target import ask_registry, read_listing, registry_address

Registry = Callable[..., DistributionClient]

_TO_KNOW = (
    "Let this host reach the registry (registry_connect_to, or the whitelist), or accept unknown in accepted_verdicts."
)
_TO_BE_EQUAL = "Run the replication again, or accept the verdict in accepted_verdicts."


class Verification:
    """One comparison.

    :param registry: makes a client of the target registry from address, user, password and ``connect_to``.
    :param options: those of the module migration_verify.
    """

    def __init__(self, harbor: HarborClient, tcr: TcrClient, registry: Registry, options: Mapping[str, Any]) -> None:
        self._harbor = harbor
        self._tcr = tcr
        self._registry = registry
        self._options = options

    def run(self, check_mode: bool) -> dict[str, Any]:
        """Compare, and return what the module returns.

        :param check_mode: make no credential, so that the registry itself is asked only with the one that is given.
        :raises InvalidInput: nothing is selected.
        :raises MigrationError: a verdict is neither equal nor accepted; the whole outcome is in ``details``.
        """
        options = self._options
        comparison = self._compare(check_mode)
        bad = comparison.not_accepted(options["accepted_verdicts"])
        outcome = {
            "equal": comparison.equal,
            "accepted": not bad,
            "repositories": [one.as_result() for one in comparison.repositories],
            "totals": comparison.totals(),
            "summary": comparison.summary(options["accepted_verdicts"]),
        }
        if bad and options["fail_unless_equal"]:
            found = {tag.verdict for one in bad for tag in one.tags} - {EQUAL, *options["accepted_verdicts"]}
            raise MigrationError(
                f"Source and target are not equal. {outcome['summary']}",
                advice=_TO_KNOW if found == {UNKNOWN} else _TO_BE_EQUAL,
                details=outcome,
            )
        return {"changed": False, **outcome}

    def _compare(self, check_mode: bool) -> Comparison:
        options = self._options
        inventory = read_inventory(self._harbor, options)
        if not inventory.tagged() and not options["allow_empty"]:
            raise InvalidInput(
                f"Harbor at {self._harbor.base_url} has no tag that projects, repositories and tags select.",
                advice="Widen the selection, or set allow_empty if that is right.",
            )
        complete_digests(inventory, self._harbor.base_url, options)
        targets = targets_of(self._harbor, inventory, options["namespace_map"]).repositories
        listing = read_listing(self._tcr, options["registry_id"], list(targets.values()))
        answers = self._answers(questions(inventory, targets, listing), check_mode)
        copies_indexes = self._harbor.system().capabilities.has("index_copy")
        return compare(inventory, targets, listing, answers, single_platform=not copies_indexes)

    def _answers(self, places: Sequence[Place], check_mode: bool) -> dict[Place, RegistryAnswer]:
        options = self._options
        username, password = options["registry_username"], options["registry_password"]
        if not places or (check_mode and not username):
            return {}
        address = options["registry_url"] or registry_address(self._tcr, options["registry_id"])
        if not username:
            try:
                made = self._tcr.create_token(options["registry_id"], long_term=False)
            except MigrationError as error:
                return {
                    place: RegistryAnswer(problem=f"no credential could be made: {error.message}") for place in places
                }
            username, password = made["Username"], made["Token"]
        registry = self._registry(address, username, password, options["registry_connect_to"])
        return ask_registry(registry, places, new_credential=not options["registry_username"])
