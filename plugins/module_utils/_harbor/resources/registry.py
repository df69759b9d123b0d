# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry endpoints of a Harbor: the registries to which, or from which, it replicates."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ..._engine.fields import State
from ..._engine.resource import Resource
from ..._engine.wait import Wait
from ..._errors import Conflict
from ..api.client import HarborClient
from ..connection_test import probe_connection, retry_until_usable, with_connections
from ..rules.registry import ENDPOINT_FIELDS, address, check_change, check_endpoint

_DEFAULTS: State = {"type": "docker-registry", "insecure": False}


class HarborRegistryResource(Resource):
    """Registry endpoints by name. Harbor tests each one before it stores it, and never returns the secret.

    :param update_secret: when the secret of an endpoint that exists is written: ``when_broken`` (Harbor's own test of
        what it has stored fails), ``always`` or ``on_create`` (never, unless none is stored).
    :param connection_test: add ``connection`` (``ok``, ``reason``) to the state of the desired endpoints.
    :param patience: for how many seconds to try again when Harbor cannot use a registry: whitelists, DNS and
        credentials of a cloud registry take a while to work everywhere.
    """

    kind: ClassVar[str] = "Harbor endpoint"
    key: ClassVar[str] = "name"
    owner_field: ClassVar[str | None] = "description"
    fields = ENDPOINT_FIELDS

    def __init__(
        self,
        client: HarborClient,
        update_secret: str = "when_broken",
        connection_test: bool = False,
        patience: float = 0,
    ) -> None:
        self._client = client
        self._update_secret = update_secret
        self._connection_test = connection_test
        self._patience = Wait(timeout=patience)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All endpoints with one listing, those of interest with their connection on demand."""
        members: list[State] = self._client.registries()
        if not self._connection_test:
            return members
        return with_connections(self._client, members, lambda one: keys is None or one["name"] in keys)

    def create(self, desired: State) -> None:
        """Create an endpoint, of type docker-registry and with a certificate that is verified unless desired otherwise."""
        body = {**_DEFAULTS, **{name: value for name, value in desired.items() if value is not None}}
        body["url"] = address(desired["url"])
        retry_until_usable(lambda: self._client.create_registry(body), self._patience)

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Change what differs; the secret is sent along whenever address or user change."""
        body = {name: desired[name] for name in changed}
        if "url" in changed:
            body["url"] = address(desired["url"])
        if changed & {"url", "access_key", "access_secret"} and desired.get("access_key"):
            body.update(access_key=desired["access_key"], access_secret=desired["access_secret"])
        retry_until_usable(lambda: self._client.update_registry(current["id"], body), self._patience)

    def delete(self, current: State) -> None:
        """Delete an endpoint.

        :raises Conflict: replication policies use it; the message names them.
        """
        try:
            self._client.delete_registry(current["id"])
        except Conflict as error:
            sides = ("src_registry", "dest_registry")
            users = [
                one["name"] for one in self._client.policies() if current["id"] in [one[side]["id"] for side in sides]
            ]
            if not users:
                raise
            error.message = (
                f"The registry endpoint {current['name']!r} cannot be deleted: replication policies use it: "
                f"{', '.join(repr(name) for name in users)}."
            )
            error.advice = "Delete these policies first (harbor_replication_policy with state: absent)."
            error.details["policies"] = users
            raise

    def must_write_secret(self, current: State, desired: State) -> bool:
        """Whether the stored secret must be replaced, which only Harbor can find out: it tries to use it."""
        if self._update_secret == "always" or not current["has_secret"]:
            return True
        if self._update_secret == "on_create":
            return False
        if desired.get("access_key") not in (None, current["access_key"]):
            return True
        connection = current.get("connection") or probe_connection(self._client, current)
        return not connection["ok"]

    def check(self, desired: State) -> None:
        """Refuse an invalid address, a secret that cannot be one, and what this version of Harbor lacks."""
        check_endpoint(desired, self._client.redactor)
        capabilities = self._client.system().capabilities
        capabilities.require_kind(desired.get("type") or _DEFAULTS["type"])
        if desired.get("ca_certificate"):
            capabilities.require("ca_certificate")

    def check_update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Refuse another address or user without the secret that belongs to it."""
        check_change(changed, desired)
