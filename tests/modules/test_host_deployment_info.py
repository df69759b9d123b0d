# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module host_deployment_info on the host that the sandbox stands for: every wrong answer is told with its place."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.modules import run_module
from tests.support.steps import succeed

run = partial(run_module, "host_deployment_info")
WRONG = "127.0.30.77"


class HostUnderTest:
    """Calls the module with the programs of the sandbox first on the path."""

    def __init__(self, sandbox: Any, units: Path) -> None:
        self.sandbox = sandbox
        self.units = units
        self.name = sandbox.facts["public_domain"]
        self.directory = Path(sandbox.facts["compose_directory"])
        self.programs = Path(sandbox.facts["compose_command"]).parent
        self.override = self.directory / "docker-compose.override.yml"

    def look(self, **options: Any) -> dict[str, Any]:
        found: dict[str, Any] = succeed(run, {"unit_directories": [str(self.units)], **options})["deployment"]
        return found

    def problems(self, **options: Any) -> dict[str, str]:
        """Kind to the sentences of that kind."""
        found: dict[str, str] = {}
        for problem in self.look(**options)["problems"]:
            found[problem["kind"]] = f"{found.get(problem['kind'], '')} {problem['text']}".strip()
        return found

    def write(self, address: str, file: str = "docker-compose.override.yml") -> None:
        path = self.directory / file
        content = (yaml.safe_load(path.read_text()) if path.exists() else None) or {"services": {}}
        for service in ("core", "jobservice"):
            content["services"].setdefault(service, {})["extra_hosts"] = [f"{self.name}:{address}"]
        path.write_text(yaml.safe_dump(content))

    def docker(self, *arguments: str) -> None:
        ended = self.sandbox.harbor.compose({"arguments": ["compose", *arguments], "directory": str(self.directory)})
        assert ended["status"] == 0, ended


@pytest.fixture
def make_host(
    make_sandbox: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., HostUnderTest]]:
    def make(**settings: Any) -> HostUnderTest:
        host = HostUnderTest(make_sandbox(seed="none", network="private", **settings), tmp_path / "units")
        host.units.mkdir()
        monkeypatch.setenv("PATH", f"{host.programs}:/usr/bin:/bin")
        monkeypatch.delenv("COMPOSE_FILE", raising=False)
        return host

    yield make


@pytest.fixture
def host(make_host: Callable[..., HostUnderTest]) -> HostUnderTest:
    return make_host()


@pytest.mark.parametrize(
    ("compose", "command"),
    [
        ("docker compose", ["docker", "compose"]),
        ("docker-compose", ["docker-compose"]),
        ("podman-compose", ["podman-compose"]),
    ],
)
def test_what_runs_is_found_by_looking(
    make_host: Callable[..., HostUnderTest], compose: str, command: list[str]
) -> None:
    host = make_host(harbor_compose=compose)
    if compose == "podman-compose":
        os.environ["PATH"] = str(host.programs)
    found = host.look()
    assert (found["kind"], found["directory"], found["command"]) == ("compose", str(host.directory), command)
    assert {one["name"]: one["running"] for one in found["containers"]} == {
        "harbor-core": True,
        "harbor-jobservice": True,
    }
    assert (found["exists"], found["override"], found["problems"]) == (False, "docker-compose.override.yml", [])


def test_dns_that_gives_the_public_address(host: HostUnderTest) -> None:
    said = host.problems(names=[host.name], address=WRONG)["answer"]
    assert f"harbor-core resolves {host.name} to 127.0.10.1, expected {WRONG}" in said
    assert f"harbor-jobservice resolves {host.name}" in said
    assert "The containers do not read the hosts file of the host" in said
    assert "cannot resolve nobody.example" in host.problems(names=["nobody.example"], address=WRONG)["answer"]
    assert host.problems(names=[host.name], address="127.0.10.1") == {}


@pytest.mark.parametrize("file", ["docker-compose.yml", "docker-compose.override.yml"])
def test_an_old_address_is_told_with_its_file(host: HostUnderTest, file: str) -> None:
    host.write("127.0.30.66", file)
    host.docker("up", "-d")
    said = host.problems(names=[host.name], address=WRONG)["answer"]
    assert f"resolves {host.name} to 127.0.30.66, expected {WRONG}" in said
    assert f"This old address is in the extra_hosts in {host.directory}/{file}" in said


def test_an_override_that_was_not_taken_over(host: HostUnderTest) -> None:
    host.write(WRONG)
    said = host.problems(names=[host.name], address=WRONG)["answer"]
    assert f"The line is in {host.override}, but the container was made without it" in said
    host.docker("up", "-d")
    assert host.problems(names=[host.name], address=WRONG) == {}


def test_a_start_with_f_after_the_override_was_written(host: HostUnderTest) -> None:
    host.write(WRONG)
    os.utime(host.override, (time.time() - 100, time.time() - 100))
    host.docker("-f", "docker-compose.yml", "up", "-d", "--force-recreate")
    said = host.problems()["files"]
    assert f"harbor-core was created after {host.override} was written, but without it" in said
    assert "-f" in said


@pytest.mark.parametrize("place", ["option", "environment", ".env", "unit"])
def test_a_command_that_ignores_the_override(host: HostUnderTest, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    base, options = f"{host.directory}/docker-compose.yml", {}
    if place == "option":
        options = {"compose_command": f"docker compose -f {base}"}
    elif place == "environment":
        monkeypatch.setenv("COMPOSE_FILE", base)
    elif place == ".env":
        (host.directory / ".env").write_text("# site\nCOMPOSE_FILE=docker-compose.yml\n")
    else:
        unit = f"[Service]\nWorkingDirectory={host.directory}\nExecStart=/usr/bin/docker-compose -f docker-compose.yml up\n"
        (host.units / "harbor.service").write_text(unit)
    said = host.problems(**options)["files"]
    assert f"Add -f {host.override}" in said
    assert base in said
    if place == "option":
        assert host.problems(compose_command=f"docker compose -f {base} -f {host.override}") == {}


def test_a_site_with_files_of_its_own(host: HostUnderTest) -> None:
    extra = host.directory / "site.yml"
    extra.write_text("services: {core: {environment: {A: b}}}\n")
    host.docker("-f", "docker-compose.yml", "-f", "site.yml", "up", "-d", "--force-recreate")
    said = host.problems()["files"]
    assert f"does not read {extra}. Set migration_compose_command" in said


def test_proxy_certificate_and_clock(make_host: Callable[..., HostUnderTest]) -> None:
    host = make_host(harbor_proxy="http://me:secret@proxy.example:3128", harbor_clock_skew=300)
    options = {"names": [host.name], "url": f"https://{host.name}", "clock_reference": time.time()}
    said = host.problems(**options, bypass_proxy=True)
    assert "s ahead of TCR's" in said["clock"]
    assert f"Add {host.name} to proxy.no_proxy in harbor.yml" in said["proxy"]
    assert "http://proxy.example:3128" in said["proxy"]
    assert "secret" not in json.dumps(said)
    assert "must be in migration_public_cidrs" in host.problems(**options)["proxy"]
    host.sandbox.settings.update(
        harbor_no_proxy=["tencentcloudcr.com"], harbor_untrusted=[host.name], harbor_clock_skew=0
    )
    said = host.problems(**options, bypass_proxy=True)
    assert set(said) == {"trust"}
    assert "common/config/shared/trust-certificates" in said["trust"]


def test_containers_without_a_list_of_authorities(make_host: Callable[..., HostUnderTest]) -> None:
    said = make_host(harbor_bundle=False).problems(url="https://registry.example")
    assert set(said) == {"trust"}
    assert "harbor-core has no list of certificate authorities" in said["trust"]


def test_what_cannot_be_asked_is_said(make_host: Callable[..., HostUnderTest]) -> None:
    host = make_host(harbor_lacking=["getent", "curl"])
    said = host.problems(names=[host.name], address=WRONG, url=f"https://{host.name}")
    assert set(said) == {"untested"}
    for container in ("harbor-core", "harbor-jobservice"):
        assert f"{container} could not be asked for the address of {host.name}" in said["untested"]
        assert f"Whether {container} trusts the certificate of https://{host.name}/v2/ could not" in said["untested"]


def test_before_the_link_is_there_the_address_of_the_api_tells(make_host: Callable[..., HostUnderTest]) -> None:
    host = make_host(harbor_untrusted=["api.example"])
    said = host.problems(url="https://registry.example", public_url="https://api.example")
    assert "harbor-core cannot resolve the name of https://registry.example/v2/" in said["connection"]
    assert "does not trust the certificate of https://api.example" in said["trust"]
    said = host.problems(url="https://registry.example", public_url="https://other.example")
    assert "it reaches neither that nor https://other.example" in said["untested"]


def test_a_way_that_is_closed(host: HostUnderTest) -> None:
    said = host.problems(names=[host.name], url=host.sandbox.facts["registry_url"])
    assert "gets no answer in time" in said["connection"]


def test_harbor_that_is_down(host: HostUnderTest) -> None:
    host.docker("down")
    said = host.problems(clock_reference=time.time() + 300)
    assert "No running container of core and jobservice" in said["running"]
    assert "s behind TCR's" in said["clock"]


def test_neither_containers_nor_a_chart(host: HostUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(host.units))
    assert host.look()["kind"] == "bare"
    late = {"clock_reference": time.time() - 300}
    assert host.look(**late)["problems"][0]["text"].startswith("The clock of Harbor's host is 300 s ahead of TCR's")
    deployments = {
        "items": [
            {
                "metadata": {
                    "name": "registry-harbor-core",
                    "namespace": "tools",
                    "labels": {"app": "harbor", "component": "core", "release": "registry"},
                }
            }
        ]
    }
    kubectl = host.units / "kubectl"
    kubectl.write_text(f"#!/bin/sh\nprintf '%s' '{json.dumps(deployments)}'\n")
    kubectl.chmod(0o755)
    found = host.look()
    assert found["kind"] == "kubernetes"
    assert found["release"] == {"namespace": "tools", "release": "registry", "core": "registry-harbor-core"}
    said = host.problems(**late, names=[host.name], address=WRONG, url=f"https://{host.name}")
    assert set(said) == {"clock", "untested"}
    why = "because Harbor runs in pods of a cluster"
    assert f"Inside the containers the address of {host.name} could not be asked for, {why}" in said["untested"]
    assert f"and whether a proxy is in the way, could not be tested, {why}" in said["untested"]
    assert "The clocks of the cluster's nodes could not be compared" in said["untested"]
    assert host.look(detect_helm_release=False)["kind"] == "bare"
