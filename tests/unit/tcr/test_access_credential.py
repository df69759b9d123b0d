# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the credential resource makes of answers that the sandbox does not give."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput, OutcomeUnknown
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.resources.access_credential import (
    TcrAccessCredentialResource,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules.credential_selector import (
    CredentialIdentity,
)
from tests.unit.tcr.tcr_support import REGISTRY, Client


def token(number: int, description: str = "Harbor", **changes: Any) -> dict[str, Any]:
    made = {
        "Id": f"id{number}",
        "Desc": description,
        "Enabled": True,
        "CreatedAt": f"2026-01-0{number}",
        "ExpiredAt": 0,
    }
    return {**made, **changes}


def test_of_several_credentials_the_newest_is_meant() -> None:
    client: Any = Client(tokens=[token(2), token(3, Enabled=False), token(1), token(4, "other")])
    found = TcrAccessCredentialResource(client, REGISTRY, CredentialIdentity(description="Harbor")).find(None)
    assert [one["credential_id"] for one in found] == ["id3", "id2", "id1"]
    assert found[0]["expires_at"] is None


def test_an_orphan_that_turns_up_late_is_removed() -> None:
    tokens = [token(1, "other")]
    answers = iter([OutcomeUnknown("lost"), {"TokenId": "id3", "Token": "secret", "Username": "1"}])

    def create(registry_id: str, description: str) -> Any:
        answer = next(answers)
        if isinstance(answer, dict):
            tokens.extend([token(2), token(3)])
        return answer

    def delete(registry_id: str, token_id: str) -> None:
        tokens[:] = [one for one in tokens if one["Id"] != token_id]

    client: Any = Client(tokens=lambda registry_id: list(tokens), create_token=create, delete_token=delete)
    created = TcrAccessCredentialResource(client, REGISTRY, CredentialIdentity(description="Harbor")).create(
        {"description": "Harbor"}
    )
    assert created == {"credential_id": "id3", "secret": "secret", "username": "1"}
    assert [one["Id"] for one in tokens] == ["id1", "id3"]


@pytest.mark.parametrize("identity", [{}, {"description": ""}])
def test_a_credential_without_identity_is_refused(identity: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match="description is empty"):
        TcrAccessCredentialResource(Client(), REGISTRY, CredentialIdentity(**identity))  # type: ignore[arg-type]
