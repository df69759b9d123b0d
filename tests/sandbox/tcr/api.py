# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API endpoint as a WSGI application: gateway checks, dispatch, envelope."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from typing import Any

from tests.sandbox.core.faults import StartResponse
from tests.sandbox.tcr import tc3
from tests.sandbox.tcr.access import Access
from tests.sandbox.tcr.clock import Clock
from tests.sandbox.tcr.dispatch import Call, Listener
from tests.sandbox.tcr.errors import ApiError
from tests.sandbox.tcr.limits import RateLimiter
from tests.sandbox.tcr.services import SERVICES, Service
from tests.sandbox.tcr.settings import TcrSettings
from tests.sandbox.tcr.state import REGIONS, Account, State
from tests.sandbox.tcr.validation import validate

_LARGEST_BODY = 10 * 1024 * 1024
_NOBODY = Account("", "", "", "")


class TcrApi:
    """One POST endpoint; every answer, errors too, is HTTP 200 with `Content-Type: application/json`."""

    def __init__(self, state: State, settings: TcrSettings, clock: Clock, data_plane: Listener, access: Access) -> None:
        self._access = access
        self._state = state
        self._settings = settings
        self._clock = clock
        self._data_plane = data_plane
        self._limiter = RateLimiter(clock)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        headers = _headers(environ)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["sandbox.login"] = _is_login(headers, body)
        try:
            answer = self._answer(environ["REQUEST_METHOD"], environ.get("QUERY_STRING", ""), headers, body)
        except ApiError as error:
            environ["sandbox.code"] = error.code
            answer = {"Error": {"Code": error.code, "Message": error.text(headers.get("x-tc-language", "zh-CN"))}}
        document = json.dumps({"Response": {**answer, "RequestId": str(uuid.uuid4())}}, ensure_ascii=False).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(document)))])
        return [document]

    def _answer(self, method: str, query: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        if method != "POST":
            raise ApiError("UnsupportedProtocol", "Only POST is supported by this endpoint.", "仅支持 POST 请求。")
        if len(body) > _LARGEST_BODY:
            raise ApiError("RequestSizeLimitExceeded", "The request body is larger than 10 MB.", "请求包超过限制大小。")
        name = _header(headers, "X-TC-Action")
        version = _header(headers, "X-TC-Version")
        services = [service for service in SERVICES if service.version == version]
        if not services:
            raise ApiError(
                "NoSuchVersion", f"The specified version `{version}` is not found.", f"接口版本 `{version}` 不存在。"
            )
        service = next((service for service in services if name in service.actions), None)
        if service is None:
            message = f"The request action=`{name}` is invalid or not found in version `{version}`."
            raise ApiError("InvalidAction", message, f"接口 `{name}` 不存在。")
        action = service.actions[name]
        now = self._clock.now()
        if action.signed or _header(headers, "Authorization") != "SKIP":
            account = self._authenticate(service, method, query, headers, body, now + self._settings.clock_skew)
        else:
            account = _NOBODY
        region = _header(headers, "X-TC-Region")
        if region not in REGIONS:
            raise ApiError(
                "UnsupportedRegion", f"This action does not support the region `{region}`.", f"不支持地域 `{region}`。"
            )
        if self._settings.rate_limits:
            self._limiter.admit(account.uin, region, name, self._settings.rate_limit_overrides)
        parameters = validate(service, name, _parse(headers, body), self._settings.coerce_types)
        self._access.check(service.name, account, region, name, parameters)
        with self._state.lock:
            call = Call(account, region, parameters, self._state, self._settings, now, self._data_plane)
            answer = action.answer(call)
        answer = self._spelled(answer)
        return _with_news(answer) if self._settings.extra_fields else answer

    def _authenticate(
        self, service: Service, method: str, query: str, headers: dict[str, str], body: bytes, now: float
    ) -> Account:
        authorization = tc3.parse_authorization(_header(headers, "Authorization"), service.name)
        tc3.check_time(authorization, _header(headers, "X-TC-Timestamp"), now)
        account = self._state.accounts.get(authorization.secret_id)
        if account is None:
            message = "The SecretId is not found, please ensure that your SecretId is correct."
            raise ApiError("AuthFailure.SecretIdNotFound", message, "SecretId 不存在，请输入正确的密钥。")
        if headers.get("x-tc-token", "") != account.session_token or account.expires_at <= now:
            message = "The provided credentials could not be validated because of incorrect or missing `X-TC-Token`."
            raise ApiError("AuthFailure.TokenFailure", message, "Token 验证失败。")
        tc3.check_signature(authorization, account.secret_key, method, query, headers, body)
        return account

    def _spelled(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Empty lists, at any depth, in the spelling of setting `empty_list`."""
        spelling = self._settings.empty_list
        return answer if spelling == "list" else _without_empty_lists(answer, spelling == "null")


def _is_login(headers: dict[str, str], body: bytes) -> bool:
    """Whether a request asks for a temporary credential: nothing of it is listed, and nothing is left to take back."""
    if headers.get("x-tc-action") != "CreateInstanceToken":
        return False
    try:
        parameters = json.loads(body)
    except ValueError:
        return False
    return isinstance(parameters, dict) and parameters.get("TokenType", "temp") == "temp"


def _without_empty_lists(answer: Any, null: bool) -> Any:
    """The answer with null in the place of empty lists, or without them."""
    if isinstance(answer, dict):
        kept = {name: value for name, value in answer.items() if null or value != []}
        return {name: None if value == [] else _without_empty_lists(value, null) for name, value in kept.items()}
    return [_without_empty_lists(item, null) for item in answer] if isinstance(answer, list) else answer


def _with_news(answer: Any) -> Any:
    """The answer with a field in every object that no client knows, as the API grows without a new version."""
    if isinstance(answer, dict):
        return {**{name: _with_news(value) for name, value in answer.items()}, "News": {"Since": "tomorrow"}}
    return [_with_news(item) for item in answer] if isinstance(answer, list) else answer


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    headers = {key[5:].lower().replace("_", "-"): value for key, value in environ.items() if key.startswith("HTTP_")}
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    return headers


def _header(headers: dict[str, str], name: str) -> str:
    value = headers.get(name.lower(), "")
    if not value:
        raise ApiError("MissingParameter", f"The request header `{name}` is missing.", f"缺少请求头 `{name}`。")
    return value


def _parse(headers: dict[str, str], body: bytes) -> dict[str, Any]:
    if not headers["content-type"].lower().startswith("application/json"):
        raise ApiError(
            "InvalidRequest",
            "The header `Content-Type` must be `application/json`.",
            "Content-Type 必须为 application/json。",
        )
    try:
        document = json.loads(body)
    except ValueError as problem:
        raise ApiError("InvalidRequest", "The request body is not valid JSON.", "请求体不是合法的 JSON。") from problem
    if not isinstance(document, dict):
        raise ApiError("InvalidRequest", "The request body must be a JSON object.", "请求体必须是 JSON 对象。")
    return document
