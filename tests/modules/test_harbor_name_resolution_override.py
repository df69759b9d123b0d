# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""harbor_name_resolution and the overrides of Compose that a site has: which one is read, whose it is, who needs it."""

from __future__ import annotations

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import Conflict
from tests.modules.host_in_process import THEIRS, HostInProcess, MakeHost, steps

BOTH_GONE = ["delete hosts block", "delete container hosts"]


@pytest.mark.parametrize(
    "theirs", [b"", b"# nothing yet\n", b"services:\n"], ids=["empty", "comments", "empty services"]
)
def test_a_file_of_others_is_never_removed(host: HostInProcess, theirs: bytes) -> None:
    host.override.write_bytes(theirs)
    assert host.give()["resolved"]
    assert host.resolution().remove()["removed"]
    assert host.override.read_bytes() == theirs


@pytest.mark.parametrize("name", ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yaml"])
def test_names_go_into_the_override_that_the_site_has(host: HostInProcess, name: str) -> None:
    """Compose reads one override only: one with another name would be ignored, or would hide that of the site."""
    file = host.override.with_name(name)
    file.write_bytes(THEIRS)
    assert host.give()["resolved"]
    assert not host.override.exists()
    assert host.resolution().remove()["removed"]
    assert file.read_bytes() == THEIRS


def test_an_override_that_is_hidden_by_another_is_told_and_names_are_taken_from_both(host: HostInProcess) -> None:
    host.give_names(host.address)
    ours = host.override.read_bytes()
    other = host.override.with_name("compose.override.yml")
    other.write_bytes(THEIRS)
    with pytest.raises(Conflict) as failed:
        host.resolution().ensure()
    assert f"Harbor was started with {host.override}, but Compose reads only one override" in str(failed.value)
    assert f"now that is {other}. Put the content of both into one file" in str(failed.value)
    host.override.unlink()
    assert host.give()["resolved"]
    host.override.write_bytes(ours)
    removed = host.resolution().remove()
    assert (steps(removed), removed["removed"]) == (BOTH_GONE, True)
    assert (other.read_bytes(), host.override.exists()) == (THEIRS, False)


def test_docker_compose_1_with_two_overrides_is_refused_with_the_reason(make_host: MakeHost) -> None:
    host = make_host(harbor_version="2.9", harbor_compose="docker-compose")
    for name in ("docker-compose.override.yaml", "compose.override.yml"):
        host.override.with_name(name).write_text("version: '2.3'\n")
    before = host.hosts_file.read_bytes()
    with pytest.raises(Conflict, match=r"Docker Compose 1\.29\.2 does not start with more than one override"):
        host.resolution().ensure()
    assert (host.hosts_file.read_bytes(), host.override.exists(), host.commands()) == (before, False, [])


def test_containers_keep_a_name_that_another_migration_needs(host: HostInProcess) -> None:
    for order in (("demo", "other"), ("other", "demo")):
        for migration in ("demo", "other"):
            host.resolution(migration_id=migration, methods=["compose_override"]).ensure()
        host.sandbox.harbor.deployment.calls.clear()
        assert steps(host.resolution(migration_id=order[0]).remove()) == ["update container hosts"]
        assert (host.resolved(), host.commands()) == ({host.address}, []), "nothing changes for Harbor"
        assert host.resolution(migration_id=order[1]).remove()["removed"]
        assert (host.override.exists(), host.address in host.resolved()) == (False, False)
