# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles of a run found and did on all hosts, collected from their facts for playbooks and reports. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ..comparison.lag import lag_of_charts, lag_summary
from ..name_resolution.request import with_completed_method
from ..rollback.copied import copied_contents
from .removal import expired_access, given_names, host_removal_failure, removal_failure, takes_back

Facts = Mapping[str, Any]
# The facts that may hold a note about robot accounts.
_NOTED = ("migration_preflight", "migration_preflight_leftovers")
_NAMES = "harbor_name_resolution"
# What other modules do for names, and the result of the task that does it.
_ELSEWHERE = {"helm": "__harbor_name_resolution_patched", "vpc_dns": "__harbor_name_resolution_record"}
# Results of single tasks, where a role failed before it could hand over its fact.
_PARTIAL = {
    "registry_access": ("__registry_access_link", "__registry_access_endpoint", "__registry_access_whitelist"),
    "registry_credential": ("__registry_credential_created",),
}
# Whose warnings belong into a report.
_WARNING = (
    "migration_preflight",
    *_PARTIAL["registry_access"],
    "registry_namespaces",
    "__registry_credential_tested",
    "__registry_credential_created",
    "harbor_replication_endpoint",
    "__harbor_replication_policies",
    "migration_verify",
    "migration_preflight_leftovers",
)
# What a report says about the charts of ChartMuseum.
_OF_CHARTS = ("equal", "charts", "summary")
_SHOWN = 5
# What is known of a run that was refused before it changed anything. All else was only predicted.
_OF_CHECKS = ("migration_preflight", "migration_preflight_leftovers", "__migration_failure", "__migration_refused")
_NOT_REACHED = "It was not reached, see above."
_NO_MESSAGE = "The task failed without a message."
_NOT_LISTED = "The temporary access was not listed."
# Each part of a run, and the fact of localhost that says when it ended.
_PARTS = (
    ("checks", "migration_preflight"),
    ("prediction", "__migration_prediction"),
    ("network path", "registry_access"),
    ("names and credential", "registry_credential"),
    ("copying", "harbor_replication"),
    ("charts", "harbor_charts"),
)
# What was done last before the leftovers were listed, by a fact that only it leaves.
_LAST_PARTS = {"migration_verify": "comparison", "harbor_replication_policies_removal": "removal"}


def migration_record(facts: Mapping[str, Facts], hosts: Sequence[str], limited: bool) -> dict[str, Any]:
    """Collect the facts.

    :param facts: the facts of each host by its name; those of localhost are of the controller.
    :param hosts: the hosts on which Harbor runs.
    :param limited: whether the user has chosen which hosts take part.
    :returns: ``actions`` of migrate and ``removals`` of cleanup in their order, whether the network path or the names on hosts
        changed (``path_changed``), what migrate has ``copied`` and cleanup has
        ``kept_at_target`` although it was asked to remove what the migration made, ``leftovers`` that cleanup would
        remove, ``leftovers_problem`` and ``not_looked_at`` (why there may be more), ``executions`` of this run and those
        ``running`` at its end, ``comparison`` as far as it shows the state at the end, else ``comparison_problem``,
        ``charts`` (``equal``, ``charts``, ``summary``; empty when there are none, or nothing is known), ``continuous`` (the
        health of a replication that copies each push) and ``lag`` (empty where they were not looked at), ``warnings``,
        ``taken_back`` at the end of a migration that does so, ``expired`` (what a cleanup of expired access removes, in
        sentences) and ``expired_on_hosts``, ``superseded_credential_ids`` and ``kept_credential_ids``, ``hosts_problem`` by
        step (which hosts did not get through, empty when all did), ``note`` (what else is to be done), ``failure`` of a
        migration, ``cleanup_failure`` (why something stays, empty when nothing does), ``started`` in seconds since 1970,
        ``parts`` of the run with ``name``, ``started`` and ``ended``.
    """
    local = facts["localhost"]
    refused = bool(local.get("__migration_refused"))
    if refused:
        local = {name: local[name] for name in _OF_CHECKS if name in local}
    on_hosts = {host: _fact(facts[host], _NAMES) for host in hosts}
    back, expiry = takes_back(local), {} if refused else expired_access(facts, hosts)
    names = [] if refused else [step for host in hosts for step in _steps_given(facts[host])]
    superseded, kept = _superseded_credentials(local)
    removed_credentials = _actions(local, "registry_credential_removal")
    gone = {action["key"] for action in removed_credentials} | set(superseded if removed_credentials else ())
    listed = _fact(local, "migration_preflight_leftovers")
    leftovers = [one for one in listed.get("leftovers", ()) if one["key"] not in gone]
    comparison, comparison_problem = _comparison(local)
    removals = [
        *_actions(local, "harbor_replication_policies_removal"),
        *_actions(local, "harbor_replication_endpoints_removal"),
        *_actions_of_items(local, "harbor_replication_robots_removal"),
        *_actions(local, "registry_namespaces_removal"),
        *removed_credentials,
        *_actions(local, "registry_access_removal"),
        *(_names_taken_back(facts, hosts) if back else names),
        *expiry.get("actions", ()),
    ]
    return {
        "actions": [
            *_actions(local, "registry_access"),
            *names,
            *_actions(local, "registry_namespaces"),
            *_actions(local, "registry_credential"),
            *_written_file(local),
            *_actions(local, "harbor_replication"),
            *_actions(local, "harbor_charts"),
            *_event_triggers(local),
            *_actions_of_items(local, "harbor_replication_caught_up"),
            *_actions(local, "migration_verify_referrers"),
            *_actions(local, "registry_credential_discarded"),
            *([] if back else removed_credentials),
        ],
        "path_changed": bool(names or _actions(local, "registry_access")),
        "copied": _copied(local, comparison),
        "removals": removals,
        "taken_back": removals if back else [],
        "expired": expiry.get("expired", []),
        "expired_on_hosts": expiry.get("expired_on_hosts", {}),
        "kept_at_target": list(_fact(local, "registry_namespaces_removal").get("kept", ())),
        "leftovers": [*leftovers, *(one for host in on_hosts for one in _leftovers_on_host(host, on_hosts[host]))],
        "leftovers_problem": "" if expiry else _leftovers_problem(local, listed, limited),
        "not_looked_at": [] if expiry else _not_looked_at(local, on_hosts),
        "executions": _executions(local),
        "running": list(listed.get("executions", ())),
        "comparison": comparison,
        "comparison_problem": comparison_problem,
        "charts": {name: one for name, one in _fact(local, "harbor_charts").items() if name in _OF_CHARTS},
        "continuous": dict(_fact(local, "migration_preflight").get("continuous") or {}),
        "lag": _lag(comparison, _fact(local, "harbor_charts")),
        "warnings": _warnings(local, on_hosts),
        "superseded_credential_ids": superseded,
        "kept_credential_ids": kept,
        "hosts_problem": {step: _hosts_problem(facts, on_hosts, step, limited) for step in ("checked", "resolved")},
        "failure": _joined(local.get("__migration_failure"), removal_failure(facts, hosts) if back else ""),
        "note": _note(local),
        "cleanup_failure": expiry["failure"] if expiry else _cleanup_failure(facts, on_hosts, limited),
        "started": _fact(local, "migration_preflight").get("started"),
        "parts": _parts(local),
    }


def _steps_given(facts: Facts) -> list[Facts]:
    """What was done for the names of one host, also where they were taken back at the end."""
    given = given_names(facts)
    return _steps_on_host({_NAMES: given} if given else facts)


def _names_taken_back(facts: Mapping[str, Facts], hosts: Sequence[str]) -> list[Facts]:
    return [step for host in hosts if given_names(facts[host]) is not None for step in _steps_on_host(facts[host])]


def _note(local: Facts) -> str:
    """What else is to be done, and why something stays although its lease is over."""
    robots = next((one for one in (_fact(local, name).get("robots_note") for name in _NOTED) if one), "")
    return _joined(robots, *_fact(local, "migration_preflight").get("kept", ()))


def _joined(*sentences: Any) -> str:
    return " ".join(str(one) for one in sentences if one)


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
    return " ".join(str(one.get("msg") or _NO_MESSAGE) for one in items or (result,))


def _comparison(local: Facts) -> tuple[Facts, str]:
    """The comparison that shows the state at the end of the run, or why there is none.

    The one that is made before the copying decides what is copied. After a failure it says nothing about the state.
    """
    verified, replicated = _fact(local, "migration_verify"), _fact(local, "harbor_replication")
    failure = local.get("__migration_failure", "")
    if replicated.get("pending") and not failure:
        return {}, "this is a prediction, and nothing was copied."
    if "equal" not in verified:
        problem = str(verified.get("msg") or "")
        return {}, "" if problem in failure else problem
    if failure and (not replicated or float(verified.get("ended", 0)) < float(replicated["ended"])):
        return {}, "the run failed before that."
    return verified, ""


def _event_triggers(local: Facts) -> list[Facts]:
    """The policies that copy each push from now on. A prediction would create those that do not exist yet once more."""
    changed = _actions(local, "harbor_replication_triggers")
    return [{"action": "create", "object": "event-based trigger", "key": one["key"]} for one in changed]


def _copied(local: Facts, comparison: Facts) -> list[dict[str, Any]]:
    """What this run has brought to the target. What a prediction would bring, it has not."""
    replicated = _fact(local, "harbor_replication")
    if replicated.get("pending"):
        return []
    repositories = comparison.get("repositories", ()) if "before" in replicated else ()
    return copied_contents(replicated.get("before", {}), repositories, _fact(local, "harbor_charts"))


def _lag(comparison: Facts, charts: Facts) -> dict[str, Any]:
    """What has not arrived at the target when it was compared."""
    if "lag" not in comparison:
        return {}
    moment = datetime.fromtimestamp(float(comparison["ended"]), timezone.utc)
    return lag_summary([*comparison["lag"], *lag_of_charts(charts.get("charts", ()))], moment)


def _executions(local: Facts) -> list[Facts]:
    """The executions of the run, the ones that copied what was pushed meanwhile at the end."""
    later = [one for one in _fact(local, "harbor_replication_caught_up").get("results", ()) if one.get("execution")]
    return [*_fact(local, "harbor_replication").get("executions", ()), *later]


def _leftovers_on_host(host: str, names: Facts) -> list[Facts]:
    """What of the names is left on one host. A removal says only whether all of it went."""
    if "removed" not in names:
        return list(names.get("leftovers", ()))
    return [] if names["removed"] else [{"action": "delete", "object": "names", "key": host}]


def _leftovers_problem(local: Facts, listed: Facts, limited: bool) -> str:
    """Why the list may be incomplete. Nothing is wrong where a limit leaves out localhost, which lists."""
    if limited and not listed and not _fact(local, "migration_preflight"):
        return ""
    return str(listed.get("leftovers_problem", listed.get("msg", _NOT_LISTED)))


def _not_looked_at(local: Facts, on_hosts: Mapping[str, Facts]) -> list[str]:
    """Where this run did not look for temporary access: the hosts are only looked at by who changes names there."""
    skipped = [
        host for host, one in on_hosts.items() if not ("removed" in one or "resolved" in one or one.get("hosts"))
    ]
    found = [f"names on {', '.join(skipped)}"] if skipped else []
    return found if _fact(local, "migration_preflight") else ["Harbor and the registry", *found]


def _warnings(local: Facts, on_hosts: Mapping[str, Facts]) -> list[str]:
    results = [*(_fact(local, name) for name in _WARNING), *_executions(local)]
    found = [str(text) for result in results for text in result.get("warnings") or ()]
    found += [f"{host}: {text}" for host, one in on_hosts.items() for text in one.get("warnings") or ()]
    lacking = [one["key"] for one in _actions(local, "migration_verify_referrers_check")]
    if lacking:
        shown = ", ".join(lacking[:_SHOWN]) + (f" and {len(lacking) - _SHOWN} more" if lacking[_SHOWN:] else "")
        found.append(
            "The registry has no referrers API, and clients do not find everything that hangs on the images: these referrers "
            f"tags lack something: {shown}. Run migrate, which completes them."
        )
    return list(dict.fromkeys(found))


def _hosts_problem(facts: Mapping[str, Facts], on_hosts: Mapping[str, Facts], step: str, limited: bool) -> str:
    """Why hosts did not get through a step; with a limit the user has chosen which hosts take part."""
    failed = [f"{host}: {_host_failure(facts[host])}" for host in on_hosts if _host_failure(facts[host])]
    missing = [
        host
        for host, one in on_hosts.items()
        if not one.get(step) and not _host_failure(facts[host]) and (one.get("unreachable") or not limited)
    ]
    if missing:
        failed.append(
            f"{', '.join(missing)} of the group harbor did not get through, because Ansible does not reach one of the hosts "
            "(see above). Make it reachable, or take it out of the group, and run again."
        )
    return " ".join(failed)


def _host_failure(facts: Facts) -> str:
    """Why a host failed; empty where it did not, and where it was not reached: what follows from that is no reason."""
    return "" if _fact(facts, _NAMES).get("unreachable") else str(facts.get("__migration_host_failure") or "")


def _written_file(local: Facts) -> list[Facts]:
    """The file that holds a new credential where the user named one."""
    credential = _fact(local, "registry_credential")
    if not credential.get("file") or not _is_created(credential):
        return []
    return [{"action": "write", "object": "credential file", "key": credential["file"]}]


def _is_created(credential: Facts) -> bool:
    """Whether there is a new credential, or only the lease of the one that Harbor holds was renewed."""
    return any(one["action"] == "create" for one in credential.get("actions", ()))


def _superseded_credentials(local: Facts) -> tuple[list[str], list[str]]:
    """The credentials of the migration that nothing uses any more, and those that a removal must keep.

    None is superseded while a replication runs that may have begun with it, or while nothing says which credential Harbor
    holds. A creation that is only predicted has an action but no id: it will supersede all that exist.
    """
    listed, credential = _fact(local, "migration_preflight_leftovers"), _fact(local, "registry_credential")
    predicted = _is_created(credential) and not credential.get("secret")
    if _runs_since_before(local, listed) or listed.get("leftovers_problem") or not (credential.get("id") or predicted):
        return [], []
    kept = [] if predicted else [credential["id"], *listed.get("held_credential_ids", ())]
    credentials = [one["key"] for one in listed.get("leftovers", ()) if one["object"] == "access credential"]
    return [one for one in credentials if one not in kept], kept


def _runs_since_before(local: Facts, listed: Facts) -> bool:
    """Whether a replication runs that this run did not start.

    What it did start has the credential that Harbor holds now: it was handed over before. Harbor may call such an execution
    unfinished for a while after the digests are equal.
    """
    started = {one["execution"].get("id") for one in _executions(local) if one.get("origin") == "started"}
    return any(one["execution"].get("id") not in started for one in listed.get("executions", ()))


def _cleanup_failure(facts: Mapping[str, Facts], on_hosts: Mapping[str, Facts], limited: bool) -> str:
    problem = _fact(facts["localhost"], "migration_preflight").get("registry_problem", "")
    reasons = [f"{problem} Neither credentials nor whitelist entries were removed."] if problem else []
    reasons += [
        f"{host}: the names stay on this host. {host_removal_failure(facts[host]) or _NOT_REACHED}"
        for host, one in sorted(on_hosts.items())
        if host_removal_failure(facts[host]) or one.get("unreachable") or ("actions" not in one and not limited)
    ]
    removal = _fact(facts["localhost"], "registry_namespaces_removal")
    reasons += [removal["problem"]] if removal.get("problem") else []
    failure = _joined(*(facts["localhost"].get(f"__migration_{one}failure") for one in ("", "removal_")))
    if facts["localhost"].get("__migration_refused"):
        # No host was to be cleaned yet.
        return str(failure)
    if failure:
        return " ".join([str(failure), *reasons])
    return " ".join([*reasons, "Correct that, and run cleanup again."] if reasons else [])


def _parts(local: Facts) -> list[dict[str, Any]]:
    """When each part of the run began and ended, from one fact to the next."""
    moment = _fact(local, "migration_preflight").get("started")
    found = []
    last = next((part for fact, part in _LAST_PARTS.items() if _fact(local, fact)), "leftovers")
    for part, name in (*_PARTS, (last, "migration_preflight_leftovers")):
        ended = _fact(local, name).get("ended")
        if moment is not None and ended is not None:
            found.append({"name": part, "started": float(moment), "ended": max(float(ended), float(moment))})
            moment = ended
    return found


def _actions_of_items(facts: Facts, name: str) -> list[Facts]:
    """What a task with a loop did."""
    return [action for item in _fact(facts, name).get("results", ()) for action in item.get("actions", ())]


def _actions(facts: Facts, name: str) -> list[Facts]:
    results = [name] if _fact(facts, name) else _PARTIAL.get(name, ())
    return [action for one in results for action in _fact(facts, one).get("actions") or ()]


def _fact(facts: Facts, name: str) -> Facts:
    found = facts.get(name)
    return found if isinstance(found, Mapping) else {}
