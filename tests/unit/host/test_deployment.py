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
from ansible_collections.cloud_registry.migration.plugins.module_utils._host.compose_override import stale_services
from ansible_collections.cloud_registry.migration.plugins.module_utils._host.host_aliases import alias_patch

NAME = "demo.tencentcloudcr.com"
PROXY = {"HTTPS_PROXY": "http://me:secret@proxy.example:3128"}


@pytest.mark.parametrize(
    ("no_proxy", "exempt"),
    [
        ("", False),
        ("*", True),
        (NAME, True),
        ("tencentcloudcr.com", True),
        (".tencentcloudcr.com", True),
        ("*.tencentcloudcr.com", True),
        (f".{NAME}", False),
        ("cloudcr.com", False),
        ("127.0.0.1, localhost ,core", False),
        ("localhost, TencentCloudCR.com", True),
        (f"{NAME}:443", True),
    ],
)
def test_no_proxy_is_read_as_go_reads_it(no_proxy: str, exempt: bool) -> None:
    found = deployment.proxy_for(f"https://{NAME}/v2/", {**PROXY, "NO_PROXY": no_proxy})
    assert found == ("" if exempt else "http://proxy.example:3128")


def test_a_proxy_is_for_its_scheme_and_networks_may_be_exempt() -> None:
    assert deployment.proxy_for(f"http://{NAME}", PROXY) == ""
    assert deployment.proxy_for(f"https://{NAME}", {"https_proxy": "proxy.example:3128"}) == "proxy.example:3128"
    assert deployment.proxy_for("https://10.0.1.6", {**PROXY, "no_proxy": "10.0.0.0/16"}) == ""


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


def test_stale_containers_are_those_that_differ_in_these_names() -> None:
    files = [{"services": {"core": {"extra_hosts": {NAME: "10.0.0.7"}}}}, {"services": {"core": None}}]
    current, old = {"other": ["10.1.1.1"], NAME: ["10.0.0.7"]}, {NAME: ["10.0.0.6"]}
    assert stale_services([{"service": "core", "hosts": current}], files, [NAME]) == []
    assert stale_services([{"service": "core", "hosts": old}], files, [NAME]) == ["core"]
    assert stale_services([{"service": "jobservice", "hosts": old}], files, [NAME]) == ["jobservice"]


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
