# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted server in place of the Tencent API, and a client for it that does not wait."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Retry
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.client import TencentClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.credentials import (
    Credential,
    CredentialSource,
)
from tests.sandbox.core.web import Drop

CREDENTIAL = Credential("AKIDEXAMPLE", "the-secret-key-of-a-test", "the-session-token")
OK: dict[str, Any] = {"Response": {"Answer": 42, "RequestId": "id-1"}}


def failure(code: str, message: str = "Something is wrong.") -> dict[str, Any]:
    return {"Response": {"Error": {"Code": code, "Message": message}, "RequestId": "id-2"}}


class Script:
    """Answers in order; the last one for ever. An answer is a document, a Response, or Drop for none."""

    def __init__(self) -> None:
        self.answers: list[Any] = [OK]
        self.requests: list[Request] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        request = Request(environ)
        request.get_data()
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is Drop:
            raise Drop
        if isinstance(answer, dict):
            answer = Response(json.dumps(answer), content_type="application/json")
        return answer(environ, start_response)


def client(endpoint: str, credential: CredentialSource = CREDENTIAL, **options: Any) -> TencentClient:
    retry = Retry(attempts=3, sleep=lambda seconds: None)
    return TencentClient(credential, "tcr", "2019-09-24", endpoint, retry=retry, timeout=5, **options)
