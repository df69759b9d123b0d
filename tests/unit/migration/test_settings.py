# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the variables of a migration must say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.variables.settings import (
    Settings,
    identity_problems,
    path_problems,
)

PUBLIC = Settings("spring", registry_id="tcr-1", public_cidrs=["203.0.113.7/32"])
PRIVATE = Settings("spring", network="private", vpc_id="vpc-1", subnet_id="subnet-1", harbor_hosts=["harbor-1"])


@pytest.mark.parametrize("name", ["", "My migration", "-spring", "spring-", "x" * 41, "spring\n"])
def test_a_migration_needs_a_name_that_can_be_a_marker(name: str) -> None:
    (problem,) = identity_problems(replace(PUBLIC, id=name))
    assert problem.startswith(f"migration_id is '{name}', which is not a name of 1 to 40 characters")


@pytest.mark.parametrize("name", ["s", "spring", "to-tcr.2026_1", "x" * 40])
def test_these_names_are_fine(name: str) -> None:
    assert not list(identity_problems(replace(PUBLIC, id=name)))


def test_a_registry_must_be_named_by_id_or_name() -> None:
    (problem,) = identity_problems(replace(PUBLIC, registry_id=""))
    assert "migration_registry_id" in problem and "migration_registry_name" in problem
    assert not list(identity_problems(replace(PUBLIC, registry_id="", registry_name="demo")))


def test_settings_that_are_complete_have_no_problem() -> None:
    assert not list(path_problems(PUBLIC))
    assert not list(path_problems(PRIVATE))
    assert not list(path_problems(replace(PRIVATE, harbor_hosts=(), hosts_methods=["none"])))
    for host in ("10.0.0.6", "fd00::6", "registry.example", "localhost"):
        assert not list(path_problems(replace(PUBLIC, registry_connect_to=host)))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (replace(PUBLIC, network="vpn"), "migration_network is 'vpn'"),
        (replace(PUBLIC, public_cidrs=()), "migration_public_cidrs is empty"),
        (replace(PRIVATE, vpc_id=""), "migration_vpc_id is ''"),
        (replace(PRIVATE, subnet_id=""), "migration_subnet_id is ''"),
        (replace(PRIVATE, harbor_hosts=()), "the inventory group 'harbor' has no host"),
        (replace(PRIVATE, vpc_id="1a2b3c4d"), "migration_vpc_id is '1a2b3c4d', which is no id of a vpc"),
        (replace(PRIVATE, subnet_id="vpc-1"), "migration_subnet_id is 'vpc-1', which is no id of a subnet"),
        (replace(PRIVATE, hosts_methods=["none", "hosts_file"]), "none excludes every other method"),
        (
            replace(PUBLIC, registry_connect_to="https://10.0.0.6"),
            "migration_registry_connect_to is 'https://10.0.0.6'",
        ),
        (replace(PUBLIC, registry_connect_to="registry.example:443"), "is 'registry.example:443', which is no host"),
        (replace(PUBLIC, registry_connect_to="10.0.0.6 "), "which is no host"),
        (
            replace(PRIVATE, hosts_methods=["etc_hosts"]),
            "migration_hosts_methods names etc_hosts. Choose from hosts_file",
        ),
    ],
)
def test_each_gap_is_named_with_its_variable(settings: Settings, expected: str) -> None:
    (problem,) = path_problems(settings)
    assert expected in problem
