# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sandbox's Harbor answers: envelopes, masks, paging, cookies, rights; one flavour per API generation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.contract.target import Target
from tests.sandbox.harbor import HarborServer
from tests.unit.sandbox.harbor_support import VERSIONS, Client, put_image, running_harbor, running_target

_TIMEOUT = 10


@pytest.fixture(scope="module", params=VERSIONS)
def harbor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HarborServer]:
    """A Harbor of each generation."""
    with running_harbor(request.param, tmp_path_factory.mktemp("harbor")) as server:
        yield server


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """A target with the namespace `shop`."""
    with running_target("shop") as server:
        yield server


@pytest.fixture
def newest(tmp_path: Path) -> Iterator[HarborServer]:
    """A 2.15 of its own."""
    with running_harbor("2.15", tmp_path) as server:
        yield server


def test_the_api_is_found_under_one_base_only(harbor: HarborServer) -> None:
    other = "/api/systeminfo" if harbor.flavour.base != "/api" else "/api/v2.0/systeminfo"
    answer = requests.get(harbor.url + other, timeout=_TIMEOUT)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    version = requests.get(f"{harbor.url}/api/version", timeout=_TIMEOUT)
    assert version.status_code == (200 if harbor.flavour.version_endpoint else 404)


def test_the_version_is_for_everyone_until_2_13(harbor: HarborServer) -> None:
    assert Client(harbor).get("systeminfo")["harbor_version"] == harbor.flavour.version
    anonymous = Client(harbor).anonymous().get("systeminfo")
    assert ("harbor_version" in anonymous) is (harbor.flavour.name != "2.15")


def test_a_wrong_password_makes_an_anonymous_caller(harbor: HarborServer) -> None:
    Client(harbor).make("projects", {"project_name": "private", "metadata": {"public": "false"}})
    wrong = Client(harbor, password="wrong")
    assert [item["name"] for item in wrong.get("projects")] == ["library"]
    assert wrong.call("GET", "users/current").status_code == 401
    assert wrong.call("GET", "registries").status_code == 401


def test_an_account_without_admin_rights_is_refused(harbor: HarborServer) -> None:
    admin = Client(harbor)
    body = {"username": "joe", "password": "Harbor12345", "email": "joe@example.com", "realname": "joe"}
    number = admin.make("users", body)
    joe = Client(harbor, "joe", "Harbor12345")
    assert joe.refused("GET", "registries") == (403, "joe")
    assert joe.refused("POST", "replication/executions", {"policy_id": 1})[0] == 403
    assert joe.get("users/current")[harbor.flavour.admin_key] is False
    assert admin.call("PUT", f"users/{number}/sysadmin", {harbor.flavour.admin_key: True}).status_code == 200
    assert joe.get("registries") == []
    assert admin.call("DELETE", f"users/{number}").status_code == 200


def test_errors_come_in_the_envelope_of_the_generation(harbor: HarborServer) -> None:
    answer = Client(harbor).call("GET", "registries/99999")
    if harbor.flavour.name in ("1.8", "1.10"):
        assert answer.json() == {"code": 404, "message": "registry 99999 not found"}
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    else:
        assert answer.json() == {"errors": [{"code": "NOT_FOUND", "message": "registry 99999 not found"}]}


def test_a_session_cookie_without_token_is_refused(harbor: HarborServer) -> None:
    with requests.Session() as session:
        session.auth = (harbor.username, harbor.password)
        url = f"{harbor.url}{harbor.flavour.base}/projects"
        assert session.get(url, timeout=_TIMEOUT).status_code == 200
        refused = session.post(url, json={"project_name": "cookies"}, timeout=_TIMEOUT)
        assert refused.status_code == harbor.flavour.csrf_status
        token = session.get(url, timeout=_TIMEOUT).headers.get("X-Harbor-CSRF-Token")
        if token is not None:
            allowed = session.post(
                url, json={"project_name": "token"}, headers={"X-Harbor-CSRF-Token": token}, timeout=_TIMEOUT
            )
            assert allowed.status_code == 201
        session.cookies.clear()
        assert session.post(url, json={"project_name": "cookies"}, timeout=_TIMEOUT).status_code == 201


def test_the_secret_of_an_endpoint_is_never_shown(harbor: HarborServer, target: Target) -> None:
    client = Client(harbor)
    number = client.endpoint(target.url, "masked")
    assert client.get(f"registries/{number}")["credential"]["access_secret"] == "*****"
    assert "tcrpass" not in client.call("GET", "registries").text
    stars = {"credential_type": "basic", "access_key": "tcruser", "access_secret": "*****"}
    assert client.refused("PUT", f"registries/{number}", stars)[0] == 400
    assert client.call("POST", "registries/ping", {"id": number}).status_code == 200


def test_the_connection_test_reads_flat_credentials_only(harbor: HarborServer, target: Target) -> None:
    client, place = Client(harbor), {"type": "docker-registry", "url": target.url, "insecure": True}
    wrong = {"type": "basic", "access_key": "tcruser", "access_secret": "wrong"}
    assert client.call("POST", "registries/ping", {**place, "credential": wrong}).status_code == 200
    flat = {"credential_type": "basic", "access_key": "tcruser", "access_secret": "wrong"}
    assert client.refused("POST", "registries/ping", {**place, **flat})[0] == 400
    assert client.refused("POST", "registries", {**place, "name": "bad", "credential": wrong})[0] == 400
    assert all(item["name"] != "bad" for item in client.get("registries"))


def test_fields_that_a_version_does_not_know_are_dropped(harbor: HarborServer, target: Target) -> None:
    client = Client(harbor)
    new = {"speed": 10, "copy_by_chunk": True, "single_active_replication": True, "dest_namespace_replace_count": 1}
    filters = [{"type": "tag", "value": "v*", "decoration": "excludes"}]
    endpoint = client.endpoint(target.url, "fields")
    number = client.policy(endpoint, name="fields", **new, replicate_deletion=True)
    found = client.get(f"replication/policies/{number}")
    kept = {key for key in new if key in found}
    assert kept == {key for key in new if harbor.flavour.has(key)}
    assert all(found[key] == new[key] for key in kept)
    assert not found.get("deletion")
    number = client.policy(endpoint, name="decorated", filters=filters)
    decorated = client.get(f"replication/policies/{number}")["filters"][0]
    assert ("decoration" in decorated) is harbor.flavour.has("decoration")


def test_a_put_replaces_the_whole_policy(harbor: HarborServer, target: Target) -> None:
    client = Client(harbor)
    endpoint = client.endpoint(target.url, "replaced")
    number = client.policy(endpoint, "shop/**", name="replaced", description="first")
    path = f"replication/policies/{number}"
    assert client.refused("PUT", path, {"description": "only this"})[0] == 400
    assert client.call("PUT", path, {"name": "replaced", "dest_registry": {"id": endpoint}}).status_code == 200
    found = client.get(path)
    assert not found.get("enabled")
    assert not found["filters"]
    assert not found.get("description")


def test_an_endpoint_in_use_cannot_be_deleted(harbor: HarborServer, target: Target) -> None:
    client = Client(harbor)
    endpoint = client.endpoint(target.url, "used")
    policy = client.policy(endpoint, name="uses")
    assert client.refused("DELETE", f"registries/{endpoint}")[0] == 412
    assert client.call("DELETE", f"replication/policies/{policy}").status_code == 200
    assert client.call("DELETE", f"registries/{endpoint}").status_code == 200


def test_paging_is_that_of_the_generation(harbor: HarborServer, target: Target) -> None:
    client = Client(harbor)
    endpoint = client.endpoint(target.url, "paged")
    for number in range(12):
        client.policy(endpoint, name=f"paged-{number:02}")
    answer = client.call("GET", "replication/policies", params={"name": "paged-"})
    generated = harbor.flavour.dialect == "2"
    assert answer.headers["X-Total-Count"] == "12"
    assert len(answer.json()) == (10 if generated else 12)
    assert ('rel="next"' in answer.headers.get("Link", "")) is generated
    second = client.call("GET", "replication/policies", params={"name": "paged-", "page": 2, "page_size": 5})
    assert len(second.json()) == 5
    separator = " , " if generated else ", "
    assert [part.split('rel="')[1] for part in second.headers["Link"].split(separator)] == ['prev"', 'next"']
    too_big = client.call("GET", "replication/policies", params={"page_size": 101})
    assert too_big.status_code == (422 if generated else 200)
    assert client.call("GET", "replication/policies", params={"page": 0}).status_code == (200 if generated else 400)
    assert ("X-Total-Count" in client.call("GET", "registries").headers) is generated


def test_nested_repositories_are_decoded_twice(harbor: HarborServer) -> None:
    put_image(harbor.store, "library/team/api", "v1")
    client = Client(harbor)
    if harbor.flavour.dialect == "1":
        assert [tag["name"] for tag in client.get("repositories/library/team/api/tags")] == ["v1"]
        return
    base = "projects/library/repositories"
    assert client.get(f"{base}/team%252Fapi/artifacts")[0]["tags"][0]["name"] == "v1"
    assert client.call("GET", f"{base}/team%2Fapi/artifacts").status_code == 404


def test_read_only_mode(harbor: HarborServer) -> None:
    client = Client(harbor)
    assert client.call("PUT", "configurations", {"read_only": True}).status_code == 200
    try:
        assert client.get("systeminfo")["read_only"] is True
        answer = client.call("POST", "projects", {"project_name": "read-only"})
        if harbor.flavour.dialect == "1":
            assert answer.status_code == 201
        else:
            assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "DENIED")
        account = (harbor.username, harbor.password)
        push = requests.post(f"{harbor.url}/v2/library/x/blobs/uploads/", auth=account, timeout=_TIMEOUT)
        assert push.status_code == 403
    finally:
        client.call("PUT", "configurations", {"read_only": False})


def test_lists_can_be_pushed_from_2_0_on(harbor: HarborServer) -> None:
    media_type = "application/vnd.docker.distribution.manifest.list.v2+json"
    content = b'{"schemaVersion": 2, "manifests": []}'
    answer = requests.put(
        f"{harbor.url}/v2/library/list/manifests/v1",
        data=content,
        headers={"Content-Type": media_type},
        auth=(harbor.username, harbor.password),
        timeout=_TIMEOUT,
    )
    assert answer.status_code == (415 if harbor.flavour.dialect == "1" else 201)


def test_artifacts_of_a_project_in_one_list_from_2_12_on(harbor: HarborServer) -> None:
    put_image(harbor.store, "library/listed", "v1")
    answer = Client(harbor).call("GET", "projects/library/artifacts")
    assert answer.status_code == (200 if harbor.flavour.name == "2.15" else 404)


def test_a_silent_target_is_unhealthy_or_outlasts_the_proxy(tmp_path: Path, target: Target) -> None:
    found = {}
    for version in VERSIONS:
        with running_harbor(version, tmp_path / version, harbor_drop_seconds=0.0) as harbor:
            harbor.network.guard("127.0.10.1", lambda _source: False)
            place = {"type": "docker-registry", "url": target.url}
            answer = Client(harbor).call("POST", "registries/ping", place)
            found[version] = (answer.status_code, answer.headers["Content-Type"].split(";")[0])
    html, json = (504, "text/html"), (400, "application/json")
    assert found == {"1.8": html, "1.10": html, "2.0": json, "2.7": json, "2.9": json, "2.15": json}


def test_a_request_id_is_given_back(harbor: HarborServer) -> None:
    answer = Client(harbor).call("GET", "systeminfo", headers={"X-Request-Id": "mine"})
    assert answer.headers.get("X-Request-Id") == (None if harbor.flavour.dialect == "1" else "mine")


def test_bodies_must_be_json_for_generated_handlers(harbor: HarborServer) -> None:
    url = f"{harbor.url}{harbor.flavour.base}/registries/ping"
    account = (harbor.username, harbor.password)
    answer = requests.post(url, data="{}", headers={"Content-Type": "text/plain"}, auth=account, timeout=_TIMEOUT)
    assert answer.status_code == (415 if harbor.flavour.dialect == "2" else 400)


def test_a_broken_proxy_answers_with_a_page(newest: HarborServer) -> None:
    newest.faults.add(service="harbor", match="/systeminfo$", kind="status", status=502)
    client = Client(newest)
    broken = client.call("GET", "systeminfo")
    assert (broken.status_code, broken.headers["Content-Type"]) == (502, "text/html")
    assert client.call("GET", "systeminfo").status_code == 200
