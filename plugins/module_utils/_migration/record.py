# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles of a run found and did on all hosts, collected from their facts for playbooks and reports. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .name_resolution.request import with_completed_method

Facts = Mapping[str, Any]
# The facts that may hold a note about robot accounts.
_NOTED = ("migration_preflight", "migration_preflight_leftovers")
_NAMES = "harbor_name_resolution"
# What other modules do for names, and the result of the task that does it.
_ELSEWHERE = {"helm": "__harbor_name_resolution_patched", "vpc_dns": "__harbor_name_resolution_record"}
_NOT_REACHED = "It was not reached, see above."
# Each part of a run, and the fact of localhost that says when it ended.
_PARTS = (
    ("checks", "migration_preflight"),
    ("network path", "registry_access"),
    ("names and credential", "registry_credential"),
    ("copying", "harbor_replication"),
    ("comparison", "migration_preflight_leftovers"),
)


def migration_record(facts: Mapping[str, Facts], hosts: Sequence[str], limited: bool) -> dict[str, Any]:
    """Collect the facts.

    :param facts: the facts of each host by its name; those of localhost are of the controller.
    :param hosts: the hosts on which Harbor runs.
    :param limited: whether the user has chosen which hosts take part.
    :returns: ``actions`` of migrate and ``removals`` of cleanup in their order, ``leftovers`` that cleanup would
        remove, ``superseded_credential_ids`` and ``kept_credential_ids``, ``incomplete_hosts`` by step, ``note`` (what else
        is to be done), ``cleanup_failure`` (why something stays, empty when nothing does), ``durations`` in seconds by part.
    """
    local = facts["localhost"]
    on_hosts = {host: _fact(facts[host], _NAMES) for host in hosts}
    names = [step for host in hosts for step in _steps_on_host(facts[host])]
    superseded, kept = _superseded_credentials(local)
    removed_credentials = _actions(local, "registry_credential_removal")
    gone = {action["key"] for action in removed_credentials} | set(superseded if removed_credentials else ())
    leftovers = [
        one for one in _fact(local, "migration_preflight_leftovers").get("leftovers", ()) if one["key"] not in gone
    ]
    return {
        "actions": [
            *_actions(local, "registry_access"),
            *names,
            *_actions(local, "registry_namespaces"),
            *_actions(local, "registry_credential"),
            *_written_file(local),
            *_actions(local, "harbor_replication"),
            *removed_credentials,
        ],
        "removals": [
            *_actions(local, "harbor_replication_policies_removal"),
            *_actions(local, "harbor_replication_endpoints_removal"),
            *_actions_of_items(local, "harbor_replication_robots_removal"),
            *removed_credentials,
            *_actions(local, "registry_access_removal"),
            *names,
        ],
        "leftovers": [*leftovers, *(one for host in on_hosts.values() for one in host.get("leftovers", ()))],
        "superseded_credential_ids": superseded,
        "kept_credential_ids": kept,
        "incomplete_hosts": {
            step: sorted(host for host, one in on_hosts.items() if not one.get(step))
            for step in ("checked", "resolved")
        },
        "note": next((one for one in (_fact(local, name).get("robots_note") for name in _NOTED) if one), ""),
        "cleanup_failure": _cleanup_failure(facts, on_hosts, limited),
        "durations": _durations(local),
    }


def _steps_on_host(facts: Facts) -> list[Facts]:
    """What was done for the names of one host; also by a method of another module that failed after it changed something."""
    names = _fact(facts, _NAMES)
    steps = [*names.get("actions", ()), *names.get("restarts", ())]
    for method, result in _ELSEWHERE.items():
        if method in names.get("pending_methods", ()) and _fact(facts, result).get("changed"):
            done = with_completed_method({**names, "actions": [], "restarts": []}, method, True)
            steps += [*done["actions"], *done["restarts"]]
    return steps


def failure_message(result: Facts) -> str:
    """The sentence of a failed task, or those of the failed items of its loop."""
    items = [one for one in result.get("results") or (result,) if one.get("failed")]
    return " ".join(str(one.get("msg") or "") for one in items or (result,))


def _written_file(local: Facts) -> list[Facts]:
    """The file that holds a new credential where the user named one."""
    credential = _fact(local, "registry_credential")
    if not credential.get("file") or not credential.get("actions"):
        return []
    return [{"action": "write", "object": "credential file", "key": credential["file"]}]


def _superseded_credentials(local: Facts) -> tuple[list[str], list[str]]:
    """The credentials of the migration that nothing uses any more, and those that a removal must keep.

    None is superseded while a replication runs, or while nothing says which credential Harbor holds. A creation that is
    only predicted has an action but no id: it will supersede all that exist.
    """
    listed, credential = _fact(local, "migration_preflight_leftovers"), _fact(local, "registry_credential")
    predicted = bool(credential.get("actions")) and not credential.get("secret")
    if listed.get("running") or listed.get("leftovers_problem") or not (credential.get("id") or predicted):
        return [], []
    kept = [] if predicted else [credential["id"], *listed.get("held_credential_ids", ())]
    credentials = [one["key"] for one in listed.get("leftovers", ()) if one["object"] == "access credential"]
    return [one for one in credentials if one not in kept], kept


def _cleanup_failure(facts: Mapping[str, Facts], on_hosts: Mapping[str, Facts], limited: bool) -> str:
    problem = _fact(facts["localhost"], "migration_preflight").get("registry_problem", "")
    reasons = [f"{problem} Neither credentials nor whitelist entries were removed."] if problem else []
    if not limited:
        reasons += [
            f"{host}: the names stay on this host. {facts[host].get('__migration_host_failure') or _NOT_REACHED}"
            for host, one in sorted(on_hosts.items())
            if "actions" not in one or facts[host].get("__migration_host_failure")
        ]
    return " ".join([*reasons, "Correct that, and run cleanup again."] if reasons else [])


def _durations(local: Facts) -> dict[str, float]:
    moment = _fact(local, "migration_preflight").get("started")
    found = {}
    for part, name in _PARTS:
        ended = _fact(local, name).get("ended")
        if moment is not None and ended is not None:
            found[part] = round(max(float(ended) - float(moment), 0.0), 1)
            moment = ended
    return found


def _actions_of_items(facts: Facts, name: str) -> list[Facts]:
    """What a task with a loop did."""
    return [action for item in _fact(facts, name).get("results", ()) for action in item.get("actions", ())]


def _actions(facts: Facts, name: str) -> list[Facts]:
    return list(_fact(facts, name).get("actions", ()))


def _fact(facts: Facts, name: str) -> Facts:
    found = facts.get(name)
    return found if isinstance(found, Mapping) else {}
