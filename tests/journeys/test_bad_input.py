# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input ends ``migrate`` with one sentence that says what to do, and without a single write.

Which input is refused with which words is tested at the module migration_state_info; here is what else counts.
"""

from __future__ import annotations

import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.journeys.journey import Journey, sentences

MakeJourney = Callable[..., Journey]


def refused(journey: Journey, *expected: str, **variables: Any) -> str:
    """Run ``migrate`` and assert that it is refused with these words, no traceback and no write."""
    run = journey.run("migrate", **{"migration_wait_timeout": 1, **variables})
    assert run.status != 0, run.output
    assert "Traceback" not in run.output, run.output
    assert "defect of the collection" not in run.output, run.output
    said = sentences(run)
    for words in expected:
        assert words in said, run.output
    assert journey.writes() == [], run.output
    return said


def test_a_refusal_is_the_sentence_itself(make_journey: MakeJourney) -> None:
    journey = make_journey()
    said = refused(journey, "has no tag that migration_projects", "Widen them", migration_tags="no-such-tag")
    report = journey.report()
    assert (report["outcome"], report["steps"]) == ("failed", [])
    assert report["failure"] and report["failure"] in said
    written = sorted(journey.output.iterdir())
    said = refused(journey, *SAID_AT_ONCE, **MISREAD)
    assert not journey.sandbox.journal.entries, "all of this is known before the first call"
    said = refused(journey, "migration_id is 'My migration'", "Neither migration_registry_id", **NAMELESS)
    assert "Expected" not in said
    assert not journey.sandbox.journal.entries
    assert sorted(journey.output.iterdir()) == written, "a report needs a directory and a name"


MISREAD = {
    "migration_project": "shop",
    "migration_tags": [1.10],
    "migration_registry_name": True,
    "migration_namespace_map": "mirror",
    "migration_hosts_methods": "hosts_file, etc_hosts",
    "migration_network": "vpn",
    "migration_accepted_verdicts": ["extra", "gone"],
    "migration_execution_timeout": "10m",
    "migration_speed": "fast",
    "migration_allow_any_source": "perhaps",
    "migration_output_directory": "/proc/output",
    "migration_credential_file": "/nowhere/key.json",
    "migration_credential_vault_password": " ",
}
SAID_AT_ONCE = (
    "migration_project is not a variable of this collection. Did you mean migration_projects?",
    "migration_tags: The number 1.1",
    "migration_registry_name: The boolean true",
    "migration_namespace_map: 'mirror' is not of the form name=value",
    "migration_hosts_methods: Found etc_hosts",
    "migration_network: Found vpn",
    "migration_accepted_verdicts: Found gone",
    "migration_execution_timeout: '10m'",
    "migration_speed: 'fast'",
    "migration_allow_any_source: 'perhaps'",
    "migration_output_directory is /proc/output, but",
    "migration_credential_file is /nowhere/key.json, but",
    "migration_credential_vault_password: What was found cannot be used. Set it, or leave it empty.",
)
NAMELESS = {"migration_id": "My migration", "migration_registry_id": ""}


def test_a_library_that_is_missing_where_modules_run(make_journey: MakeJourney, tmp_path: Path) -> None:
    journey = make_journey()
    python = tmp_path / "bare/bin/python"
    venv.create(tmp_path / "bare", with_pip=False)
    said = refused(journey, "requests", "pip install", ansible_python_interpreter=str(python))
    assert str(python.parent) in said


def test_a_target_that_harbor_cannot_reach(make_played_journey: MakeJourney) -> None:
    journey = make_played_journey(variables={"migration_propagation_timeout": 0.5})
    started = time.monotonic()
    run = journey.run("migrate", migration_public_cidrs="127.0.0.1/32")
    assert run.status != 0
    assert "Traceback" not in run.output, run.output
    said = sentences(run)
    assert "Harbor's core container tried to use http://demo.tencentcloudcr.com" in said, run.output
    assert "The connection was made from inside Harbor, not from this host" in said
    assert journey.endpoints() == {}
    report = journey.report()
    assert "made from inside Harbor" in report["failure"]
    assert {one["object"] for one in report["temporary_access"]} == {"whitelist entry"}
    assert journey.credentials() == {}
    assert time.monotonic() - started < 120
