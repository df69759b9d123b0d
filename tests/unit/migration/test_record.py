# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the facts of the roles say about a run."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report.record import (
    failure_message,
    migration_record,
)

CREDENTIAL = {"action": "delete", "object": "access credential"}


def action(key: str, kind: str = "namespace") -> dict[str, str]:
    return {"action": "create", "object": kind, "key": key}


def record(local: dict[str, Any], limited: bool = False, **hosts: dict[str, Any]) -> dict[str, Any]:
    return migration_record({"localhost": local, **hosts}, list(hosts), limited)


def leftovers(*credentials: str, **facts: Any) -> dict[str, Any]:
    return {"leftovers": [{**CREDENTIAL, "key": one} for one in credentials], "held_credential_ids": [], **facts}


def test_actions_come_in_the_order_of_the_run() -> None:
    local = {
        "harbor_replication": {"actions": [action("demo", "Harbor endpoint")]},
        "registry_access": {"actions": [action("vpc-1", "private link")]},
        "registry_namespaces": {"actions": [action("shop")]},
    }
    found = record(local, harbor_1={"harbor_name_resolution": {"actions": [action("harbor_1", "hosts block")]}})
    assert [one["object"] for one in found["actions"]] == [
        "private link",
        "hosts block",
        "namespace",
        "Harbor endpoint",
    ]


@pytest.mark.parametrize(
    ("file", "actions", "steps"), [("/x", [action("x")], 2), ("/x", [], 0), ("", [action("x")], 1)]
)
def test_a_credential_file_is_a_step_where_a_new_credential_is_written(file: str, actions: Any, steps: int) -> None:
    found = record({"registry_credential": {"actions": actions, "file": file}})["actions"]
    assert len(found) == steps
    assert ({"action": "write", "object": "credential file", "key": "/x"} in found) is (steps == 2)


def test_what_of_harbor_is_restarted_is_a_step_of_its_host() -> None:
    restarts = [{"action": "recreate", "object": "containers", "key": "a: core, jobservice"}]
    host = {"harbor_name_resolution": {"actions": [action("a", "container hosts")], "restarts": restarts}}
    for steps in (record({}, a=host)["actions"], record({}, a=host)["removals"]):
        assert [one["action"] for one in steps] == ["create", "recreate"]


@pytest.mark.parametrize(
    ("pending", "changed", "steps"),
    [(["helm", "vpc_dns"], True, ["host aliases", "pods", "VPC DNS record"]), (["helm"], False, []), ([], True, [])],
)
def test_a_method_that_failed_half_way_is_a_step_as_well(pending: list[str], changed: bool, steps: list[str]) -> None:
    """A method that went through is in the actions already, and no longer pending."""
    host = {
        "harbor_name_resolution": {"host": "a", "actions": [], "pending_methods": pending},
        "__harbor_name_resolution_patched": {"failed": True, "changed": changed},
        "__harbor_name_resolution_record": {"failed": True, "changed": changed},
    }
    assert [one["object"] for one in record({}, a=host)["actions"]] == steps


def test_nothing_is_found_before_the_first_role_ran() -> None:
    found = record({})
    assert (found["actions"], found["removals"], found["leftovers"], found["parts"]) == ([], [], [], [])


def test_what_a_loop_over_projects_removed_is_in_the_removals_and_its_note_in_the_record() -> None:
    removed = [{"actions": [action("ci")]}, {"skipped": True}, {"actions": [action("cd")]}]
    facts = {"harbor_replication_robots_removal": {"results": removed}}
    assert record(facts)["removals"] == [action("ci"), action("cd")]
    for fact in ("migration_preflight", "migration_preflight_leftovers"):
        assert record({fact: {"robots_note": "It stays."}})["note"] == "It stays."
    assert record({"harbor_replication_robots_removal": {"skipped": True}})["note"] == ""


def test_the_parts_of_a_run_follow_each_other_from_fact_to_fact() -> None:
    def parts(facts: dict[str, Any]) -> dict[str, tuple[float, float]]:
        return {one["name"]: (one["started"], one["ended"]) for one in record(facts)["parts"]}

    local = {
        "migration_preflight": {"started": 100.0, "ended": 101.5},
        "registry_access": {"ended": "104.0"},
        "harbor_replication": {"ended": 110},
    }
    assert parts(local) == {"checks": (100, 101.5), "network path": (101.5, 104), "copying": (104, 110)}
    end = {"migration_preflight_leftovers": {"ended": 112}}
    for fact, last in (("migration_verify", "comparison"), ("harbor_replication_policies_removal", "removal")):
        assert parts({**local, **end, fact: {"changed": False}})[last] == (110, 112)
    assert parts({**local, **end})["leftovers"] == (110, 112)


RUNNING = {"execution": {"id": 7, "policy": "demo"}}


@pytest.mark.parametrize(("origin", "superseded"), [("started", ["old"]), ("joined", [])])
def test_an_execution_of_this_run_has_the_new_credential(origin: str, superseded: list[str]) -> None:
    """Harbor calls it unfinished for a while after the digests are equal."""
    local = {
        "registry_credential": {"id": "new", "secret": "s", "actions": [action("x")]},
        "harbor_replication": {"executions": [{**RUNNING, "origin": origin}]},
        "migration_preflight_leftovers": leftovers("old", "new", executions=[RUNNING]),
    }
    assert record(local)["superseded_credential_ids"] == superseded


@pytest.mark.parametrize(
    ("credential", "listed", "superseded", "kept"),
    [
        ({"id": "new", "secret": "s", "actions": [action("x")]}, leftovers("old", "new"), ["old"], ["new"]),
        ({"id": "held", "secret": "", "actions": []}, leftovers("held"), [], ["held"]),
        ({"id": "", "secret": "", "actions": []}, leftovers("old"), [], []),
        ({"id": "", "secret": "", "actions": [action("predicted")]}, leftovers("old"), ["old"], []),
        ({"id": "new", "secret": "s", "actions": []}, leftovers("old", executions=[RUNNING]), [], []),
        ({"id": "", "secret": "", "actions": [action("predicted")]}, leftovers("old", executions=[RUNNING]), [], []),
        ({"id": "new", "secret": "s", "actions": []}, leftovers("old", leftovers_problem="no answer"), [], []),
        (
            {"id": "a", "secret": "s", "actions": []},
            leftovers("a", "b", "c", held_credential_ids=["b"]),
            ["c"],
            ["a", "b"],
        ),
    ],
    ids=[
        "new one",
        "held one",
        "unknown one",
        "predicted one",
        "running",
        "predicted while running",
        "unreadable",
        "held by another run",
    ],
)
def test_a_credential_is_superseded_only_when_nothing_can_use_it(
    credential: dict[str, Any], listed: dict[str, Any], superseded: list[str], kept: list[str]
) -> None:
    found = record({"registry_credential": credential, "migration_preflight_leftovers": listed})
    assert (found["superseded_credential_ids"], found["kept_credential_ids"]) == (superseded, kept)


def test_what_was_removed_meanwhile_is_no_leftover() -> None:
    local = {
        "registry_credential": {"id": "new", "secret": "s", "actions": []},
        "migration_preflight_leftovers": leftovers("old", "new"),
        "registry_credential_removal": {
            "actions": [{**CREDENTIAL, "key": "managed by cloud_registry.migration: demo"}]
        },
    }
    assert [one["key"] for one in record(local)["leftovers"]] == ["new"]


THROUGH = {"harbor_name_resolution": {"checked": True, "resolved": True, "actions": []}}


def test_hosts_that_did_not_get_through_are_named_by_step() -> None:
    hosts = {"b": {}, "a": {"harbor_name_resolution": {"checked": True}}, "c": THROUGH}
    found = record({}, **hosts)["hosts_problem"]
    assert found["checked"].startswith("b of the group harbor did not get through")
    assert found["resolved"].startswith("b, a of the group harbor did not get through")
    assert record({}, limited=True, **hosts)["hosts_problem"] == {"checked": "", "resolved": ""}
    assert record({}, c=THROUGH)["hosts_problem"] == {"checked": "", "resolved": ""}


@pytest.mark.parametrize("limited", [False, True])
@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"__migration_host_failure": "No space left."}, "a: No space left."),
        (
            {"harbor_name_resolution": {"unreachable": True}, "__migration_host_failure": "no attribute"},
            "a of the group harbor did not get through, because Ansible does not reach one of the hosts",
        ),
    ],
)
def test_a_host_that_failed_is_named_with_its_reason_also_with_a_limit(
    facts: dict[str, Any], reason: str, limited: bool
) -> None:
    assert record({}, limited=limited, a=facts, c=THROUGH)["hosts_problem"]["resolved"].startswith(reason)


COMPARED = {"equal": True, "summary": "All equal.", "ended": 50.0}
REPLICATED = {"executions": [{"execution": {"id": 7}}], "pending": False, "ended": "40.0"}


@pytest.mark.parametrize(
    ("local", "compared", "problem"),
    [
        ({"migration_verify": COMPARED, "harbor_replication": REPLICATED}, True, ""),
        ({"migration_verify": COMPARED}, True, ""),
        ({"migration_verify": COMPARED, "harbor_replication": {**REPLICATED, "pending": True}}, False, "prediction"),
        (
            {"migration_verify": COMPARED, "harbor_replication": {**REPLICATED, "pending": True}, "__migration_failure": "No."},
            True,
            "",
        ),
        ({"migration_verify": COMPARED, "__migration_failure": "No."}, False, "failed before that"),
        (
            {"migration_verify": COMPARED, "harbor_replication": {**REPLICATED, "ended": "60"}, "__migration_failure": "No."},
            False,
            "failed before that",
        ),
        ({"migration_verify": COMPARED, "harbor_replication": REPLICATED, "__migration_failure": "No."}, True, ""),
        ({"migration_verify": {"failed": True, "msg": "No answer."}, "harbor_replication": REPLICATED}, False, "No answer."),
        ({"migration_verify": {"failed": True, "msg": "No."}, "__migration_failure": "No."}, False, ""),
        ({"__migration_failure": "No."}, False, ""),
        ({}, False, ""),
    ],
    ids=[
        "after the copying", "nothing to copy", "prediction", "time is up", "failed before the copying", "failed in it", "failed after it",
        "not compared", "failed for that", "failed first", "nothing ran",
    ],
)  # fmt: skip
def test_a_comparison_counts_only_where_it_shows_the_end(local: dict[str, Any], compared: bool, problem: str) -> None:
    found = record(local)
    assert bool(found["comparison"]) is compared
    assert problem in found["comparison_problem"] and bool(problem) is bool(found["comparison_problem"])


STEPS: dict[str, tuple[str, Any]] = {
    "public endpoint": ("__registry_access_endpoint", {"actions": [action("tcr-1")]}),
    "whitelist": ("__registry_access_whitelist", {"actions": [action("10.0.0.1/32")]}),
    "private link": ("__registry_access_link", {"actions": [action("vpc-1")]}),
    "namespaces": ("registry_namespaces", {"actions": [action("shop")]}),
    "credential": ("__registry_credential_created", {"actions": [action("demo")]}),
    "replication": ("harbor_replication", {"actions": [action("demo")], "executions": [{"execution": {"id": 7}}]}),
    "discarded credential": ("registry_credential_discarded", {"actions": [action("c-1")]}),
}


@pytest.mark.parametrize("step", STEPS)
def test_what_a_task_did_before_it_failed_is_a_step(step: str) -> None:
    """A module returns on failure what it has done until then; the role has not handed over its fact."""
    name, done = STEPS[step]
    found = record({name: {"failed": True, "msg": "No.", **done}, "__migration_failure": "No."})
    assert found["actions"] == done["actions"]
    assert found["executions"] == done.get("executions", [])
    assert found["failure"] == "No."


def test_what_is_not_known_is_not_called_nothing() -> None:
    seen, removed = {"harbor_name_resolution": {"hosts": {"n": "1"}}}, {"harbor_name_resolution": {"removed": True}}
    checked = {"harbor_name_resolution": {"checked": True, "hosts": {}, "leftovers": []}}
    hosts = {"a": checked, "b": {}, "c": seen, "d": removed, "e": THROUGH}
    found = record({"migration_preflight": {"started": 1.0}}, **hosts)
    assert (found["not_looked_at"], found["started"]) == (["names on a, b"], 1.0)
    assert record({})["not_looked_at"] == ["Harbor and the registry"]
    assert record({})["leftovers_problem"] == "The temporary access was not listed."
    assert record({}, limited=True)["leftovers_problem"] == "", "the limit leaves out localhost, which lists"
    failed = {"failed": True, "msg": "No library."}
    assert record({"migration_preflight_leftovers": failed})["leftovers_problem"] == "No library."
    listed = record({"migration_preflight_leftovers": leftovers(leftovers_problem="", executions=[RUNNING])})
    assert (listed["leftovers_problem"], listed["running"]) == ("", [RUNNING])


def test_names_that_a_cleanup_could_not_remove_are_left() -> None:
    found = record({}, a={"harbor_name_resolution": {"removed": False, "actions": []}}, b=THROUGH)
    assert found["leftovers"] == [{"action": "delete", "object": "names", "key": "a"}]


def test_warnings_of_all_modules_are_collected_once() -> None:
    local = {
        "migration_preflight": {"warnings": ["quota"]},
        "migration_verify": {"warnings": ["quota", "slow"]},
        "harbor_replication": {"executions": [{"execution": {"id": 1}, "warnings": ["skipped"]}]},
    }
    found = record(local, a={"harbor_name_resolution": {"warnings": ["clock"]}})
    assert found["warnings"] == ["quota", "slow", "skipped", "a: clock"]


def test_a_cleanup_says_what_stays_and_why() -> None:
    done = {"harbor_name_resolution": {"actions": []}}
    assert record({}, a=done)["cleanup_failure"] == ""
    assert record({}, limited=True, a={})["cleanup_failure"] == ""
    refused = {**done, "__migration_removal_failure": "No space left."}
    assert "a: the names stay on this host. No space left." in record({}, limited=True, a=refused)["cleanup_failure"]
    both = record({"__migration_failure": "TCR refuses."}, a=refused)["cleanup_failure"]
    assert both.startswith("TCR refuses. a: the names stay on this host. No space left.")
    unchecked = {"__migration_failure": "A replication runs.", "__migration_refused": True}
    assert record(unchecked, a={})["cleanup_failure"] == "A replication runs."
    gone = record({"migration_preflight": {"registry_problem": "No registry tcr-1."}}, a=done)["cleanup_failure"]
    assert gone.startswith("No registry tcr-1. Neither credentials nor whitelist entries were removed.")
    stays = record({}, a={}, b={**done, "__migration_removal_failure": "No space left."})["cleanup_failure"]
    assert "a: the names stay on this host. It was not reached, see above." in stays
    assert "b: the names stay on this host. No space left." in stays
    assert stays.endswith("run cleanup again.")


def test_the_sentence_of_a_loop_is_that_of_its_failed_items() -> None:
    items = [{"failed": False, "msg": "fine"}, {"failed": True, "msg": "No."}, {"failed": True, "msg": "Never."}]
    assert failure_message({"msg": "One or more items failed", "results": items}) == "No. Never."
    assert failure_message({"failed": True, "msg": "No."}) == "No."
    assert failure_message({"failed": True}) == "The task failed without a message."


def test_of_a_run_that_was_refused_nothing_predicted_is_called_done() -> None:
    local = {
        "migration_preflight": {"started": 100.0, "ended": 101.5},
        "registry_namespaces": {"actions": [action("predicted")], "ended": 102.0},
        "migration_verify": {"equal": True, "ended": 103.0},
        "harbor_replication": {"ended": 104.0, "executions": [{"execution": {"id": 1}}]},
        "__migration_failure": "It is not the approved plan.",
    }
    host = {"harbor_name_resolution": {"actions": [action("predicted")]}}
    assert record(local, a=host)["actions"] and record(local, a=host)["executions"]
    found = record({**local, "__migration_refused": True}, a=host)
    assert (found["actions"], found["executions"], found["comparison"]) == ([], [], {})
    assert [one["name"] for one in found["parts"]] == ["checks"]
    assert found["failure"] == "It is not the approved plan."


OPENED = {
    "migration_preflight": {"access": {"mode": "run", "hours": 72}, "takes_back": True},
    "registry_credential": {"actions": [action("credential")]},
    "registry_credential_removal": {"actions": [{**action("credential"), "action": "delete"}]},
}


def test_what_a_run_takes_back_is_no_step_of_it() -> None:
    host = {
        "__migration_given_names": {"actions": [action("block")]},
        "harbor_name_resolution": {"actions": [{**action("block"), "action": "delete"}], "removed": True},
    }
    found = record(OPENED, a=host)
    assert found["actions"] == [action("block"), action("credential")]
    assert [one["action"] for one in found["taken_back"]] == ["delete", "delete"]
    assert (found["failure"], found["leftovers"]) == ("", [])


def test_names_that_were_not_to_be_taken_back_yet_are_steps_of_the_run_alone() -> None:
    found = record(
        {**OPENED, "__migration_removal_failure": "It runs."},
        a={"harbor_name_resolution": {"actions": [action("block")]}},
    )
    assert found["actions"] == [action("block"), action("credential")]
    assert [one["action"] for one in found["taken_back"]] == ["delete"]
    assert found["failure"] == "It runs."


def test_a_run_names_what_failed_and_what_could_not_be_taken_back() -> None:
    failed = {**OPENED, "__migration_failure": "No space.", "__migration_removal_failure": "TCR refuses."}
    gone = {"__migration_removal_failure": "ignored", "harbor_name_resolution": {"unreachable": True}}
    found = record(failed, a={"__migration_removal_failure": "Read-only."}, b=gone)
    assert found["failure"] == (
        "No space. TCR refuses. a: the names stay on this host. Read-only. b: the names stay on this host. It was not reached, see above."
    )


def test_a_cleanup_of_expired_access_shows_removes_and_keeps() -> None:
    step = {**action("entry"), "action": "delete", "expired": ["old"], "ends": {"old": "2026-12-01T06Z"}}
    local = {
        "migration_preflight": {"expired": [step], "kept": ["Busy stays."], "kept_migration_ids": ["busy"]},
        "migration_expired_access": {"actions": [step]},
    }
    leases = [
        {"migration_id": one, "end": "2026-12-01T06Z", "expired": one != "alive"} for one in ("alive", "busy", "old")
    ]
    removed = {"actions": [action("block")], "failures": ["old: Read-only."]}
    host = {"harbor_name_resolution_leases": {"leases": leases}, "harbor_name_resolution_expired": removed}
    found = record(local, a=host, b={})
    assert found["expired_on_hosts"] == {"a": ["old"], "b": []}
    assert found["expired"] == [
        f"Expired, to be removed: {step['object']} entry (old until 2026-12-01T06Z)",
        "Expired, to be removed: names on a (old until 2026-12-01T06Z)",
        "Busy stays.",
    ]
    assert found["removals"] == [step, action("block")]
    assert found["note"] == "Busy stays."
    assert found["cleanup_failure"] == (
        "a: old: Read-only. b: the leases on this host are not known. It was not reached, see above."
    )
    assert record({"migration_preflight": {"expired": []}})["expired"] == ["Nothing has expired that could be removed."]
