# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Temporary keys of CAM roles: a role assumed with a key, that of a pod in TKE, and that of the machine (CVM)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .._errors import (
    ApiError,
    AuthenticationFailed,
    InvalidInput,
    InvalidRequest,
    MigrationError,
    NotFound,
    PermissionDenied,
    ServerFault,
)
from .._http.client import Http, Response, Retry
from .client import TencentClient
from .credentials import Credential, CredentialSource, Role
from .endpoints import sibling_endpoint

METADATA_URL = "http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/"
SESSION_NAME = "cloud_registry.migration"
_ANY_REGION = "ap-guangzhou"
# To connect, and for a part of an answer; the whole may take twice as long.
_METADATA_SECONDS = 1.0
_ROLE_NAME = re.compile(r"[\w+=,.@-]{1,128}")


@dataclass(frozen=True)
class WebIdentity:
    """What TKE gives a pod: the file with its OIDC token, the provider that issued it, and the role it stands for."""

    provider_id: str
    token_file: Path
    role_arn: str
    region: str


class SecurityTokenService:
    """The service that gives temporary keys (STS API 2018-08-13).

    :param tcr_endpoint: host or URL of the TCR API; the service of the same site is used.
    :param connection: keyword arguments of :class:`TencentClient`, such as ``timeout``.
    """

    def __init__(self, tcr_endpoint: str, **connection: Any) -> None:
        self._endpoint = sibling_endpoint(tcr_endpoint, "tcr", "sts")
        self._connection = connection

    def assume_role(self, base: CredentialSource, role: Role, region: str | None = None) -> Credential:
        """AssumeRole, signed with a key.

        :raises MigrationError: the message names the role and where the key comes from.
        """
        source = base.current().source
        asked_by = f" with the key from {source}" if source else ""
        parameters = {
            "RoleArn": role.arn,
            "RoleSessionName": role.session_name or SESSION_NAME,
            "DurationSeconds": role.duration,
            "ExternalId": role.external_id,
        }
        arn = "Check tcr_role_arn: it has the form qcs::cam::uin/<account>:roleName/<name>."
        advice: dict[type[MigrationError], str] = {
            PermissionDenied: f"Allow the action sts:AssumeRole on {role.arn} to the identity of this key in a CAM policy, "
            "and name its account in the trust policy of the role; if that requires an external id, give "
            "tcr_role_external_id.",
            NotFound: arn,
            InvalidRequest: f"{arn} Check tcr_role_session_name, tcr_role_external_id and tcr_role_duration too: a session "
            "may last as long as the role allows, 43200 seconds at most.",
            ServerFault: f"Run again later. A role that does not exist may be answered so too. {arn}",
        }
        return self._session(self._client(base), "AssumeRole", parameters, region, asked_by, advice)

    def assume_role_with_web_identity(self, identity: WebIdentity) -> Credential:
        """AssumeRoleWithWebIdentity, which is not signed; the token is read each time, because TKE renews its file.

        :raises InvalidInput: the file with the token cannot be read.
        """
        try:
            token = identity.token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(
                f"TKE_WEB_IDENTITY_TOKEN_FILE: {identity.token_file} cannot be read ({type(error).__name__}).",
                advice="Check the service account of the pod, or give tcr_secret_id and tcr_secret_key.",
            ) from None
        client = self._client(None)
        client.redactor.add(token)
        parameters = {
            "ProviderId": identity.provider_id,
            "WebIdentityToken": token,
            "RoleArn": identity.role_arn,
            "RoleSessionName": SESSION_NAME,
        }
        advice: dict[type[MigrationError], str] = dict.fromkeys(
            (PermissionDenied, AuthenticationFailed, NotFound, InvalidRequest),
            "Check TKE_PROVIDER_ID and TKE_ROLE_ARN, and that the trust policy of the role names this provider and this "
            "service account.",
        )
        asked_by = f" with the identity of the pod (provider {identity.provider_id})"
        return self._session(client, "AssumeRoleWithWebIdentity", parameters, identity.region, asked_by, advice)

    def _client(self, credential: CredentialSource | None) -> TencentClient:
        return TencentClient(credential, "sts", "2018-08-13", self._endpoint, **self._connection)

    def _session(
        self,
        client: TencentClient,
        action: str,
        parameters: Mapping[str, Any],
        region: str | None,
        asked_by: str,
        advice: Mapping[type[MigrationError], str],
    ) -> Credential:
        arn = parameters["RoleArn"]
        try:
            # A further session does no harm, so the call may be repeated.
            answer = client.call(action, parameters, region or _ANY_REGION, safe=True)
            return _session_key(answer.get("Credentials"), answer.get("ExpiredTime"), f"the role {arn}")
        except MigrationError as error:
            error.message = f"The role {arn} could not be assumed{asked_by}: {error.message}"
            error.args = (error.message,)
            error.advice = advice.get(type(error), error.advice)
            raise


class InstanceRole:
    """The role of the CVM on which the module runs, as its metadata service reports it.

    Only a CVM has such a service, so the wait for it is short: one attempt, and 2 seconds for an answer.

    :param name: the name of the role; if not given, the service reports it.
    :param url: of the service, default :data:`METADATA_URL`.
    """

    def __init__(self, name: str | None = None, url: str | None = None) -> None:
        self._name = name
        retry = Retry(attempts=1)
        self._http = Http(url or METADATA_URL, timeout=_METADATA_SECONDS, use_proxies=False, retry=retry)

    def fetch(self) -> Credential:
        """The key of the role now.

        :raises Unreachable: no connection: this is not a CVM.
        :raises OutcomeUnknown: no answer.
        :raises ApiError: the CVM has no role, or what answers is not the metadata service. The answer is not quoted.
        """
        name = self._name or self._role_name()
        answer = self._get(quote(name, safe=""))
        try:
            content = answer.json()
        except ServerFault:
            content = None
        if not isinstance(content, dict):
            raise ServerFault(f"{answer.url} did not answer with JSON.", status=answer.status)
        if content.get("Code") != "Success":
            raise ServerFault(f"{answer.url} answered {content.get('Code')!r} instead of 'Success'.")
        return _session_key(content, content.get("ExpiredTime"), f"the role {name} of this machine")

    def _role_name(self) -> str:
        answer = self._get("")
        name = answer.text.strip()
        if not _ROLE_NAME.fullmatch(name):
            raise ServerFault(f"{answer.url} did not answer with the name of a role.", status=answer.status)
        return name

    def _get(self, path: str) -> Response:
        answer = self._http.request("GET", f"/{path}")
        if answer.status == 404:
            what = f"no role {self._name}" if self._name else "no role"
            raise NotFound(f"this machine has {what}: {answer.url} answered HTTP 404", status=404)
        if answer.status != 200:
            raise ApiError(f"{answer.url} answered HTTP {answer.status}", status=answer.status)
        return answer


def _session_key(keys: Any, expires_at: Any, source: str) -> Credential:
    """The key in an answer, which has the same names everywhere. Its content is not quoted: it holds secrets."""
    try:
        secret_id, secret_key, token = (keys[name] for name in ("TmpSecretId", "TmpSecretKey", "Token"))
        if secret_id and secret_key and token:
            return Credential(secret_id, secret_key, token, expires_at=float(expires_at), source=source)
    except (KeyError, TypeError, ValueError):
        pass
    raise ServerFault("the answer lacks TmpSecretId, TmpSecretKey, Token or ExpiredTime.")
