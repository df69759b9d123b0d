# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An access credential of a TCR registry that ends by itself after an hour."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ..._engine.fields import Field, State
from ..._engine.resource import Resource
from ..api.client import TcrClient
from ..instances import require_running
from ..rules.credential_selector import parse_timestamp

NAME = "temporary credential"


class TcrTemporaryCredentialResource(Resource):
    """A new credential with every run.

    TCR API 2019-09-24: a temporary credential has no id and no description, is not listed, and can neither be changed
    nor deleted. One whose secret got lost with the answer harms nobody, so its creation can be repeated.
    """

    kind: ClassVar[str] = "temporary TCR access credential"
    key: ClassVar[str] = "name"
    fields = (Field("name"),)

    def __init__(self, client: TcrClient, registry_id: str) -> None:
        self._client = client
        self._registry_id = registry_id
        self._made: list[State] = []
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """That which this run made."""
        return self._made

    def create(self, desired: State) -> State:
        """Create a credential; returns its user name and secret, and when it ends."""
        created = self._client.create_token(self._registry_id, long_term=False)
        self._made = [{"name": NAME, "expires_at": parse_timestamp(int(created.get("ExpTime") or 0))}]
        return {"username": created.get("Username"), "secret": created.get("Token")}

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Nothing about it can be changed."""

    def delete(self, current: State) -> None:
        """It cannot be deleted."""
