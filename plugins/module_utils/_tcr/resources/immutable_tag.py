# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of a TCR registry on immutable tags."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ..._engine.fields import Field, State
from ..._engine.resource import Resource
from ..._errors import InvalidInput
from ..api.client import TcrClient
from ..instances import require_running
from ..rules.tags import immutable_from_api, immutable_name, immutable_to_api


def desired_rule(rule: State) -> State:
    """The desired state of a rule given by options."""
    return {"name": immutable_name(rule), **rule}


class TcrImmutableTagResource(Resource):
    """Rules by namespace and patterns: they have no name, and the API does not return the number of a new one.

    Only whether a rule is disabled can change; a rule with other patterns is another rule.
    """

    kind: ClassVar[str] = "immutable tag rule"
    key: ClassVar[str] = "name"
    fields = (Field("name"), Field("disabled"))

    def __init__(self, client: TcrClient, registry_id: str) -> None:
        self._client = client
        self._registry_id = registry_id
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All rules of the registry."""
        return [immutable_from_api(one) for one in self._client.immutable_rules(self._registry_id)]

    def create(self, desired: State) -> None:
        """Create a rule."""
        self._client.create_immutable_rule(self._registry_id, desired["namespace"], immutable_to_api(desired))

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Switch a rule on or off."""
        rule = immutable_to_api({**current, "disabled": desired["disabled"]})
        self._client.modify_immutable_rule(self._registry_id, current["namespace"], current["rule_id"], rule)

    def delete(self, current: State) -> None:
        """Delete a rule."""
        self._client.delete_immutable_rule(self._registry_id, current["namespace"], current["rule_id"])

    def check(self, desired: State) -> None:
        """Refuse empty patterns, which would match nothing."""
        for option in ("repositories", "tags"):
            if not desired.get(option):
                raise InvalidInput(
                    f"{option} of a rule for the namespace {desired['namespace']!r} is empty.",
                    advice="Give a pattern, ** for all.",
                )
