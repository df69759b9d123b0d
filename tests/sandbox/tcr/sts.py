# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The security token service (STS API 2018-08-13): temporary keys of roles, good only with their token and in time."""

from __future__ import annotations

import re
import uuid
from typing import Any

from tests.sandbox.tcr.clock import zulu_time
from tests.sandbox.tcr.dispatch import Call
from tests.sandbox.tcr.errors import ApiError
from tests.sandbox.tcr.state import Account, Role, State

DEFINITIONS = {
    "AssumeRole": {
        "RoleArn": "string!",
        "RoleSessionName": "string!",
        "DurationSeconds": "integer",
        "Policy": "string",
        "ExternalId": "string",
        "Tags": "[Tag]",
        "SourceIdentity": "string",
        "SerialNumber": "string",
        "TokenCode": "string",
    },
    "AssumeRoleWithWebIdentity": {
        "ProviderId": "string!",
        "WebIdentityToken": "string!",
        "RoleArn": "string!",
        "RoleSessionName": "string!",
        "DurationSeconds": "integer",
    },
}
STRUCTURES = {"Tag": {"Key": "string!", "Value": "string!"}}
_ARN = re.compile(r"qcs::cam::uin/\d+:role(Name)?/\S+")
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,128}")
_USUAL_SECONDS, _MOST_SECONDS = 7200, 43200


def assume_role(call: Call) -> dict[str, Any]:
    """AssumeRole: signed by an account that the trust policy of the role names, with the external id that it asks for."""
    role = _role(call)
    if call.account.uin not in role.trusted or role.external_id not in ("", call.get("ExternalId")):
        raise _untrusted("AssumeRole", role)
    return _session(call, role)


def assume_role_with_web_identity(call: Call) -> dict[str, Any]:
    """AssumeRoleWithWebIdentity, which is not signed: the token of an identity provider that the role trusts says it all."""
    role = _role(call)
    if role.web_identities.get(call["ProviderId"]) != call["WebIdentityToken"]:
        raise _untrusted("AssumeRoleWithWebIdentity", role)
    return _session(call, role)


def open_session(state: State, role: Role, ends: float) -> Account:
    """A new temporary key of a role that is good until `ends` (seconds since the epoch)."""
    key = uuid.uuid4().hex
    session = Account(
        f"AKIDsession{key[:12]}", f"session-key-{key}", role.id, role.owner_uin, f"session-token-{key}", ends
    )
    state.accounts[session.secret_id] = session
    return session


def _role(call: Call) -> Role:
    arn = call["RoleArn"]
    if not _ARN.fullmatch(arn) or not _SESSION_NAME.fullmatch(call["RoleSessionName"]):
        raise ApiError(
            "InvalidParameter.ParamError", "The parameter RoleArn or RoleSessionName is not valid.", "参数错误。"
        )
    role = call.state.roles.get(arn)
    if role is None:
        code = {"not_found": "ResourceNotFound.RoleNotFound", "get_role_error": "InternalError.GetRoleError"}
        raise ApiError(code[call.settings.unknown_role], f"role {arn} not exist", "角色不存在。")
    return role


def _session(call: Call, role: Role) -> dict[str, Any]:
    seconds = call.get("DurationSeconds", _USUAL_SECONDS)
    if not 0 < seconds <= min(role.longest_session, _MOST_SECONDS):
        message = f"DurationSeconds {seconds} is more than the role allows ({role.longest_session})."
        raise ApiError("InvalidParameter.OverTimeError", message, "过期时间超过阈值。")
    ends = call.now + seconds
    account = open_session(call.state, role, ends)
    return {
        "Credentials": {
            "Token": account.session_token,
            "TmpSecretId": account.secret_id,
            "TmpSecretKey": account.secret_key,
        },
        "ExpiredTime": int(ends),
        "Expiration": zulu_time(ends),
    }


def _untrusted(action: str, role: Role) -> ApiError:
    message = f"you are not authorized to perform operation (sts:{action}) resource ({role.arn}) has no permission"
    return ApiError("UnauthorizedOperation", message, f"您没有执行该操作的权限（sts:{action}）。")
