# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read about a deployment of Harbor, and host aliases of the chart."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._host import deployment
from ansible_collections.cloud_registry.migration.plugins.module_utils._host.host_aliases import alias_patch

NAME = "demo.tencentcloudcr.com"


P, Q = "http://p.example:1", "http://q.example:2"


@pytest.mark.parametrize(
    ("environment", "used"),
    [
        ({"HTTPS_PROXY": P}, P),
        ({"https_proxy": P}, P),
        ({"HTTPS_PROXY": P, "https_proxy": Q}, P),
        ({"HTTPS_PROXY": "", "https_proxy": P}, P),
        ({"https_proxy": P, "HTTPS_PROXY": ""}, P),
        ({"HTTPS_PROXY": P, "https_proxy": ""}, P),
        ({"Https_Proxy": P}, ""),
        ({"HTTP_PROXY": P, "ALL_PROXY": P}, ""),
        ({"HTTPS_PROXY": P, "NO_PROXY": NAME}, ""),
        ({"HTTPS_PROXY": P, "no_proxy": NAME}, ""),
        ({"HTTPS_PROXY": P, "NO_PROXY": "", "no_proxy": NAME}, ""),
        ({"HTTPS_PROXY": P, "NO_PROXY": "other", "no_proxy": NAME}, P),
        ({"HTTPS_PROXY": P, "No_Proxy": NAME}, P),
        ({"HTTPS_PROXY": "p.example:1"}, "p.example:1"),
        ({"HTTPS_PROXY": "http://me:secret@p.example:1"}, P),
        ({"HTTPS_PROXY": "socks5://me:secret@p.example:1"}, "socks5://p.example:1"),
        ({}, ""),
    ],
)
def test_of_each_variable_the_first_that_is_not_empty_counts(environment: dict[str, str], used: str) -> None:
    assert deployment.proxy_for(f"https://{NAME}/v2/", environment) == used


def test_a_proxy_is_for_its_scheme() -> None:
    assert deployment.proxy_for(f"http://{NAME}", {"HTTPS_PROXY": P}) == ""
    assert deployment.proxy_for(f"http://{NAME}", {"http_proxy": P, "HTTPS_PROXY": Q}) == P


# As the documentation of golang.org/x/net/http/httpproxy has it, and its code where that says no more.
@pytest.mark.parametrize(
    ("no_proxy", "exempt"),
    [
        ("", False),
        ("*", True),
        ("a, * ,b", True),
        ("*:443", False),
        (NAME, True),
        ("tencentcloudcr.com", True),
        (".tencentcloudcr.com", True),
        ("*.tencentcloudcr.com", True),
        ("*tencentcloudcr.com", False),
        (f".{NAME}", False),
        (f"*.{NAME}", False),
        ("cloudcr.com", False),
        ("com", True),
        ("127.0.0.1, localhost ,core", False),
        ("localhost,\tTencentCloudCR.com", True),
        ("localhost tencentcloudcr.com", False),
        ("localhost;tencentcloudcr.com", False),
        (f"{NAME}:443", True),
        (f"{NAME}:", True),
        (f"{NAME}:80", False),
        (".tencentcloudcr.com:443", True),
        ("*.tencentcloudcr.com:8443", False),
        (":443", False),
        (f"https://{NAME}", False),
        (f"{NAME}/v2", False),
        ("10.0.0.0/8", False),
        (",,", False),
    ],
)
def test_no_proxy_is_read_as_go_reads_it(no_proxy: str, exempt: bool) -> None:
    found = deployment.proxy_for(f"https://{NAME}/v2/", {"HTTPS_PROXY": P, "NO_PROXY": no_proxy})
    assert found == ("" if exempt else P)


@pytest.mark.parametrize(
    ("host", "no_proxy", "exempt"),
    [
        ("10.0.1.6", "10.0.0.0/16", True),
        ("10.0.1.6", "10.0.9.9/16", True),
        ("10.0.1.6", "10.1.0.0/16", False),
        ("10.0.1.6", "10.0.0.0/255.255.0.0", False),
        ("10.0.1.6", "10.0.1.6", True),
        ("10.0.1.6", "10.0.1.6:443", True),
        ("10.0.1.6", "10.0.1.6:80", False),
        ("10.0.1.6", "10.0.1", False),
        ("10.0.1.6", "::ffff:10.0.1.6", True),
        ("[fd00::6]", "fd00::/8", True),
        ("[fd00::6]", "FD00:0::6", True),
        ("[fd00::6]", "[fd00::6]:443", True),
        ("[fd00::6]", "[fd00::6]:80", False),
        ("[fd00::6]", "[fd00::6]", False),
        ("[fd00::6]", "10.0.0.0/8", False),
        # To the machine itself a Go program never uses a proxy.
        ("localhost", "", True),
        ("127.0.0.9", "", True),
        ("[::1]", "", True),
        ("localhost.localdomain", "", False),
        ("b\u00fccher.example", "xn--bcher-kva.example", True),
        ("xn--bcher-kva.example", ".b\u00fccher.example", False),
        ("img.xn--bcher-kva.example", ".b\u00fccher.example", True),
    ],
)
def test_addresses_and_networks_may_be_exempt(host: str, no_proxy: str, exempt: bool) -> None:
    found = deployment.proxy_for(f"https://{host}/", {"HTTPS_PROXY": P, "NO_PROXY": no_proxy})
    assert found == ("" if exempt else P)


def test_a_port_of_the_address_counts() -> None:
    environment = {"HTTPS_PROXY": P, "NO_PROXY": f"{NAME}:8443"}
    assert deployment.proxy_for(f"https://{NAME}:8443/v2/", environment) == ""
    assert deployment.proxy_for(f"https://{NAME}/v2/", environment) == P


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("docker compose up", []),
        ("docker-compose -f a.yml --file b.yml up", ["a.yml", "b.yml"]),
        ("docker compose --file=a.yml up", ["a.yml"]),
    ],
)
def test_files_of_a_command(command: str, files: list[str]) -> None:
    assert deployment.named_files(command.split()) == files


@pytest.mark.parametrize(
    ("line", "files"),
    [
        ("ExecStart=/usr/bin/docker compose -f /opt/harbor/docker-compose.yml up", ["/opt/harbor/docker-compose.yml"]),
        ("ExecStart=/usr/bin/docker-compose \\\n -f docker-compose.yml up -d", ["/opt/harbor/docker-compose.yml"]),
        ("ExecStart=/usr/bin/docker compose up", []),
        ("ExecStop=/usr/bin/docker compose -f docker-compose.yml down", []),
        ("ExecStart=/usr/bin/tail -f up", []),
    ],
)
def test_files_of_a_unit(line: str, files: list[str]) -> None:
    unit = f"[Service]\nWorkingDirectory=/opt/harbor\n{line}\n"
    assert deployment.unit_files(unit, "/opt/harbor") == files
    assert deployment.unit_files(unit, "/srv/other") == []


def test_compose_file_in_env() -> None:
    assert deployment.file_variable("A=1\nCOMPOSE_FILE='a.yml:b.yml' # both\n") == ["a.yml", "b.yml"]
    assert deployment.file_variable("#COMPOSE_FILE=a.yml\n") == []
    assert deployment.file_variable(None) == []


@pytest.mark.parametrize("text", ["", "nothing", "{}", "[]", "null", '[{"Name": null}]'])
def test_strange_answers_of_the_engine_are_no_containers_of_harbor(text: str) -> None:
    assert "core" not in deployment.containers(text)


def test_labels_of_podman_and_relative_files() -> None:
    labels = {
        "com.docker.compose.service": "core",
        "com.docker.compose.project.working_dir": "/opt/harbor",
        "com.docker.compose.project.config_files": "docker-compose.yml,docker-compose.override.yml",
    }
    shown = {"Name": "harbor-core", "Created": "2026-11-21T09:16:17.9+00:00", "Config": {"Labels": labels}}
    core = deployment.containers(json.dumps([shown]))["core"]
    assert core.files == ("/opt/harbor/docker-compose.yml", "/opt/harbor/docker-compose.override.yml")
    assert core.created == 1795252577.0
    assert core.running is False


COMPOSE_YML, COMPOSE_YAML, DOCKER_YML, DOCKER_YAML = deployment.OVERRIDES


@pytest.mark.parametrize(
    ("existing", "named", "chosen"),
    [
        ([], [], DOCKER_YML),
        ([DOCKER_YAML], [], DOCKER_YAML),
        ([DOCKER_YML, COMPOSE_YAML], [], COMPOSE_YAML),
        ([DOCKER_YAML, COMPOSE_YAML, COMPOSE_YML], [], COMPOSE_YML),
        ([COMPOSE_YML], ["/opt/harbor/docker-compose.yml", f"/opt/harbor/{DOCKER_YML}"], DOCKER_YML),
        ([COMPOSE_YML], ["/opt/harbor/docker-compose.yml"], COMPOSE_YML),
    ],
)
def test_names_go_into_the_override_that_compose_reads(existing: list[str], named: list[str], chosen: str) -> None:
    assert deployment.override_for_names(existing, named) == chosen


def test_podman_compose_reads_all_overrides_and_docker_compose_one() -> None:
    assert deployment.overrides_read(["docker", "compose"], [], COMPOSE_YML) == [COMPOSE_YML]
    assert deployment.overrides_read(["/usr/bin/podman-compose"], [], COMPOSE_YML) == list(deployment.OVERRIDES)
    named = ["/opt/harbor/docker-compose.yml", f"/opt/harbor/{DOCKER_YAML}"]
    assert deployment.overrides_read(["podman-compose"], named, DOCKER_YAML) == [DOCKER_YAML]


@pytest.mark.parametrize(
    ("version", "existing", "problem"),
    [
        ("", [DOCKER_YML, DOCKER_YAML], ""),
        ("2.24.6", [DOCKER_YML, COMPOSE_YML], ""),
        ("1.29.2", [COMPOSE_YML], ""),
        (
            "1.29.2",
            [COMPOSE_YML, DOCKER_YML],
            f"does not start with more than one override ({COMPOSE_YML}, {DOCKER_YML})",
        ),
        ("1.25.5", [COMPOSE_YML, DOCKER_YML], ""),
        ("1.25.5", [DOCKER_YML, DOCKER_YAML], "does not start with more than one override"),
        (
            "1.25.5",
            [COMPOSE_YAML],
            f"does not read {COMPOSE_YAML}, which only later versions know. Rename it to {DOCKER_YML}.",
        ),
    ],
)
def test_what_docker_compose_1_does_not_read_is_said(version: str, existing: list[str], problem: str) -> None:
    found = deployment.old_compose_problem(version, existing)
    assert problem in found
    assert bool(found) is bool(problem)


def apply(resource: dict[str, Any], hosts: dict[str, str]) -> list[dict[str, Any]]:
    return alias_patch(resource, hosts, "one")


def test_a_patch_of_aliases_joins_those_of_the_same_address() -> None:
    theirs = [{"ip": "10.0.0.7", "hostnames": ["theirs"]}]
    resource = {"metadata": {"name": "core"}, "spec": {"template": {"spec": {"hostAliases": theirs}}}}
    patch = apply(resource, {NAME: "10.0.0.7"})
    assert [one["op"] for one in patch] == ["test", "add", "add", "add"]
    assert patch[1]["value"] == [{"ip": "10.0.0.7", "hostnames": ["theirs", NAME]}]
    assert patch[3]["path"] == "/metadata/annotations/cloud-registry.migration~1one"
    assert theirs == [{"ip": "10.0.0.7", "hostnames": ["theirs"]}]


def test_a_new_address_replaces_ours_and_another_address_of_somebody_is_refused() -> None:
    mine = {"cloud-registry.migration/one": json.dumps({NAME: "10.0.0.7"})}
    spec = {"template": {"spec": {"hostAliases": [{"ip": "10.0.0.7", "hostnames": [NAME]}]}}}
    ours = {"metadata": {"name": "core", "annotations": mine}, "spec": spec}
    assert apply(ours, {NAME: "10.0.0.7"}) == []
    assert apply(ours, {NAME: "10.0.0.8"})[2]["value"] == [{"ip": "10.0.0.8", "hostnames": [NAME]}]
    assert [one["op"] for one in apply(ours, {})] == ["test", "test", "remove", "remove"]
    with pytest.raises(InvalidInput, match=r"given the address 10\.0\.0\.7 in hostAliases of the Deployment 'core'"):
        apply({"metadata": {"name": "core"}, "spec": spec}, {NAME: "10.0.0.8"})
