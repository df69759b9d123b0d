# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every error code that the reference of the TCR API knows, and what an operator is told."""

from __future__ import annotations

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
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
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.errors import (
    Call,
    api_error,
    clock_skew,
    error_class,
)

CODES: dict[type[MigrationError], str] = {
    AuthenticationFailed: "AuthFailure.InvalidAuthorization AuthFailure.InvalidSecretId AuthFailure.MFAFailure "
    "AuthFailure.SecretIdNotFound AuthFailure.SignatureExpire AuthFailure.SignatureFailure AuthFailure.TokenFailure",
    PermissionDenied: "AuthFailure AuthFailure.UnauthorizedOperation UnauthorizedOperation "
    "UnauthorizedOperation.ErrorTcrUnauthorized FailedOperation.ErrorTcrUnauthorized "
    "InternalError.ErrorTcrUnauthorized InternalError.ErrUnauthorized IpInBlacklist IpNotInWhitelist",
    NotFound: "ResourceNotFound ResourceNotFound.TcrResourceNotFound ResourceNotFound.ErrNoNamespace "
    "ResourceNotFound.ErrNoRepo ResourceNotFound.ErrNoTag ResourceNotFound.ErrNoTrigger ResourceNotFound.ErrNoUser "
    "InternalError.ErrNotExist",
    AlreadyExists: "FailedOperation.ErrorTcrResourceConflict InternalError.ErrorTcrResourceConflict "
    "InvalidParameter.ErrorNameExists InvalidParameter.ErrNamespaceExist InvalidParameter.ErrRepoExist "
    "InvalidParameter.ErrTriggerExist InvalidParameter.ErrUserExist InvalidParameter.ReplicationExists "
    "InternalError.ErrorConflict InternalError.ErrConflict",
    InvalidRequest: "InvalidParameter InvalidParameter.ErrorNameIllegal InvalidParameter.ErrorNameReserved "
    "InvalidParameter.ErrorRegistryName InvalidParameter.ErrorTcrInvalidParameter InvalidParameter.ErrNSMisMatch "
    "InvalidParameter.ErrTooLarge InvalidParameter.UnsupportedRegion InvalidParameter.ErrorTagOverLimit "
    "InvalidParameter.Range InvalidParameterValue InvalidParameterValue.Any MissingParameter UnknownParameter "
    "UnsupportedRegion UnsupportedProtocol InvalidAction InvalidRequest NoSuchProduct NoSuchVersion "
    "RequestSizeLimitExceeded ResponseSizeLimitExceeded",
    QuotaExceeded: "LimitExceeded LimitExceeded.ErrNamespaceMaxLimit LimitExceeded.ErrRepoMaxLimit "
    "LimitExceeded.ErrTriggerMaxLimit InternalError.ErrorOverLimit OperationDenied.QuotaOverLimit",
    RateLimited: "RequestLimitExceeded RequestLimitExceeded.UinLimitExceeded RequestLimitExceeded.IPLimitExceeded "
    "RequestLimitExceeded.GlobalRegionUinLimitExceeded",
    Conflict: "OperationDenied ResourceInsufficient ResourceInsufficient.ErrorInstanceNotRunning "
    "ResourceInsufficient.ErrorVpcDnsStatus FailedOperation.PreconditionFailed ResourceInUse",
    Unsupported: "UnsupportedOperation UnsupportedOperation.CreatePrivateZone ActionOffline "
    "UnsupportedOperation.CreatePrivateZoneRecord UnsupportedOperation.DeletePrivateZoneRecord "
    "UnsupportedOperation.DescribePrivateZoneList UnsupportedOperation.ModifyPrivateZoneVpc",
    ServerFault: "InternalError InternalError.DbError InternalError.ErrorTcrInternal InternalError.Unknown "
    "InternalError.ErrorTcrInvalidMediaType InternalError.CreatePrivateZone InternalError.DescribePrivateZoneList "
    "InternalError.DescribeInternalEndpointDnsStatus FailedOperation.DependenceError FailedOperation.GetTcrClient "
    "FailedOperation.EmptyCoreBody FailedOperation.OperationCancel FailedOperation.GetDBDataError "
    "FailedOperation.ErrorGetDBDataError FailedOperation.DbError FailedOperation.GetSecurityPolicyFail "
    "ServiceUnavailable ResourceUnavailable",
    ApiError: "FailedOperation FailedOperation.TradeFailed FailedOperation.ValidateRegistryNameFail "
    "FailedOperation.ValidateSupportedRegionFail DryRunOperation SomethingNew SomethingNew.Detail",
}


@pytest.mark.parametrize(("code", "kind"), [(code, kind) for kind, codes in CODES.items() for code in codes.split()])
def test_every_code_has_its_class(code: str, kind: type[MigrationError]) -> None:
    assert error_class(code) is kind


def told(code: str, action: str = "CreateNamespace", registry: str = "tcr-1") -> str:
    call = Call(action, "tcr", "ap-guangzhou", registry)
    return str(api_error(call, {"Code": code, "Message": "No."}, "id", {}, 0.0))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("AuthFailure.SecretIdNotFound", ("tcr_secret_id", "international site")),
        ("AuthFailure.SignatureFailure", ("tcr_secret_key",)),
        ("AuthFailure.TokenFailure", ("tcr_token", "expired", "tcr_role_arn")),
        ("AuthFailure.InvalidAuthorization", ("tcr_secret_id",)),
        ("AuthFailure.SignatureExpire", ("clock of this host", "NTP")),
        ("UnauthorizedOperation", ("tcr:CreateNamespace", "CAM policy", "playbook plan", "tcr_requirements_info")),
        ("InternalError.ErrorTcrUnauthorized", ("tcr:CreateNamespace",)),
        ("ResourceNotFound", ("id", "tcr_region", "ap-guangzhou")),
        ("InternalError.DbError", ("registry_id", "tcr_region", "ap-guangzhou")),
        ("FailedOperation.ErrorGetDBDataError", ("registry_id", "tcr_region")),
        ("UnsupportedRegion", ("tcr_region", "'ap-guangzhou'")),
        ("LimitExceeded.ErrNamespaceMaxLimit", ("quota",)),
        ("RequestLimitExceeded", ("fewer tasks",)),
        ("ResourceInsufficient.ErrorVpcDnsStatus", ("VPC DNS",)),
        ("ResourceInsufficient.ErrorInstanceNotRunning", ("Running",)),
        ("FailedOperation.PreconditionFailed", ("Remove",)),
        ("InternalError", ("request id", "support")),
    ],
)
def test_what_to_do_is_said(code: str, words: tuple[str, ...]) -> None:
    message = told(code)
    assert message.startswith(f"CreateNamespace for tcr-1 in ap-guangzhou failed: No ({code}). (request id id)")
    assert all(word in message.partition("(request id id)")[2] for word in words), message


@pytest.mark.parametrize("action", ["CreateNamespace", "DescribeImages", "DescribeInstances", "ModifyResourceTags"])
def test_no_resource_is_named_that_nobody_told(action: str) -> None:
    said = told("UnauthorizedOperation", action)
    assert f"Allow the action tcr:{action} to this identity in a CAM policy." in said
    assert "qcs::" not in said


@pytest.mark.parametrize("resource", ["*", "qcs::tcr:ap-guangzhou:uin/1:repository/tcr-1/shop"])
def test_what_to_allow_is_said_in_the_words_of_cam(resource: str) -> None:
    text = f"[request id:x]you are not authorized to perform operation (vpc:DescribeVpcs)\nresource ({resource}) has no"
    call = Call("CreateNamespace", "tcr", "ap-guangzhou", "tcr-1")
    error = api_error(call, {"Code": "UnauthorizedOperation", "Message": f"{text} permission\n"}, "", {}, 0.0)
    assert error.advice.startswith(f"Allow the action vpc:DescribeVpcs on {resource} to this identity")


def test_the_policy_of_a_migration_does_not_hold_the_rights_of_other_services() -> None:
    error = api_error(Call("ModifyResourceTags", "tag", "r", ""), {"Code": "UnauthorizedOperation"}, "", {}, 0.0)
    assert error.advice == "Allow the action tag:ModifyResourceTags to this identity in a CAM policy."


@pytest.mark.parametrize("code", ["TokenFailure", "SecretIdNotFound", "SignatureFailure", "InvalidAuthorization"])
def test_whoever_uses_a_role_is_not_told_to_check_a_key_that_nobody_typed(code: str) -> None:
    call = Call("A", "tcr", "r", "", session=True)
    advice = api_error(call, {"Code": f"AuthFailure.{code}"}, "", {}, 0.0).advice
    assert "the role was deleted" in advice
    assert not any(option in advice for option in ("tcr_secret", "tcr_token", "tcr_role_arn"))


def test_code_and_message_may_be_missing() -> None:
    error = api_error(Call("A", "tcr", "r", ""), {}, "", {}, 0.0)
    assert str(error) == "A in r failed: no reason (unknown code)."


@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_the_clock_cannot_be_measured_without_a_date(date: str | None) -> None:
    assert clock_skew({} if date is None else {"Date": date}, 0.0) is None


def test_a_date_that_contradicts_the_error_is_not_quoted() -> None:
    call, headers = Call("A", "tcr", "r", ""), {"Date": "Tue, 14 Nov 2023 22:13:20 GMT"}
    error = api_error(call, {"Code": "AuthFailure.SignatureExpire"}, "", headers, 1_700_000_010.0)
    assert "10 seconds" not in error.advice
    assert "more than 5 minutes" in error.advice


def test_the_clock_is_measured_against_the_date_of_the_answer() -> None:
    assert clock_skew({"Date": "Tue, 14 Nov 2023 22:13:20 GMT"}, 1_700_000_060.0) == 60
