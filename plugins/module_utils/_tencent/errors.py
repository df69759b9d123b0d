# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the error codes of the Tencent Cloud API mean and what to do about each (TCR API 2019-09-24 and its gateway)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from .._errors import (
    AlreadyExists,
    ApiError,
    AuthenticationFailed,
    Conflict,
    InvalidRequest,
    MigrationError,
    NotFound,
    PermissionDenied,
    QuotaExceeded,
    RateLimited,
    ServerFault,
    Unsupported,
)
from .._http.readable import readable

SIGNATURE_EXPIRED = "AuthFailure.SignatureExpire"
# The API does not know the key, or not any more.
REFUSED_KEY = frozenset({"AuthFailure.SecretIdNotFound", "AuthFailure.TokenFailure"})
# What CAM says when it refuses an action, for example "you are not authorized to perform operation
# (tcr:CreateNamespace) resource (qcs::tcr:ap-guangzhou::repository/tcr-1/shop) has no permission".
_REFUSED_ACTION = re.compile(r"operation \(([\w-]+:[\w*-]+)\)")
_REFUSED_RESOURCE = re.compile(r"resource \((\*|qcs:[^()\s]+)\)")
_ALLOWED_SKEW = 300
UNKNOWN_REGISTRY_SUSPECTS = frozenset(
    {
        "InternalError.DbError",
        "FailedOperation.DbError",
        "FailedOperation.GetDBDataError",
        "FailedOperation.ErrorGetDBDataError",
    }
)

_PERMISSION = (
    "AuthFailure",
    "AuthFailure.UnauthorizedOperation",
    "UnauthorizedOperation",
    "FailedOperation.ErrorTcrUnauthorized",
    "InternalError.ErrorTcrUnauthorized",
    "InternalError.ErrUnauthorized",
    "IpInBlacklist",
    "IpNotInWhitelist",
)
_EXISTS = (
    "FailedOperation.ErrorTcrResourceConflict",
    "InternalError.ErrorTcrResourceConflict",
    "InternalError.ErrorConflict",
    "InternalError.ErrConflict",
    "InvalidParameter.ErrorNameExists",
    "InvalidParameter.ErrNamespaceExist",
    "InvalidParameter.ErrRepoExist",
    "InvalidParameter.ErrTriggerExist",
    "InvalidParameter.ErrUserExist",
    "InvalidParameter.ReplicationExists",
)
_SERVER_FAULT = (
    "FailedOperation.DependenceError",
    "FailedOperation.GetTcrClient",
    "FailedOperation.EmptyCoreBody",
    "FailedOperation.OperationCancel",
    "FailedOperation.GetSecurityPolicyFail",
    *sorted(UNKNOWN_REGISTRY_SUSPECTS),
    "InternalError",
    "ResourceUnavailable",
    "ServiceUnavailable",
)
_INVALID = (
    "InvalidAction",
    "InvalidParameter",
    "InvalidParameterValue",
    "InvalidRequest",
    "MissingParameter",
    "NoSuchProduct",
    "NoSuchVersion",
    "RequestSizeLimitExceeded",
    "ResponseSizeLimitExceeded",
    "UnknownParameter",
    "UnsupportedProtocol",
    "UnsupportedRegion",
)
_CLASSES: dict[str, type[MigrationError]] = {
    "AuthFailure.*": AuthenticationFailed,
    **dict.fromkeys(_PERMISSION, PermissionDenied),
    **dict.fromkeys(_EXISTS, AlreadyExists),
    **dict.fromkeys(_SERVER_FAULT, ServerFault),
    **dict.fromkeys(_INVALID, InvalidRequest),
    "RequestLimitExceeded": RateLimited,
    "LimitExceeded": QuotaExceeded,
    "InternalError.ErrorOverLimit": QuotaExceeded,
    "OperationDenied.QuotaOverLimit": QuotaExceeded,
    "ResourceNotFound": NotFound,
    "InternalError.ErrNotExist": NotFound,
    "FailedOperation.PreconditionFailed": Conflict,
    "OperationDenied": Conflict,
    "ResourceInUse": Conflict,
    "ResourceInsufficient": Conflict,
    "UnsupportedOperation": Unsupported,
    "ActionOffline": Unsupported,
}


@dataclass(frozen=True)
class Call:
    """The call that failed, for the message.

    :param session: whether it was signed with the key of a role's session, which nobody typed.
    """

    action: str
    service: str
    region: str
    registry_id: str
    session: bool = False

    def __str__(self) -> str:
        target = f" for {self.registry_id}" if self.registry_id else ""
        return f"{self.action}{target} in {self.region}"


def error_class(code: str) -> type[MigrationError]:
    """The class of an error code: that of the code itself, else that of its family (the part before the dot)."""
    family = code.partition(".")[0]
    for name in (code, f"{family}.*" if "." in code else "", family):
        if name in _CLASSES:
            return _CLASSES[name]
    return ApiError


def api_error(
    call: Call, error: Mapping[str, Any], request_id: str, headers: Mapping[str, str], now: float
) -> MigrationError:
    """The error for an error answer.

    :param error: ``Code`` and ``Message`` of the answer.
    :param headers: of the answer; its ``Date`` shows how wrong the clock of this host is.
    :param now: the time of this host in Unix seconds.
    """
    code, text = str(error.get("Code") or "unknown code"), readable(str(error.get("Message") or "no reason"), 1000)
    kind = error_class(code)
    return kind(
        f"{call} failed: {text.rstrip('.')} ({code}).",
        advice=_advice(call, code, text, kind, headers, now),
        code=code,
        request_id=request_id,
        status=200,
    )


def clock_skew(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds by which the clock of this host is ahead of the server's (negative: behind), or None if unknown."""
    try:
        return now - parsedate_to_datetime(headers["Date"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return None


def _advice(
    call: Call, code: str, text: str, kind: type[MigrationError], headers: Mapping[str, str], now: float
) -> str:
    region = call.region
    by_code = {
        "UnsupportedRegion": f"Check tcr_region: {region!r} is not a region of this service, or not open to this account.",
        "InvalidParameter.UnsupportedRegion": f"Check tcr_region: {region!r} is not supported.",
        "AuthFailure.SecretIdNotFound": "Check tcr_secret_id: no such key exists, or it was disabled or deleted. "
        "Keys of the China site and of the international site are separate (tcr_endpoint).",
        "AuthFailure.SignatureFailure": "Check tcr_secret_key: it does not belong to this tcr_secret_id.",
        "AuthFailure.TokenFailure": "Check tcr_token: it has expired, or it belongs to another temporary key. Take id, key "
        "and token from the same new sign-in; for long runs name a role (tcr_role_arn), whose key is renewed during the run.",
        "IpInBlacklist": "The account's network rules refuse the address of this host.",
        "IpNotInWhitelist": "The account's network rules do not list the address of this host.",
        "ResourceInsufficient.ErrorVpcDnsStatus": "Turn the VPC DNS record of the link off first.",
        "ResourceInsufficient.ErrorInstanceNotRunning": "Wait until the registry is Running.",
        "FailedOperation.PreconditionFailed": "Remove what it still contains or what still uses it first.",
        **dict.fromkeys(
            ("UnsupportedOperation.CreatePrivateZone", "UnsupportedOperation.DescribePrivateZoneList"),
            "Activate the service Private DNS in the Tencent Cloud console, and allow it to this identity.",
        ),
    }
    if code == SIGNATURE_EXPIRED:
        return _clock_advice(clock_skew(headers, now))
    if call.session and kind is AuthenticationFailed:
        return (
            "This is the key of a role's session: look in CAM whether the role was deleted or its sessions were revoked, "
            "and whether tcr_endpoint is of the same site (China or international) as the role."
        )
    if code in by_code:
        return by_code[code]
    if code in UNKNOWN_REGISTRY_SUSPECTS:
        return f"A registry that does not exist is often answered so: check registry_id and tcr_region ({region})."
    by_class: dict[type[MigrationError], str] = {
        AuthenticationFailed: "Check tcr_secret_id, tcr_secret_key and tcr_token.",
        PermissionDenied: _permission_advice(call, text),
        NotFound: f"Check the id and tcr_region: a registry is visible only in its own region (requested: {region}).",
        QuotaExceeded: "Remove what is not needed, or ask for a higher quota or edition in the Tencent Cloud console.",
        RateLimited: "Run fewer tasks at the same time: the limit counts all calls of the account.",
        ServerFault: "Run again later; if it stays, give the request id to Tencent Cloud support.",
    }
    return by_class.get(kind, "")


def _permission_advice(call: Call, text: str) -> str:
    """What to allow, in the words of CAM: the name of an action does not show to which resource it belongs."""
    action, resource = _REFUSED_ACTION.search(text), _REFUSED_RESOURCE.search(text)
    named = f"{action[1] if action else f'{call.service}:{call.action}'}{f' on {resource[1]}' if resource else ''}"
    written = " The playbook plan and the module tcr_requirements_info write the policy of a whole migration."
    return f"Allow the action {named} to this identity in a CAM policy.{written if call.service == 'tcr' else ''}"


def _clock_advice(skew: float | None) -> str:
    if skew is None or abs(skew) <= _ALLOWED_SKEW:
        return "The clock of this host differs from the server's by more than 5 minutes: set it (NTP)."
    measured = f"{abs(skew):.0f} seconds {'ahead of' if skew > 0 else 'behind'} the server's"
    return f"The clock of this host is {measured}; at most {_ALLOWED_SKEW} are allowed. Set it (NTP)."
