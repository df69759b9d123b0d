# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Over a private link: a line in the hosts file of the host is not enough for Harbor, and the run says so."""

from __future__ import annotations

from collections.abc import Callable

from tests.journeys.journey import Journey, assert_success, sentences
from tests.roles.harbor_host import HarborHost

SMALL = {"migration_projects": "platform"}


def test_the_hosts_file_alone_fails_with_the_reason_and_the_override_helps(
    make_played_journey: Callable[..., Journey],
) -> None:
    journey = make_played_journey(network="private", variables=SMALL)
    alone = journey.run("migrate", migration_hosts_methods="hosts_file")
    assert alone.status != 0
    assert "Traceback" not in alone.output
    said = sentences(alone)
    name = journey.sandbox.facts["public_domain"]
    for container in ("harbor-core", "harbor-jobservice"):
        assert f"{container} resolves {name} to 127.0.10.1, expected 127.0.30." in said, alone.output
    assert "The containers do not read the hosts file of the host" in said
    assert "Add compose_override to migration_hosts_methods" in said
    assert name in journey.sandbox.harbor.hosts_file.read_text()
    assert (journey.endpoints(), journey.credentials()) == ({}, {})

    assert_success(journey.run("migrate", migration_hosts_methods="hosts_file, compose_override"))
    assert journey.report()["comparison"]["equal"] is True


def test_what_would_spoil_the_run_is_found_before_anything_is_changed(
    make_played_journey: Callable[..., Journey],
) -> None:
    journey = make_played_journey(network="private", variables=SMALL)
    name = journey.sandbox.facts["public_domain"]
    journey.sandbox.settings.update(
        harbor_clock_skew=-400, harbor_proxy="http://someone:secret@proxy.example:3128", harbor_untrusted=[name]
    )
    run = journey.run("migrate")
    assert run.status != 0
    said = sentences(run)
    assert "s behind TCR's" in said, run.output
    assert f"harbor-core reaches {name} through the proxy http://proxy.example:3128" in said
    assert f"Add {name} to proxy.no_proxy in harbor.yml" in said
    assert "does not trust the certificate" in said
    assert "secret@" not in run.output
    assert journey.writes() == []


def test_cleanup_takes_the_names_from_the_hosts_although_the_registry_is_gone(
    make_played_journey: Callable[..., Journey],
) -> None:
    journey = make_played_journey(network="private", seed="none")
    host = HarborHost(journey.sandbox, journey.directory, "127.0.30.1")
    before = host.hosts_file.read_text()
    host.give_names(host.address)
    run = journey.run("cleanup", migration_registry_id="tcr-deleted1")
    assert run.status != 0
    said = sentences(run)
    assert "tcr-deleted1" in said, run.output
    assert "Neither credentials nor whitelist entries were removed." in said
    assert "hosts block" in run.output
    assert (host.hosts_file.read_text(), host.override.exists()) == (before, False)
    assert host.address not in host.resolved()
