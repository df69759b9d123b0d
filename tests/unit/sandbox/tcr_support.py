# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Helpers of the sandbox's own tests: the official SDK pointed at a sandbox, and a client for what it cannot send."""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from tests.sandbox import Sandbox
from tests.sandbox.core.content import DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST
from tests.sandbox.core.images import RegistryClient

WAITING = 5.0
ALL_TYPES = ", ".join((OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST))


def profile(sandbox: Sandbox, language: str = "en-US") -> ClientProfile:
    """An SDK profile that talks to a sandbox."""
    endpoint = sandbox.facts["tcr_endpoint"].removeprefix("http://")
    return ClientProfile(language=language, httpProfile=HttpProfile(endpoint=endpoint, protocol="http", reqTimeout=10))


class Api:
    """Calls actions by name through the official SDK's generic client; adds the registry id where asked."""

    def __init__(self, sandbox: Sandbox, region: str = "", language: str = "en-US", **credential: str) -> None:
        facts = sandbox.facts
        self.registry_id = facts["registry_id"]
        keys = {"secret_id": facts["tcr_secret_id"], "secret_key": facts["tcr_secret_key"], **credential}
        identity = Credential(keys["secret_id"], keys["secret_key"], keys.get("token"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            self._client = CommonClient(
                "tcr", "2019-09-24", identity, region or facts["tcr_region"], profile(sandbox, language)
            )

    def call(self, action: str, **parameters: Any) -> dict[str, Any]:
        """One call; `Registry=False` leaves the registry id out. Raises TencentCloudSDKException."""
        if parameters.pop("Registry", True):
            parameters.setdefault("RegistryId", self.registry_id)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return self._client.call_json(action, parameters)["Response"]

    def refused(self, action: str, **parameters: Any) -> str:
        """The error code of a call that must fail."""
        try:
            answer = self.call(action, **parameters)
        except TencentCloudSDKException as error:
            return str(error.get_code())
        raise AssertionError(f"{action} was expected to fail, but answered {answer}")

    def open_public_endpoint(self) -> None:
        """Open the public endpoint and wait for it."""
        self.call("ManageExternalEndpoint", Operation="Create")
        wait(lambda: self.call("DescribeExternalEndpointStatus")["Status"] == "Opened")

    def policies(self) -> list[dict[str, Any]]:
        """The whitelist."""
        return list(self.call("DescribeSecurityPolicies")["SecurityPolicySet"])

    def link(self, vpc_id: str, subnet_id: str) -> str:
        """Make a private link and wait for its address, which is returned."""
        self.call("ManageInternalEndpoint", Operation="Create", VpcId=vpc_id, SubnetId=subnet_id)

        def address() -> str:
            links = self.call("DescribeInternalEndpoints")["AccessVpcSet"]
            return "".join(item["AccessIp"] for item in links if item["Status"] == "Running")

        wait(lambda: address() != "")
        return address()


def wait(condition: Callable[[], bool]) -> None:
    """Wait until something holds, a few seconds at most."""
    end = time.monotonic() + WAITING
    while not condition():
        assert time.monotonic() < end, "the condition did not come true in time"
        time.sleep(0.06)


def raw_call(sandbox: Sandbox, headers: dict[str, str], body: Any, method: str = "POST") -> requests.Response:
    """A request with exactly these headers and this body (bytes as they are, else JSON)."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return requests.request(method, sandbox.facts["tcr_endpoint"] + "/", headers=headers, data=data, timeout=10)


def outcome(answer: requests.Response) -> str:
    """Error code of an answer in the API's envelope, empty for success."""
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    response = answer.json()["Response"]
    assert len(response["RequestId"]) == 36
    return str(response.get("Error", {}).get("Code", ""))


@dataclass
class Opened:
    """A sandbox with an open public endpoint for the controller, the private namespace `shop` and the public one `open`."""

    sandbox: Sandbox
    api: Api
    url: str
    username: str
    password: str
    token_id: str

    def client(self) -> RegistryClient:
        return RegistryClient(self.url, self.username, self.password)

    def bearer(self, repository: str, actions: str = "pull,push", anonymous: bool = False) -> dict[str, str]:
        keys = None if anonymous else (self.username, self.password)
        scope = {"service": "harbor-registry", "scope": f"repository:{repository}:{actions}"}
        answer = requests.get(f"{self.url}/service/token", params=scope, auth=keys, timeout=10)
        answer.raise_for_status()
        return {"Authorization": f"Bearer {answer.json()['token']}", "Accept": ALL_TYPES}

    def status(self, method: str, path: str, headers: dict[str, str] | None = None) -> int:
        return requests.request(method, f"{self.url}{path}", headers=headers, timeout=10).status_code
