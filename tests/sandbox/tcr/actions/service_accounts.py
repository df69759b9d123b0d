# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service accounts: users of a registry with rights on namespaces. The API does not agree with itself on their names."""

from __future__ import annotations

import re
import secrets
import string
from typing import Any

from tests.sandbox.tcr.clock import china_time
from tests.sandbox.tcr.dispatch import Call, action, limit_of, matches, portion
from tests.sandbox.tcr.errors import ApiError
from tests.sandbox.tcr.members import ServiceAccount
from tests.sandbox.tcr.state import Registry

PREFIX = "tcr$"
RIGHTS = (
    "tcr:PullRepository",
    "tcr:PushRepository",
    "tcr:CreateRepository",
    "tcr:CreateHelmChart",
    "tcr:DescribeHelmCharts",
)
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
_ALPHABET = string.ascii_letters + string.digits
_PASSWORD_LENGTH = 32
_CHOSEN_LENGTHS = range(8, 21)
_DAY = 86400
_ERRORS = {
    "failed_operation": "FailedOperation",
    "db_error": "FailedOperation.DbError",
    "not_found": "ResourceNotFound.ErrNoUser",
    "exists": "InvalidParameter.ErrUserExist",
}


@action(unknown="db_error")
def create_service_account(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, CreateServiceAccount: the name gets a prefix, the password is shown once."""
    registry, name = call.registry(running=True), PREFIX + call["Name"]
    if not _NAME.fullmatch(call["Name"]):
        raise ApiError("InvalidParameter", f"The service account name `{call['Name']}` is not valid.", "名称不合法。")
    if name in registry.service_accounts:
        message = f"the service account {name} already exists"
        raise ApiError(_ERRORS[call.settings.duplicate_service_account], message, "服务级账号已存在。")
    if len(registry.service_accounts) >= call.settings.service_account_quota:
        message = f"The registry may have {call.settings.service_account_quota} service accounts."
        raise ApiError("OperationDenied.QuotaOverLimit", message, "服务级账号数量超过配额。")
    account = ServiceAccount(
        name, call.get("Description", ""), _random_password(), _permissions(call, registry, call["Permissions"]),
        _expiry(call, None), call.now, call.now, call.get("Disable", False),
    )  # fmt: skip
    registry.service_accounts[name] = account
    return {
        "Name": name,
        "Password": account.password,
        "ExpiresAt": _expiry_shown(call, account),
        "CreateTime": china_time(account.created_at),
    }


@action(empty={"ServiceAccounts": [], "TotalCount": 0}, unknown="db_error")
def describe_service_accounts(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DescribeServiceAccounts: without EmbedPermission, Permissions is empty."""
    found = [item for _name, item in sorted(call.registry().service_accounts.items()) if _wanted(call, item.name)]
    limit_of(call)
    everything = call.get("All", False) and call.settings.service_accounts_all == "everything"
    shown = found if everything else portion(call, found)
    return {"ServiceAccounts": [_shown(call, item) for item in shown], "TotalCount": len(found)}


@action(unknown="db_error")
def modify_service_account(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, ModifyServiceAccount: changes what is given; Permissions replaces all of them."""
    registry = call.registry(running=True)
    account = _account(call, registry, bare=False)
    if "Permissions" in call.parameters:
        account.permissions = _permissions(call, registry, call["Permissions"])
    account.description = call.get("Description", account.description)
    account.disabled = call.get("Disable", account.disabled)
    account.expires_at = _expiry(call, account.expires_at)
    account.updated_at = call.now
    return {}


@action(unknown="db_error")
def modify_service_account_password(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, ModifyServiceAccountPassword: a random password, or a chosen one of 8 to 20 characters."""
    account = _account(call, call.registry(running=True), bare=True)
    password = _random_password() if call["Random"] else call.get("Password", "")
    if not call["Random"] and not _acceptable(password):
        message = (
            "The value of parameter `Password` is not valid: 8 to 20 characters with upper case, lower case, digit."
        )
        raise ApiError("InvalidParameter", message, "参数 `Password` 不合法。")
    account.password = password
    account.updated_at = call.now
    return {"Password": password}


@action(unknown="db_error")
def delete_service_account(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DeleteServiceAccount."""
    registry = call.registry(running=True)
    del registry.service_accounts[_account(call, registry, bare=False).name]
    return {}


def _wanted(call: Call, name: str) -> bool:
    fuzzy = call.settings.service_account_filter == "fuzzy"
    return matches(
        call.get("Filters", []), "ServiceAccountName", lambda wanted: wanted in name if fuzzy else wanted == name
    )


def _account(call: Call, registry: Registry, bare: bool) -> ServiceAccount:
    """The account of a call; `bare` says that the documentation of the action names it without the prefix."""
    given, form = call["Name"], call.settings.service_account_names
    name = given if given.startswith(PREFIX) else PREFIX + given
    wants_bare = {"documented": bare, "bare": True, "prefixed": False, "either": given != name}[form]
    account = registry.service_accounts.get(name)
    if account is None or wants_bare == given.startswith(PREFIX):
        message = f"the service account {given} does not exist"
        raise ApiError(_ERRORS[call.settings.unknown_service_account], message, "服务级账号不存在。")
    return account


def _permissions(call: Call, registry: Registry, given: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    permissions = []
    for item in given:
        unknown = [right for right in item["Actions"] if right not in RIGHTS]
        if unknown:
            raise ApiError("InvalidParameter", f"The action `{unknown[0]}` is not supported.", "不支持的动作。")
        if item["Resource"] not in registry.namespaces and call.settings.unknown_permission_namespace == "refuse":
            raise ApiError("FailedOperation", f"project {item['Resource']} not found", "命名空间不存在。")
        permissions.append((item["Resource"], item["Actions"]))
    return permissions


def _expiry(call: Call, before: float | None) -> float | None:
    """When the account of a call expires (seconds), None for never; Duration (days from now) wins over ExpiresAt."""
    if call.get("Duration") is not None:
        return float(call.now + call["Duration"] * _DAY) if call["Duration"] > 0 else None
    if call.get("ExpiresAt") is not None:
        return call["ExpiresAt"] / 1000 if call["ExpiresAt"] > 0 else None
    return before


def _expiry_shown(call: Call, account: ServiceAccount) -> int:
    if account.expires_at is None:
        return call.settings.service_account_without_expiry
    seconds = call.settings.service_account_expiry_unit == "seconds"
    return int(account.expires_at) if seconds else int(account.expires_at * 1000)


def _shown(call: Call, account: ServiceAccount) -> dict[str, Any]:
    order = sorted if call.settings.permission_order == "sorted" else list
    return {
        "Name": account.name,
        "Description": account.description,
        "Disable": account.disabled,
        "ExpiresAt": _expiry_shown(call, account),
        "CreateTime": china_time(account.created_at),
        "UpdateTime": china_time(account.updated_at),
        "Permissions": [
            {"Resource": name, "Actions": order(rights)}
            for name, rights in order(account.permissions)
            if call.get("EmbedPermission", False)
        ],
    }


def _random_password() -> str:
    return "".join(secrets.choice(_ALPHABET) for _position in range(_PASSWORD_LENGTH))


def _acceptable(password: str) -> bool:
    kinds = (str.isupper, str.islower, str.isdigit)
    return len(password) in _CHOSEN_LENGTHS and all(any(kind(one) for one in password) for kind in kinds)
