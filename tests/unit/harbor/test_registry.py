# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registry endpoints over a client that only remembers."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.engine import Engine
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.wait import Wait
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import ApiError, Conflict, InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.api.capabilities import Capabilities
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.api.errors import UNHEALTHY
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.connection_test import retry_until_usable
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.resources.registry import (
    HarborRegistryResource,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.rules.registry import (
    address,
    certificate,
)

URL = "https://demo.tencentcloudcr.com"
WISH = {"name": "tcr", "url": URL, "access_key": "user", "access_secret": "secret"}
UNUSABLE = ApiError("Harbor's core container tried to use it and failed.", code=UNHEALTHY)


class System:
    capabilities = Capabilities((2, 15, 2))


class Client:
    """Stands in for `HarborClient`; `good` are the secrets that the registry accepts."""

    def __init__(self, *stored: dict[str, Any], good: tuple[str, ...] = ("secret",)) -> None:
        self.stored = {one["id"]: one for one in stored}
        self.secrets = {one["id"]: "old" for one in stored}
        self.good = good
        self.calls: list[tuple[str, Any]] = []
        self.used_by: list[dict[str, Any]] = []

    def redactor(self, text: str) -> str:
        return text

    def system(self) -> System:
        return System()

    def registries(self) -> list[dict[str, Any]]:
        self.calls.append(("list", None))
        return [dict(one) for one in self.stored.values()]

    def policies(self) -> list[dict[str, Any]]:
        return self.used_by

    def create_registry(self, body: dict[str, Any]) -> int:
        self.calls.append(("create", body))
        if body.get("access_secret") not in self.good:
            raise UNUSABLE
        self.stored[1] = registry(**{key: value for key, value in body.items() if key != "access_secret"})
        self.secrets[1] = body["access_secret"]
        return 1

    def update_registry(self, registry_id: int, body: dict[str, Any]) -> None:
        self.calls.append(("update", body))
        self.secrets[registry_id] = body.get("access_secret", self.secrets[registry_id])
        self.stored[registry_id].update({key: value for key, value in body.items() if key != "access_secret"})

    def delete_registry(self, registry_id: int) -> None:
        if self.used_by:
            raise Conflict("used", code="PRECONDITION", status=412)
        del self.stored[registry_id]

    def test_registry(self, body: dict[str, Any]) -> None:
        self.calls.append(("test", body))
        if self.secrets[body["id"]] not in self.good:
            raise UNUSABLE

    def made(self, *kinds: str) -> list[Any]:
        return [detail for kind, detail in self.calls if kind in kinds]


def registry(**values: Any) -> dict[str, Any]:
    state = {
        "id": 1,
        "name": "tcr",
        "url": URL,
        "type": "docker-registry",
        "description": "",
        "insecure": False,
        "access_key": "user",
        "has_secret": True,
        "ca_certificate": "",
        "status": "healthy",
    }
    return {**state, **values}


def run(client: Client, desired: dict[str, Any], check_mode: bool = False, **options: Any) -> Any:
    resource = HarborRegistryResource(client, **options)  # type: ignore[arg-type]
    return Engine(resource, [desired], check_mode=check_mode, wait=Wait(timeout=1, interval=0)).run()


@pytest.mark.parametrize(
    ("update_secret", "good", "stored", "written"),
    [
        ("when_broken", ("secret", "old"), {}, False),
        ("when_broken", ("secret",), {}, True),
        ("when_broken", ("secret", "old"), {"has_secret": False}, True),
        ("on_create", ("secret",), {}, False),
        ("on_create", ("secret",), {"has_secret": False}, True),
        ("always", ("secret", "old"), {}, True),
    ],
)
def test_when_the_secret_is_written(
    update_secret: str, good: tuple[str, ...], stored: dict[str, Any], written: bool
) -> None:
    client = Client(registry(**stored), good=good)
    predicted = run(client, WISH, check_mode=True, update_secret=update_secret)
    assert predicted.changed is written
    assert not client.made("update")
    outcome = run(client, WISH, update_secret=update_secret)
    assert outcome.changed is written
    assert client.made("update") == ([{"access_key": "user", "access_secret": "secret"}] if written else [])
    assert "secret" not in str(outcome.diff).replace("access_secret", "")


def test_without_a_secret_harbor_is_not_asked() -> None:
    client = Client(registry())
    assert not run(client, {"name": "tcr", "url": URL + "/"}).changed
    assert not client.made("test", "update")


def test_another_user_needs_no_question() -> None:
    client = Client(registry(access_key="other"), good=("secret", "old"))
    assert run(client, WISH).changed
    assert client.made("update") == [{"access_key": "user", "access_secret": "secret"}]


def test_a_new_address_takes_the_secret_along_even_if_the_stored_one_works() -> None:
    client = Client(registry(), good=("secret", "old"))
    run(client, {**WISH, "url": "https://other.example.com/ "})
    assert client.made("update") == [
        {"url": "https://other.example.com", "access_key": "user", "access_secret": "secret"}
    ]


def test_a_new_address_without_the_secret_is_refused() -> None:
    with pytest.raises(InvalidInput, match="access_secret is not given"):
        run(Client(registry()), {"name": "tcr", "url": "https://other.example.com"})


def test_only_what_differs_is_written() -> None:
    client = Client(registry(), good=("secret", "old"))
    run(client, {**WISH, "description": "new"})
    assert client.made("update") == [{"description": "new"}]


def test_the_connection_is_tested_once_and_again_after_a_change() -> None:
    client = Client(registry())
    outcome = run(client, WISH, connection_test=True)
    assert outcome.members[0]["connection"] == {"ok": True, "reason": ""}
    assert len(client.made("test")) == 2
    assert len(client.made("list")) == 2


def test_who_uses_an_endpoint_is_told() -> None:
    client = Client(registry())
    client.used_by = [
        {"name": "first", "src_registry": {"id": 0}, "dest_registry": {"id": 1}},
        {"name": "other", "src_registry": {"id": 0}, "dest_registry": {"id": 2}},
        {"name": "second", "src_registry": {"id": 1}, "dest_registry": {"id": 0}},
    ]
    resource = HarborRegistryResource(client)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="policies use it: 'first', 'second'") as caught:
        Engine(resource, [{"name": "tcr"}], state="absent").run()
    assert caught.value.details["policies"] == ["first", "second"]


def test_patience() -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    attempts = []

    def write() -> None:
        attempts.append(now[0])
        if now[0] < 12:
            raise UNUSABLE

    retry_until_usable(write, Wait(timeout=30, interval=5, clock=lambda: now[0], sleep=sleep))
    assert attempts == [0, 5, 10, 15]
    now[0], attempts = 0.0, []
    with pytest.raises(ApiError):
        retry_until_usable(write, Wait(timeout=7, interval=5, clock=lambda: now[0], sleep=sleep))
    assert attempts == [0, 5, 7]

    def refuse() -> None:
        raise Conflict("something else")

    with pytest.raises(Conflict):
        retry_until_usable(refuse, Wait(timeout=30, interval=5, clock=lambda: now[0], sleep=sleep))


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (" https://demo.tencentcloudcr.com/ ", "https://demo.tencentcloudcr.com"),
        ("https://h:5000/v2/path//?a=b#c", "https://h:5000/v2/path"),
    ],
)
def test_addresses_are_sent_as_harbor_stores_them(given: str, sent: str) -> None:
    assert address(given) == sent


def test_certificates_are_compared_without_white_space() -> None:
    assert certificate(" -----BEGIN\n  abc\r\n\n-----END\n") == certificate("-----BEGIN\nabc\n-----END")
