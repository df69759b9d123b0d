# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens when the world is not as the last run left it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from tests.integration.journeys.journey import MARKER, Journey, assert_success, sentences, tcr_client
from tests.integration.modules import harbor_connection
from tests.sandbox.images import image, push_images

MakeJourney = Callable[..., Journey]
SMALL = {"migration_projects": "library, platform"}


def test_only_what_differs_is_repaired(make_journey: MakeJourney) -> None:
    """Another image under a tag at the target, and a new one at the source: verify tells, migrate repairs both."""
    journey = make_journey(variables=SMALL)
    assert_success(journey.run("migrate"))
    digests = journey.target_digests()
    assert set(digests) == {"library/base", "library/nginx", "platform/agent", "platform/tools/builder"}
    facts = journey.sandbox.facts
    push_images(
        facts["harbor_url"],
        facts["harbor_username"],
        facts["harbor_password"],
        {"library/late": {"1": image(["late"])}, "platform/agent": {"0.8": image(["another"])}},
    )

    verified = journey.run("verify")
    assert verified.status != 0
    assert "Traceback" not in verified.output
    said = sentences(verified)
    assert "library/late:1 missing" in said
    assert "platform/agent:0.8 different" in said
    assert "Run migrate again" in said
    assert journey.writes("CreateInstanceToken") == []
    verdicts = {one["name"]: one["verdict"] for one in journey.report()["comparison"]["repositories"]}
    assert verdicts["library/late"] == "missing"
    assert verdicts["platform/agent"] == "different"
    assert verdicts["library/base"] == "equal"
    tolerated = journey.run("verify", migration_tolerate="missing, different, extra")
    assert_success(tolerated)

    assert_success(journey.run("migrate"))
    assert journey.steps() == ["start replication execution: `demo`"]
    assert "library/late" in journey.target_digests()


def test_a_lost_credential_is_replaced_and_orphans_go(make_journey: MakeJourney) -> None:
    """As after a crash between the creation of a credential and its hand-over, and after somebody revoked the other."""
    journey = make_journey(variables=SMALL)
    assert_success(journey.run("migrate"))
    tcr = tcr_client(journey.sandbox)
    (first,) = journey.credentials()
    assert journey.endpoints()["demo"] == f"{MARKER}; credential {first}"

    orphan = tcr.create_token(journey.registry.id, MARKER)["TokenId"]
    theirs = tcr.create_token(journey.registry.id, "managed by cloud_registry.migration: demo-2")["TokenId"]
    assert_success(journey.run("migrate"))
    assert set(journey.credentials()) == {first, theirs}
    assert orphan not in journey.credentials()
    assert len(journey.steps()) == 1

    tcr.delete_token(journey.registry.id, first)
    assert_success(journey.run("plan"))
    planned = journey.planned_steps()
    assert_success(journey.run("migrate"))
    assert journey.steps() == planned
    assert "update Harbor endpoint: `demo`" in planned
    (second,) = set(journey.credentials()) - {theirs}
    assert second != first
    assert journey.endpoints()["demo"] == f"{MARKER}; credential {second}"


def test_a_namespace_map_as_text_brings_projects_elsewhere(make_journey: MakeJourney) -> None:
    journey = make_journey(variables={**SMALL, "migration_namespace_map": "platform=shared-tools"})
    assert_success(journey.run("migrate"))
    assert set(journey.target_digests()) == {
        "library/base",
        "library/nginx",
        "shared-tools/agent",
        "shared-tools/tools/builder",
    }
    assert set(journey.policies()) == {"demo", "demo-shared-tools"}
    second = journey.run("migrate")
    assert_success(second)
    assert second.total("changed") == 0, second.output


def test_whitelist_entries_follow_the_variable(make_journey: MakeJourney) -> None:
    journey = make_journey(variables=SMALL)
    assert_success(journey.run("migrate"))
    tcr_client(journey.sandbox).create_security_policies(journey.registry.id, [("10.1.1.0/24", "theirs")])
    assert_success(journey.run("migrate", migration_public_cidrs="127.0.0.0/8"))
    assert journey.whitelist() == {"127.0.0.0/8": MARKER, "10.1.1.0/24": "theirs"}


def test_a_failed_replication_says_why_and_is_reported(make_journey: MakeJourney) -> None:
    """The namespace is deleted after it was made: what Harbor's task says reaches the operator and the report."""
    journey = make_journey(variables=SMALL, harbor_flow_seconds=2)

    def delete_namespace() -> None:
        tcr = tcr_client(journey.sandbox)
        end = time.monotonic() + 60
        while not any(entry.path.endswith("/executions") and entry.write for entry in journey.sandbox.journal.entries):
            if time.monotonic() > end:
                return
            time.sleep(0.05)
        tcr.delete_namespace(journey.registry.id, "platform")

    thread = threading.Thread(target=delete_namespace)
    thread.start()
    run = journey.run("migrate")
    thread.join()
    assert run.status != 0, run.output
    assert "Traceback" not in run.output
    assert "platform/agent" in sentences(run)
    report = journey.report()
    assert "platform/agent" in report["failure"]
    assert report["temporary_access"]

    assert_success(journey.run("migrate"))
    assert journey.report()["comparison"]["equal"] is True


def test_cleanup_refuses_while_something_runs(make_journey: MakeJourney) -> None:
    journey = make_journey(variables=SMALL)
    assert_success(journey.run("migrate"))
    facts = journey.sandbox.facts
    push_images(
        facts["harbor_url"],
        facts["harbor_username"],
        facts["harbor_password"],
        {"library/late": {"1": image(["late"])}},
    )
    journey.sandbox.settings.update(harbor_task_seconds=120)
    harbor = harbor_connection.harbor(journey.sandbox)
    harbor.start_execution(journey.policies()["demo"]["id"])
    refused = journey.run("cleanup")
    assert refused.status != 0
    assert "found an unfinished execution of demo" in sentences(refused)
    assert journey.writes() == []
    journey.sandbox.settings.update(harbor_task_seconds=0.1)
    assert_success(journey.run("cleanup", migration_stop_running=True))
    assert (journey.policies(), journey.endpoints(), journey.credentials(), journey.whitelist()) == ({}, {}, {}, {})


@pytest.mark.parametrize("methods", ["hosts_file", "compose_override"])
def test_the_hosts_file_alone_does_not_reach_the_containers(make_journey: MakeJourney, methods: str) -> None:
    """What the vendor's guide says fails with the explanation; the override makes it work."""
    settings = {"migration_hosts_methods": methods, "migration_settling_timeout": 0.5}
    journey = make_journey(network="private", variables={**SMALL, **settings})
    run = journey.run("migrate")
    if methods == "compose_override":
        assert_success(run)
        assert "demo.tencentcloudcr.com" not in journey.sandbox.harbor.hosts_file.read_text()
        return
    assert run.status != 0
    said = sentences(run)
    assert "harbor-core resolves demo.tencentcloudcr.com to 127.0.10.1, expected 127.0.30.1" in said, run.output
    assert "The containers do not read the hosts file of the host. Add compose_override" in said
    assert "demo.tencentcloudcr.com" in journey.sandbox.harbor.hosts_file.read_text()
    assert journey.endpoints() == {}
