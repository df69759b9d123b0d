# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares a Harbor with a TCR registry by digest."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..._errors import InvalidInput, MigrationError
from ..._harbor.api.client import HarborClient
from ..._oci.client import DistributionClient
from ..._tcr.rules.tags import immutable_from_api
from ..source.inventory import Inventory
from ..source.oci_content import identify
from ..source.reader import inventory_handed_over, read_inventory, targets_of
from ..source.selection import IGNORE, REQUIRE, Selection
from ..target.immutable_tags import (
    immutable_advice,
    kept_by_rules,
    override_advice,
    source_tags_to_replace,
    tags_to_replace,
)
from ..target.listing import TargetRegistry, ask_registry, read_listing
from ..target.names import report_repository_problem
from .compare import compare, questions
from .lag import read_lag
from .platforms import SAMPLE, platform_notes, platform_questions, with_platforms
from .verdicts import EQUAL, UNKNOWN, Comparison, Place, RegistryAnswer

_TO_KNOW = (
    "Let this host reach the registry (registry_connect_to, or the whitelist), or accept unknown in accepted_verdicts."
)
_TO_BE_EQUAL = "Run the replication again, or accept the verdict in accepted_verdicts."


@dataclass(frozen=True)
class VerificationRequest:
    """What is compared, and what counts as good.

    :param namespace_map: project to namespace of the target, where they differ.
    :param username: whom to ask the registry itself as, with ``password``; empty: with a credential of one hour.
    :param accepted_verdicts: verdicts beside *equal* that are no failure.
    :param allow_empty: a selection without any tag is no mistake.
    :param fail_unless_equal: a verdict that is neither equal nor accepted is an error.
    :param charts: charts of ChartMuseum that are moved too, each with its ``target``.
    :param inventory: the source as it was read before, see :meth:`Inventory.as_result`; ``None``: it is read.
    :param accessories: one of the modes of :mod:`..source.selection`.
    :param untagged: whether every image without a tag must be at the target too.
    :param platforms: one of the modes of :mod:`.platforms`.
    :param report_repository: a repository of the target that holds plans and reports; empty: there is none.
    :param lag: whether to read when the source got what is missing or different at the target.
    """

    selection: Selection
    namespace_map: Mapping[str, str] | None = None
    username: str = ""
    password: str = field(default="", repr=False)
    accepted_verdicts: Sequence[str] = ()
    allow_empty: bool = False
    fail_unless_equal: bool = True
    inventory: Mapping[str, Any] | None = None
    charts: Sequence[Mapping[str, Any]] = ()
    accessories: str = REQUIRE
    untagged: bool = False
    platforms: str = SAMPLE
    report_repository: str = ""
    lag: bool = False


class Verification:
    """One comparison.

    :param harbor_registry: the registry of that Harbor.
    """

    def __init__(
        self,
        harbor: HarborClient,
        harbor_registry: DistributionClient,
        target: TargetRegistry[DistributionClient],
        request: VerificationRequest,
    ) -> None:
        self._harbor = harbor
        self._harbor_registry = harbor_registry
        self._target = target
        self._request = request
        self._registry: DistributionClient | None = None
        self._unusable = ""

    def run(self, check_mode: bool) -> dict[str, Any]:
        """Compare, and return what the module returns.

        :param check_mode: where the registry itself cannot be asked, what the listing shows of tags counts.
        :raises InvalidInput: nothing is selected, or the inventory that was handed over is another one.
        :raises MigrationError: a verdict is neither equal nor accepted; the whole outcome is in ``details``.
        """
        request = self._request
        inventory = self._inventory()
        comparison = self._compare(inventory, check_mode)
        bad = comparison.not_accepted(request.accepted_verdicts)
        kept = self._kept_tags(comparison)
        special, general = self._advice(comparison, kept)
        referrers = self._serves_referrers(comparison)
        outcome: dict[str, Any] = {
            "equal": comparison.equal,
            "copied": comparison.copied,
            "accepted": not bad,
            "selection": {"source": inventory.source, **inventory.selection, "accessories": request.accessories},
            "repositories": [one.as_result() for one in comparison.repositories],
            "totals": comparison.totals(),
            "summary": comparison.summary(request.accepted_verdicts),
            "ended": time.time(),
            "immutable_tags": kept,
            "immutable_advice": immutable_advice(kept),
            "advice": " ".join(special),
            "referrers_api": referrers,
            "notes": [
                *_unasked(comparison, check_mode),
                *inventory.notes(referrers),
                *platform_notes(comparison, inventory, request.platforms, self._unusable),
            ],
        }
        if request.inventory is None:
            outcome["inventory"] = inventory.as_result()
        if request.lag:
            outcome["lag"] = read_lag(self._harbor, comparison)
        if bad and request.fail_unless_equal:
            raise MigrationError(
                f"Source and target are not equal. {outcome['summary']}",
                advice=" ".join([*special, *general]),
                details=outcome,
            )
        return {"changed": False, **outcome}

    def _advice(self, comparison: Comparison, kept: Sequence[Mapping[str, str]]) -> tuple[list[str], list[str]]:
        """What puts right whatever is neither equal nor accepted: what is special about it, and in general."""
        accepted = self._request.accepted_verdicts
        bad = comparison.not_accepted(accepted)
        if not bad:
            return [], []
        verdicts = {verdict for one in bad for verdict in (one.deciding or [one.verdict])} - {EQUAL, *accepted}
        known = [*([immutable_advice(kept)] if kept else []), *self._keeping_policies(comparison)]
        told = comparison.advice(accepted)
        special = [*known, *(one for one in told if one)]
        if known or "" not in told:
            return special, []
        return special, [_TO_KNOW if verdicts == {UNKNOWN} else _TO_BE_EQUAL]

    def _keeping_policies(self, comparison: Comparison) -> list[str]:
        """What to do about replication policies that replace nothing, where something is to be replaced."""
        tags = source_tags_to_replace(comparison)
        if not tags:
            return []
        try:
            return override_advice(tags, self._harbor.policies())
        except MigrationError:
            return []

    def _serves_referrers(self, comparison: Comparison) -> bool | None:
        """Whether clients can find at the target what has no tag of its own; ``None`` where that could not be asked."""
        asked = [
            (one.target, content.content.subject)
            for one in comparison.repositories
            for content in one.contents
            if content.verdict == EQUAL and content.content.subject and not content.content.tags
        ]
        if self._registry is None or not asked:
            return None
        try:
            return self._registry.serves_referrers(*asked[0])
        except MigrationError:
            return None

    def _kept_tags(self, comparison: Comparison) -> list[dict[str, str]]:
        """The tags that a rule of the target keeps as they are. That is good to know, but no comparison needs it."""
        tags = tags_to_replace(comparison)
        if not tags:
            return []
        try:
            rules = self._target.tcr.immutable_rules(self._target.registry_id)
        except MigrationError:
            return []
        return kept_by_rules(tags, map(immutable_from_api, rules))

    def _inventory(self) -> Inventory:
        request = self._request
        looked_at = request.accessories != IGNORE
        if request.inventory is not None:
            inventory = inventory_handed_over(request.inventory, self._harbor, request.selection, looked_at)
        else:
            inventory = read_inventory(self._harbor, request.selection, looked_at)
        if not inventory.planned() and not request.allow_empty and not request.charts:
            raise InvalidInput(
                f"Harbor at {self._harbor.base_url} has no tag that projects, repositories and tags select.",
                advice="Widen the selection, or set allow_empty if that is right.",
            )
        identify(inventory, self._harbor, self._harbor_registry)
        return inventory

    def _compare(self, inventory: Inventory, check_mode: bool) -> Comparison:
        request = self._request
        targets = targets_of(self._harbor, inventory, request.namespace_map).repositories
        listing = read_listing(self._target.tcr, self._target.registry_id, list(targets.values()))
        answers = self._answers(questions(inventory, targets, listing, request.untagged))
        if check_mode:
            # Of a tag a prediction knows at least what the listing shows.
            answers = {place: one for place, one in answers.items() if not one.problem or _is_digest(place)}
        copies_indexes = self._harbor.system().capabilities.has("index_copy")
        moved = {str(one["target"]).rpartition(":")[0] for one in request.charts}
        if request.report_repository:
            problem = report_repository_problem(request.report_repository, {*targets.values(), *moved})
            if problem:
                raise InvalidInput(problem)
            moved.add(request.report_repository)
        comparison = compare(
            inventory, targets, listing, answers, not copies_indexes, request.accessories, request.untagged, moved
        )
        inside = self._answers(platform_questions(comparison, inventory, request.platforms, len(answers)))
        return with_platforms(comparison, inventory, inside, request.platforms)

    def _answers(self, places: Sequence[Place]) -> dict[Place, RegistryAnswer]:
        """What the registry says; when it could not be used before, it is not tried again."""
        if not places:
            return {}
        registry = None if self._unusable else self._client()
        if registry is None:
            return {place: RegistryAnswer(problem=self._unusable) for place in places}
        new = not self._request.username and registry is not self._registry
        self._registry = registry
        answers = ask_registry(registry, places, new_credential=new)
        problems = {answer.problem for answer in answers.values()}
        self._unusable = problems.pop() if len(problems) == 1 else ""
        return answers

    def _client(self) -> DistributionClient | None:
        """The client of the registry; ``None`` when no credential could be made, and why."""
        request = self._request
        if self._registry is not None:
            return self._registry
        username, password = request.username, request.password
        if not username:
            try:
                username, password = self._target.new_credential()
            except MigrationError as error:
                self._unusable = f"no credential could be made: {error.message}"
                return None
        return self._target.client(username, password)


def _is_digest(place: Place) -> bool:
    return ":" in place[1]


def _unasked(comparison: Comparison, check_mode: bool) -> Iterator[str]:
    """What a prediction does not know because the registry itself could not be asked."""
    unknown = [content for one in comparison.repositories for content in one.contents if content.verdict == UNKNOWN]
    if check_mode and unknown:
        yield (
            f"Whether {len(unknown)} accessories and untagged images are at the target is not known: no listing shows them, and "
            f"the registry itself could not be asked ({unknown[0].reason}). migrate asks again, and copies what is missing."
        )
