# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which access credential the options of the module mean: one that lasts, by what it is found, or a temporary one."""

from __future__ import annotations

from typing import Any

from ..._engine.fields import State
from ..._engine.resource import Resource
from ..api.client import TcrClient
from ..rules.credential_selector import CredentialIdentity, credential_id_from_jwt
from .access_credential import TcrAccessCredentialResource
from .temporary_credential import NAME, TcrTemporaryCredentialResource


def build(client: TcrClient, options: dict[str, Any]) -> Resource:
    """The resource that the options mean.

    :raises InvalidInput: they contradict each other, or the secret carries no id.
    """
    if options["temporary"]:
        return TcrTemporaryCredentialResource(client, options["registry_id"], options)
    return TcrAccessCredentialResource(
        client,
        options["registry_id"],
        _identity(options),
        rotate=options["rotate"],
        removing=options["state"] == "absent",
        keep=options["keep_credential_ids"],
    )


def desired_members(options: dict[str, Any]) -> list[State]:
    """The credential that is asked for."""
    if options["temporary"]:
        return [{"name": NAME}]
    described = {name: options[name] for name in ("description", "enabled")}
    return [{"name": _identity(options).name, **described}]


def _identity(options: dict[str, Any]) -> CredentialIdentity:
    token_id = credential_id_from_jwt(options["secret"]) if options["secret"] else options["credential_id"]
    return CredentialIdentity(token_id, options["description"], options["migration_id"])
