# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A key that the API refuses is fetched again, once, if it was fetched at all."""

from __future__ import annotations

import time

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import AuthenticationFailed
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.credentials import (
    Credential,
    TemporaryCredential,
)
from tests.unit.tencent.tencent_support import OK, Script, client, failure

REFUSALS = ["AuthFailure.TokenFailure", "AuthFailure.SecretIdNotFound"]


def session(number: int) -> Credential:
    names = f"id-{number}", f"key-{number}", f"token-{number}"
    return Credential(*names, expires_at=time.time() + 7200, source="the role x")


def source() -> TemporaryCredential:
    numbers = iter(range(1, 10))
    return TemporaryCredential(lambda: session(next(numbers)))


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize("action", ["DescribeThings", "CreateThing"])
def test_a_refused_key_of_a_role_is_fetched_again(url: str, script: Script, action: str, code: str) -> None:
    script.answers = [failure(code), OK]
    role = source()
    assert client(url, role).call(action, {}, "ap-guangzhou")["Answer"] == 42
    assert [request.headers["X-TC-Token"] for request in script.requests] == ["token-1", "token-2"]
    assert role.current().secret_id == "id-2"


@pytest.mark.parametrize("code", REFUSALS)
def test_it_is_fetched_again_once_and_then_the_role_is_in_question(url: str, script: Script, code: str) -> None:
    script.answers = [failure(code)]
    with pytest.raises(AuthenticationFailed) as caught:
        client(url, source()).call("DescribeThings", {}, "ap-guangzhou")
    assert len(script.requests) == 2
    assert "look in CAM whether the role was deleted" in caught.value.advice
    assert caught.value.advice.endswith("The key comes from the role x.")
    assert "tcr_role_arn" not in caught.value.advice


@pytest.mark.parametrize("code", ["AuthFailure.SignatureFailure", "AuthFailure.InvalidAuthorization"])
def test_what_a_new_key_does_not_mend_is_not_tried_again(url: str, script: Script, code: str) -> None:
    script.answers = [failure(code)]
    with pytest.raises(AuthenticationFailed):
        client(url, source()).call("DescribeThings", {}, "ap-guangzhou")
    assert len(script.requests) == 1


@pytest.mark.parametrize("code", REFUSALS)
def test_a_key_that_was_given_is_refused_at_once(url: str, script: Script, code: str) -> None:
    script.answers = [failure(code)]
    with pytest.raises(AuthenticationFailed, match=r"Check tcr_(token|secret_id)"):
        client(url).call("DescribeThings", {}, "ap-guangzhou")
    assert len(script.requests) == 1
