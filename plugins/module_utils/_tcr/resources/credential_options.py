# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which access credential is asked for: one that lasts, by what it is found, or a temporary one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from ..._engine.fields import State
from ..._engine.resource import Resource
from ..._errors import InvalidInput
from ..api.client import TcrClient
from ..rules.credential_selector import CredentialIdentity, credential_id_from_jwt
from .access_credential import TcrAccessCredentialResource
from .temporary_credential import NAME, TcrTemporaryCredentialResource


@dataclass(frozen=True)
class CredentialRequest:
    """The options of module tcr_access_credential, under their names; the defaults are those of the module."""

    registry_id: str
    temporary: bool = False
    credential_id: str | None = None
    secret: str | None = field(default=None, repr=False)
    description: str | None = None
    migration_id: str | None = None
    enabled: bool | None = None
    keep_credential_ids: Sequence[str] = ()
    rotate: bool = False
    state: str = "present"

    @property
    def identity(self) -> CredentialIdentity:
        """By what a credential that lasts is found.

        :raises InvalidInput: the secret carries no id.
        """
        token_id = credential_id_from_jwt(self.secret) if self.secret else self.credential_id
        return CredentialIdentity(token_id, self.description, self.migration_id)

    def check_temporary(self) -> None:
        """Refuse what a temporary credential does not have.

        :raises InvalidInput: something beside ``temporary`` was given.
        """
        lasting = [one for one in fields(self) if one.name not in ("registry_id", "temporary")]
        given = [one.name for one in lasting if getattr(self, one.name) not in (one.default, [])]
        if given:
            shown = "state: absent" if given == ["state"] else given[0]
            raise InvalidInput(
                f"temporary: a temporary credential cannot be had with {shown}.",
                advice="It has no id and no description, cannot be changed, and ends by itself: leave that out.",
            )


def build(client: TcrClient, request: CredentialRequest) -> Resource:
    """The resource for what is asked for.

    :raises InvalidInput: the request contradicts itself, or its secret carries no id.
    """
    if request.temporary:
        request.check_temporary()
        return TcrTemporaryCredentialResource(client, request.registry_id)
    return TcrAccessCredentialResource(
        client,
        request.registry_id,
        request.identity,
        rotate=request.rotate,
        removing=request.state == "absent",
        keep=request.keep_credential_ids,
    )


def desired_members(request: CredentialRequest) -> list[State]:
    """The credential that is asked for."""
    if request.temporary:
        return [{"name": NAME}]
    return [{"name": request.identity.name, "description": request.description, "enabled": request.enabled}]
