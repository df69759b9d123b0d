# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Helpers of the tests of the sandbox's Harbor: a client without cookies, a target, and images as small as can be."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.contract.target import PASSWORD, USERNAME, Target
from tests.sandbox.core.content import DOCKER_MANIFEST, ContentStore, digest_of
from tests.sandbox.core.network import Network
from tests.sandbox.core.web import Faults, Journal
from tests.sandbox.harbor import HarborServer
from tests.sandbox.harbor.api.flavours import FLAVOURS
from tests.sandbox.harbor.settings import HarborSettings

VERSIONS = tuple(FLAVOURS)
WAITING = 10.0

Start = Callable[..., "tuple[HarborServer, Client]"]


class Client:
    """Requests to one Harbor as some account (default: its administrator); every call stands alone."""

    def __init__(self, harbor: HarborServer, username: str = "", password: str = "") -> None:
        self._base = harbor.url + harbor.flavour.base
        self._account: tuple[str, str] | None = (username or harbor.username, password or harbor.password)

    def anonymous(self) -> Client:
        """This client without an account."""
        self._account = None
        return self

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """One request below the API's base."""
        if body is not None:
            options["json"] = body
        return requests.request(method, f"{self._base}/{path}", auth=self._account, timeout=10, **options)

    def get(self, path: str, **parameters: Any) -> Any:
        """The JSON of a GET that must succeed."""
        answer = self.call("GET", path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def make(self, path: str, body: Any) -> int:
        """The number of what a POST that must succeed has made."""
        answer = self.call("POST", path, body)
        assert answer.status_code == 201, answer.text
        return int(answer.headers["Location"].rsplit("/", 1)[1])

    def refused(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, str]:
        """Status and message of a call that must fail."""
        answer = self.call(method, path, body, **options)
        assert answer.status_code >= 400, answer.text
        found = answer.json()
        return answer.status_code, found["errors"][0]["message"] if "errors" in found else found["message"]

    def endpoint(self, url: str, name: str = "target", username: str = USERNAME, password: str = PASSWORD) -> int:
        """Make a replication endpoint."""
        credential = {"type": "basic", "access_key": username, "access_secret": password}
        body = {"name": name, "type": "docker-registry", "url": url, "insecure": True, "credential": credential}
        return self.make("registries", body)

    def policy(self, endpoint: int, *patterns: str, name: str = "policy", **more: Any) -> int:
        """Make a replication policy."""
        filters = [{"type": "name", "value": pattern} for pattern in patterns]
        body = {"name": name, "dest_registry": {"id": endpoint}, "filters": filters, "trigger": {"type": "manual"}}
        return self.make("replication/policies", {**body, "enabled": True, "override": True, **more})

    def start(self, policy: int) -> int:
        """Start an execution."""
        return self.make("replication/executions", {"policy_id": policy})

    def execution(self, number: int) -> Any:
        """An execution."""
        return self.get(f"replication/executions/{number}")

    def tasks(self, number: int) -> Any:
        """The tasks of an execution."""
        return self.get(f"replication/executions/{number}/tasks", page_size=100)

    def finished(self, number: int, *wanted: str) -> Any:
        """Wait until an execution says one of the wanted statuses (default: any but InProgress)."""
        found: dict[str, Any] = {}

        def reached() -> bool:
            found.update(self.execution(number))
            return found["status"] in wanted if wanted else found["status"] != "InProgress"

        wait(reached)
        return found


@contextmanager
def running_harbor(version: str, directory: Path, **settings: Any) -> Iterator[HarborServer]:
    """A Harbor alone, with its network, and with times that are right for tests."""
    chosen = HarborSettings()
    quick = {"harbor_flow_seconds": 0.05, "harbor_queue_seconds": 0.02, "harbor_task_seconds": 0.02}
    chosen.update(**{**quick, "harbor_status_lag_seconds": 0.2, "harbor_retry_scale": 0.002, **settings})
    harbor = HarborServer(version, Network(list), Journal(), Faults(), chosen, directory)
    harbor.start()
    try:
        yield harbor
    finally:
        harbor.close()


@contextmanager
def running_target(*namespaces: str) -> Iterator[Target]:
    """A target registry with some namespaces."""
    target = Target(*namespaces)
    try:
        yield target
    finally:
        target.close()


def put_image(store: ContentStore, repository: str, *tags: str, content: bytes = b"") -> str:
    """Put a Docker image of one layer into a store, without HTTP; its digest."""
    config = json.dumps({"architecture": "amd64", "os": "linux"}).encode()
    layer = content or f"{repository}:{tags[0] if tags else ''}".encode()
    listed = [(store.put_blob(blob, repository), len(blob)) for blob in (config, layer)]
    described = [{"mediaType": "application/octet-stream", "digest": digest, "size": size} for digest, size in listed]
    document = {
        "schemaVersion": 2,
        "mediaType": DOCKER_MANIFEST,
        "config": {**described[0], "mediaType": "application/vnd.docker.container.image.v1+json"},
        "layers": described[1:],
    }
    body = json.dumps(document).encode()
    for tag in tags or (digest_of(body),):
        store.put_manifest(repository, tag, DOCKER_MANIFEST, body)
    return digest_of(body)


def copied(target: Target) -> dict[str, list[str]]:
    """Repository to tags of what arrived at a target."""
    return {name: list(target.store.tags(name)) for name in target.store.repositories()}


def task_log(client: Client, execution: int, number: int = 0) -> str:
    """The log of a task of an execution, the newest task first."""
    task = client.tasks(execution)[number]["id"]
    answer = client.call("GET", f"replication/executions/{execution}/tasks/{task}/log")
    assert answer.headers["Content-Type"] == "text/plain"
    return answer.text


def wait(condition: Callable[[], bool]) -> None:
    """Wait until something holds, a few seconds at most."""
    end = time.monotonic() + WAITING
    while not condition():
        assert time.monotonic() < end, "the condition did not come true in time"
        time.sleep(0.02)
