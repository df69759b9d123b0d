# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""harbor_name_resolution before anything is changed: what would spoil a migration ends it, what is not known is a warning."""

from __future__ import annotations

import json

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import Conflict
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
