# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Harbor is found to be, from what real ones answered, and what each version is held to be able to do."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    AuthenticationFailed,
    MigrationError,
    NotFound,
    ServerFault,
    Unsupported,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.api.capabilities import (
    FEATURES,
    Capabilities,
    oldest_version_with,
    parse_version,
)
from tests.unit.harbor.harbor_replay import VERSIONS, Recording, Request, client_with, recorded

ADMIN = {"name": "admin", "admin": True, "robot": False, "may_replicate": True}


@pytest.mark.parametrize(
    ("version", "generation", "told", "proven"),
    [("1.10.19", 1, None, (1, 10, 0)), ("2.9.5", 2, None, (2, 9, 0)), ("2.15.2", 2, (2, 15, 2), (2, 15, 2))],
)
def test_real_servers(version: str, generation: int, told: Any, proven: Any) -> None:
    client, http = recorded(version)
    system = client.system()
    assert (system.generation, system.version, system.capabilities.version) == (generation, told, proven)
    assert system.capabilities.exact is (told is not None)
    assert system.current_user == ADMIN
    assert (system.read_only, system.auth_mode) == (False, "db_auth")
    asked = len(http.requests)
    client.system()
    assert len(http.requests) == asked, "asked only once"
    assert all("Cookie" not in request.headers for request in http.requests)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_wrong_password_is_noticed(version: str) -> None:
    client, _server = recorded(version, identity="wrong")
    with pytest.raises(AuthenticationFailed, match="does not accept user 'admin' with this password"):
        client.projects()


def test_a_robot_is_known_by_its_412() -> None:
    client, _server = recorded("2.15.2", identity="robot")
    assert client.system().current_user == {"name": "admin", "admin": False, "robot": True, "may_replicate": True}


def changed(version: str, **answers: Any) -> Any:
    """The recording with other answers for some paths, named by their last part."""
    recording = Recording(version)

    def answer(request: Request) -> tuple[int, dict[str, str], Any]:
        name = request.path.rpartition("/")[2].partition("?")[0]
        return answers.get(name) or recording(request)

    return client_with(answer)[0]


def test_a_robot_without_rights() -> None:
    refused = {"errors": [{"code": "FORBIDDEN", "message": "robot$x"}]}
    client = changed("2.15.2", current=(412, {}, {}), registries=(403, {}, refused))
    assert client.system().current_user["may_replicate"] is False


def test_a_robot_with_a_wrong_secret() -> None:
    client = changed("2.15.2", current=(412, {}, {}), registries=(401, {}, {"errors": []}))
    with pytest.raises(AuthenticationFailed, match="harbor_password"):
        client.system()


@pytest.mark.parametrize("role", ["has_admin_role", "sysadmin_flag", "admin_role_in_auth"])
def test_a_user_without_administration(role: str) -> None:
    for granted in (True, False):
        client = changed("2.9.5", current=(200, {}, {"username": "dev", role: granted}))
        assert client.system().current_user["may_replicate"] is granted


@pytest.mark.parametrize("told", ["v1.7.6-11111111", "v1.6.0"])
def test_a_version_that_is_too_old(told: str) -> None:
    client = changed("1.10.19", systeminfo=(200, {}, {"harbor_version": told}))
    with pytest.raises(Unsupported, match=f"Harbor {told} is older than 1.8"):
        client.system()


def test_a_build_without_version_and_without_replication_is_too_old() -> None:
    nothing = (404, {}, b"<html><title>404</title></html>")
    client = changed("1.10.19", adapters=nothing, adapterinfos=nothing, quotas=nothing)
    with pytest.raises(Unsupported, match="older than 1.8"):
        client.system()


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (404, b"not found", NotFound, "no Harbor"),
        (200, b"<html><title>Login</title></html>", NotFound, "no Harbor"),
        (200, {"login": True}, NotFound, "no Harbor"),
        (502, b"<html><title>502 Bad Gateway</title></html>", ServerFault, "502 Bad Gateway"),
        (308, b"", MigrationError, "https://harbor.example.com"),
    ],
)
def test_something_else_than_harbor(status: int, body: Any, kind: type[MigrationError], said: str) -> None:
    location = {"Location": "https://harbor.example.com/api/version"}
    client, _server = client_with(lambda request: (status, location if status == 308 else {}, body))
    with pytest.raises(kind, match=said):
        client.system()


def test_credentials_are_sent_as_utf_8() -> None:
    client, _server = recorded("2.9.5")
    connection = type(client._connection)("http://harbor.example.com", "admin", "密码-pässword")
    assert connection._auth[1].encode("latin-1") == "密码-pässword".encode()


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v2.15.2-080b0220", (2, 15, 2)),
        ("v1.8.0", (1, 8, 0)),
        ("2.0.1", (2, 0, 1)),
        ("-", None),
        ("dev", None),
        ("", None),
        (None, None),
    ],
)
def test_parsing_versions(text: str | None, version: Any) -> None:
    assert parse_version(text) == version


def test_what_systeminfo_proves() -> None:
    assert oldest_version_with({}) == (2, 0, 0)
    assert oldest_version_with({"current_time": "x", "with_chartmuseum": False, "with_notary": False}) == (2, 5, 0)
    assert oldest_version_with({"current_time": "x", "with_notary": False}) == (2, 8, 0)
    assert oldest_version_with({"current_time": "x"}) == (2, 9, 0)


@pytest.mark.parametrize(
    ("version", "has", "lacks"),
    [
        ((1, 8, 2), ["charts", "resource_filter_chart"], ["label_filter", "task_retry", "stable_order"]),
        ((1, 10, 19), ["label_filter", "task_retry"], ["index_copy", "speed", "filter_decoration"]),
        ((2, 6, 1), ["speed", "filter_decoration", "charts"], ["copy_by_chunk", "job_queues"]),
        ((2, 6, 2), ["copy_by_chunk"], ["strict_cron"]),
        ((2, 9, 5), ["strict_cron", "delayed_status"], ["charts", "project_artifacts", "single_active_replication"]),
        ((2, 15, 2), ["project_artifacts", "single_active_replication", "ca_certificate"], ["project_robots_path"]),
    ],
)
def test_capabilities(version: Any, has: list[str], lacks: list[str]) -> None:
    capabilities = Capabilities(version)
    for name in has:
        capabilities.require(name)
    for name in lacks:
        assert not capabilities.as_dict()[name]
        with pytest.raises(Unsupported):
            capabilities.require(name)
    assert capabilities.as_dict().keys() == FEATURES.keys()


def test_the_version_that_brings_a_feature_is_told() -> None:
    with pytest.raises(Unsupported, match=r"needs Harbor 2\.14 or later; this is Harbor 2\.9\.5\."):
        Capabilities((2, 9, 5)).require("single_active_replication")
    with pytest.raises(Unsupported, match=r"removed in Harbor 2\.8; this is Harbor 2\.9\.5\."):
        Capabilities((2, 9, 5)).require("charts")
    with pytest.raises(Unsupported, match=r"needs Harbor 2\.1\.2 or later"):
        Capabilities((2, 1, 1)).require_kind("tencent-tcr")
    with pytest.raises(Unsupported, match=r"reports no version, and its answers prove no more than 2\.9"):
        Capabilities((2, 9, 0), exact=False).require("project_artifacts")
    Capabilities((1, 8, 0)).require_kind("a kind that this collection does not know")
