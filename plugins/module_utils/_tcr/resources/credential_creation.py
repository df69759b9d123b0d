# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating an access credential so that none is left behind whose secret nobody knows."""

from __future__ import annotations

from typing import Any

from ..._errors import MigrationError, OutcomeUnknown, ServerFault
from ..api.client import TcrClient

_ATTEMPTS = 3


def create_with_known_secret(client: TcrClient, registry_id: str, description: str, enabled: bool) -> dict[str, Any]:
    """Create a credential; one whose secret got lost with the answer is removed before the next try.

    :returns: the answer of CreateInstanceToken (TCR API 2019-09-24): ``Username``, ``Token``, ``TokenId``.
    :raises MigrationError: no try gave an answer; nothing is left behind.
    """
    before = {str(one.get("Id")) for one in client.tokens(registry_id)}
    lost: MigrationError | None = None

    def remove_orphans(others: set[str]) -> None:
        for one in client.tokens(registry_id):
            if str(one.get("Id")) not in others and one.get("Desc") == description:
                client.delete_token(registry_id, str(one["Id"]))

    for _attempt in range(_ATTEMPTS):
        try:
            created = client.create_token(registry_id, description)
        except (OutcomeUnknown, ServerFault) as error:
            lost = error
            remove_orphans(before)
            continue
        if lost and created.get("TokenId"):
            remove_orphans(before | {created["TokenId"]})
        if not enabled:
            _disable(client, registry_id, str(created.get("TokenId") or ""))
        return created
    raise _certain(lost or MigrationError("no attempt was made"))


def _disable(client: TcrClient, registry_id: str, token_id: str) -> None:
    try:
        client.modify_token_enabled(registry_id, token_id, False)
    except MigrationError as error:
        client.delete_token(registry_id, token_id)
        raise _certain(error) from None


def _certain(error: MigrationError) -> MigrationError:
    """The same error as one whose consequences have been cleared up, so that nobody takes the write for done."""
    return MigrationError(error.message, error.advice, error.code, error.request_id, error.status)
