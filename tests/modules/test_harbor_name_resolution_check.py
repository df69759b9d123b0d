# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""harbor_name_resolution before anything is changed: what would spoil a migration ends it, what is not known is a warning."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import Conflict, MigrationError
from tests.modules.host_in_process import HostInProcess, MakeHost


def test_what_cannot_be_tested_yet_is_said_and_what_is_insecure_need_not_be_trusted(make_host: MakeHost) -> None:
    host = make_host(harbor_untrusted=["demo.example"])
    checked = host.resolution(url="https://far.example").check()
    assert checked["checked"]
    assert any(
        "Whether harbor-core trusts the certificate of https://far.example/v2/ could not be tested" in warning
        for warning in checked["warnings"]
    )
    checked = host.resolution(url="https://demo.example", insecure=True).check()
    assert (checked["checked"], checked["warnings"]) == (True, [])
    with pytest.raises(
        Conflict, match="harbor-core does not trust the certificate of https://demo.example/v2/"
    ) as failed:
        host.resolution(url="https://demo.example").check()
    assert failed.value.details["deployment"]["kind"] == "compose"
    assert "checked" not in failed.value.details


def test_what_would_spoil_the_migration_depends_on_the_network_path(make_host: MakeHost) -> None:
    host = make_host(harbor_proxy="http://someone:secret@proxy.example:3128", harbor_clock_skew=-400)
    with pytest.raises(Conflict) as failed:
        host.resolution().check()
    message = str(failed.value)
    assert "s behind TCR's" in message
    assert f"Add {host.name} to proxy.no_proxy in harbor.yml" in message
    assert "secret" not in json.dumps([message, failed.value.details])
    host.sandbox.settings.update(harbor_clock_skew=0)
    checked = host.resolution(bypass_proxy=False).check()
    assert any("must be in migration_public_cidrs" in warning for warning in checked["warnings"])


def test_a_harbor_that_is_down_matters_only_where_its_containers_get_names(host: HostInProcess) -> None:
    host.compose("down")
    with pytest.raises(Conflict, match="No running container of core and jobservice"):
        host.resolution().check()
    for options in ({"methods": ["hosts_file"]}, {"bypass_proxy": False}):
        assert host.resolution(**options).check()["checked"]


def test_the_clock_is_compared_with_that_of_the_cloud(host: HostInProcess) -> None:
    with pytest.raises(Conflict, match=r"is 30\d s ahead of TCR's; more than 60 s makes the registry refuse tokens"):
        host.resolution(clock_offset=-300).check()
    assert host.resolution(clock_offset=-300, clock_tolerance=400).check()["checked"]
    checked = host.resolution(clock_offset=None).check()
    assert any("Harbor's clock was not compared" in warning for warning in checked["warnings"])


def test_how_harbor_runs_is_said_before_anything_is_changed(host: HostInProcess) -> None:
    host.resolution().check()
    host.resolution(methods=["dnsmasq"]).check()
    host.resolution(bypass_proxy=False).check()
    host.stop_engine()
    host.resolution(methods=["none"]).check()
    where = f"harbor-1: Harbor runs in containers of Compose in {host.override.parent} (docker compose)"
    assert host.said == [
        f"{where}; names come from hosts_file, compose_override (migration_hosts_methods would change that).",
        f"{where}; names come from dnsmasq (as migration_hosts_methods says).",
        f"{where}.",
        "harbor-1: No container of Harbor was found; names come from none (as migration_hosts_methods says).",
    ]


def spoil(host: HostInProcess, name: str) -> dict[str, Any]:
    """Let one place refuse the names; returns the options that lead there."""
    nowhere = str(host.directory / "nowhere")
    match name:
        case "hosts file missing":
            return {"methods": ["hosts_file"], "hosts_file": f"{nowhere}/hosts"}
        case "hosts file is a directory":
            return {"methods": ["hosts_file"], "hosts_file": str(host.directory)}
        case "dnsmasq file without a directory":
            return {"methods": ["dnsmasq"], "dnsmasq_file": f"{nowhere}/x.conf", "dnsmasq_reload": "true"}
        case "dnsmasq file of somebody else":
            (host.directory / "theirs.conf").write_text("server=10.0.0.2\n")
            return {"methods": ["dnsmasq"], "dnsmasq_file": str(host.directory / "theirs.conf")}
        case "no command for dnsmasq":
            return {"methods": ["dnsmasq"], "dnsmasq_reload": "no-such-program restart"}
        case "half a command for dnsmasq":
            return {"methods": ["dnsmasq"], "dnsmasq_reload": "systemctl 'restart"}
        case "no collection for Kubernetes":
            return {"methods": ["helm"]}
        case "no Compose":
            host.stop_engine()
            return {"methods": ["compose_override"]}
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hosts file missing", "/nowhere/hosts does not exist"),
        ("hosts file is a directory", "could not be read: Is a directory"),
        ("dnsmasq file without a directory", "No such file or directory"),
        ("dnsmasq file of somebody else", "so it belongs to somebody else"),
        (
            "no command for dnsmasq",
            "'no-such-program restart', the command after which dnsmasq has read its file, is no",
        ),
        ("half a command for dnsmasq", "is no command of this host"),
        ("no collection for Kubernetes", "kubernetes.core"),
        ("no Compose", "compose_override"),
    ],
)
def test_a_place_that_refuses_the_names_is_found_before_there_is_a_link(
    host: HostInProcess, name: str, expected: str
) -> None:
    options = spoil(host, name)
    before = {path: path.read_bytes() for path in host.directory.rglob("*") if path.is_file()}
    with pytest.raises(MigrationError, match=expected):
        host.resolution(**options).check()
    assert host.resolution(**options, bypass_proxy=False).check()["checked"], "nobody needs names on the public path"
    assert {path: path.read_bytes() for path in host.directory.rglob("*") if path.is_file()} == before


def test_the_rehearsal_writes_nothing_and_asks_for_no_address(host: HostInProcess) -> None:
    before = host.hosts_file.read_bytes()
    assert host.resolution(address="", dnsmasq_reload="true").check()["checked"]
    assert host.modules == ["host_deployment_info", "host_name_records"]
    assert (host.hosts_file.read_bytes(), host.override.exists(), host.commands()) == (before, False, [])
