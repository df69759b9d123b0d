# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access credentials: the secret is shown once, descriptions may repeat, temporary ones are never listed."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

from tests.sandbox.tcr.clock import china_time
from tests.sandbox.tcr.dispatch import Call, action, page, portion
from tests.sandbox.tcr.errors import ApiError, not_found
from tests.sandbox.tcr.members import InstanceToken
from tests.sandbox.tcr.state import Registry

_ID_ALPHABET = "0123456789abcdefghijklmnopqrstuv"
_SIGNATURE_MARK = "TEST-DATA-NOT-A-SIGNATURE-"
_SIGNATURE_LENGTH = 342
_LONGEST_DESCRIPTION = 255
_CHANGE_DESCRIPTION, _CHANGE_ENABLED = 1, 2


@action()
def create_instance_token(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, CreateInstanceToken: always a new credential."""
    kind, description = call.get("TokenType", "temp"), call.get("Desc", "")
    if kind not in ("temp", "longterm"):
        message = f"The value of parameter `TokenType` must be `temp` or `longterm`, not `{kind}`."
        raise ApiError("InvalidParameter", message, "参数 `TokenType` 只能为 `temp` 或 `longterm`。")
    _check_description(description)
    registry = call.registry(running=True)
    temporary = kind == "temp"
    lifetime = call.settings.temporary_token_lifetime if temporary else call.settings.longterm_token_lifetime
    token_id = "".join(secrets.choice(_ID_ALPHABET) for _position in range(20))
    expires_at = call.now + lifetime
    secret = _secret(call, None if temporary else token_id, expires_at)
    token = InstanceToken(token_id, description, call.account.uin, secret, call.now, expires_at, temporary)
    registry.tokens[token_id] = token
    return {
        "Username": token.username,
        "Token": secret,
        "ExpTime": _milliseconds(expires_at),
        "TokenId": "" if temporary else token_id,
    }


@action(empty={"TotalCount": 0, "Tokens": []})
def describe_instance_token(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DescribeInstanceToken: whether Offset counts items or pages is not documented."""
    registry = call.registry()
    listed = [token for token in registry.tokens.values() if not token.temporary]
    chosen = portion(call, listed) if call.settings.token_offset == "item" else page(call, listed, first=0)
    return {"TotalCount": len(listed), "Tokens": [_shown(registry, token) for token in chosen]}


@action()
def modify_instance_token(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, ModifyInstanceToken: ModifyFlag 1 changes Desc only, 2 (the default) changes Enable only."""
    token = _token(call, call.registry(running=True))
    flag = call.get("ModifyFlag", _CHANGE_ENABLED)
    if flag not in (_CHANGE_DESCRIPTION, _CHANGE_ENABLED):
        raise ApiError("InvalidParameter", f"The value of parameter `ModifyFlag` must be 1 or 2, not {flag}.")
    if flag == _CHANGE_DESCRIPTION:
        _check_description(call.get("Desc", ""))
        token.description = call.get("Desc", "")
    else:
        token.enabled = call.get("Enable", token.enabled)
    return {}


@action()
def delete_instance_token(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DeleteInstanceToken."""
    registry = call.registry(running=True)
    del registry.tokens[_token(call, registry).id]
    return {}


def _token(call: Call, registry: Registry) -> InstanceToken:
    token = registry.tokens.get(call["TokenId"])
    if token is None or token.temporary:
        if call.settings.unknown_token == "unknown":
            raise ApiError("InternalError.Unknown", "An unknown error has occurred.", "未知错误。")
        raise not_found(f"The token {call['TokenId']}")
    return token


def _check_description(description: str) -> None:
    if len(description) > _LONGEST_DESCRIPTION:
        raise ApiError(
            "InvalidParameter", f"The value of parameter `Desc` is longer than {_LONGEST_DESCRIPTION} characters."
        )


def _shown(registry: Registry, token: InstanceToken) -> dict[str, Any]:
    return {
        "Id": token.id,
        "Desc": token.description,
        "RegistryId": registry.id,
        "Enabled": token.enabled,
        "CreatedAt": china_time(token.created_at),
        "ExpiredAt": _milliseconds(token.expires_at),
    }


def _milliseconds(seconds: float) -> int:
    return int(seconds) * 1000


def _secret(call: Call, token_id: str | None, expires_at: float) -> str:
    """A secret in the form of a JWT whose signature is visibly none; unique, because it carries random text."""
    claims: dict[str, Any] = {
        "ownerUin": call.account.owner_uin,
        "operatorUin": call.account.uin,
        "exp": int(expires_at),
        "nbf": int(call.now),
        "iat": int(call.now),
    }
    if token_id is not None:
        claims["tokenId"] = token_id
    parts = [_encoded({"alg": "none", "typ": "JWT"}), _encoded(claims), _SIGNATURE_MARK + secrets.token_hex(16)]
    return ".".join(parts) + "-" + _SIGNATURE_MARK * (_SIGNATURE_LENGTH // len(_SIGNATURE_MARK))


def _encoded(document: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document, separators=(",", ":")).encode()).rstrip(b"=").decode()
