# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_access_credential: what a stored secret tells, and credentials for an hour."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.modules.tcr_connection import connection, runner
from tests.support.steps import fail, four_steps, succeed

run = runner("tcr_access_credential")


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    def started() -> tuple[Any, dict[str, Any]]:
        sandbox = make_sandbox(harbor_version=None)
        return sandbox, connection(sandbox)

    return started


def test_a_credential_is_found_by_its_secret(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    made = succeed(run, {**options, "description": "Harbor"})["credential"]
    options["secret"] = made["secret"]
    found = succeed(run, options)
    assert not found["changed"]
    assert found["credential"]["credential_id"] == made["credential_id"]
    assert made["secret"] not in json.dumps(found)
    four_steps(run, sandbox.journal, {**options, "enabled": False})
    four_steps(run, sandbox.journal, {**options, "state": "absent"})
    gone = fail(run, options)
    assert made["credential_id"] in gone["msg"]
    assert made["secret"] not in gone["msg"]


@pytest.mark.parametrize("secret", ["no-token", "a.b.c", "a.e30.c", "a.W10.c", "a.eyJ0b2tlbklkIjoxfQ.c", "temporary"])
def test_a_secret_without_an_id_is_refused(start: Callable[..., Any], secret: str) -> None:
    sandbox, options = start()
    if secret == "temporary":
        secret = succeed(run, {**options, "temporary": True})["credential"]["secret"]
    result = fail(run, {**options, "secret": secret})
    assert "does not carry the id" in result["msg"]
    assert secret not in result["msg"]


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "throttle", "error", "status"])
def test_a_temporary_credential_is_made_with_every_run(start: Callable[..., Any], kind: str) -> None:
    sandbox, options = start()
    options["temporary"] = True
    predicted = succeed(run, options, check=True)
    assert predicted["changed"] and "secret" not in predicted["credential"]
    assert sandbox.tcr.tokens() == []
    sandbox.faults.add(service="tcr", match="CreateInstanceToken", kind=kind)
    first, second = (succeed(run, options) for _run in range(2))
    assert first["changed"] and second["changed"]
    assert first["actions"] == predicted["actions"] and first["diff"] == predicted["diff"]
    assert first["credential"]["secret"] != second["credential"]["secret"]
    assert first["credential"]["username"] == sandbox.tcr.account.uin
    left = datetime.fromisoformat(first["credential"]["expires_at"]) - datetime.now(UTC)
    assert 3000 < left.total_seconds() <= 3600
    assert not succeed(run, {**connection(sandbox), "migration_id": "spring", "state": "absent"})["changed"]


@pytest.mark.parametrize(
    "senseless", [{"state": "absent"}, {"description": "a"}, {"enabled": False}, {"rotate": True}], ids=str
)
def test_a_temporary_credential_cannot_be_managed(start: Callable[..., Any], senseless: dict[str, Any]) -> None:
    sandbox, options = start()
    result = fail(run, {**options, "temporary": True, **senseless})
    assert next(iter(senseless)) in result["msg"] and "temporary" in result["msg"]
    assert sandbox.tcr.tokens() == []
