# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Name resolution for the Harbor of one host, in order: what is done on the host, and what Harbor is asked."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..._dns.records import DnsRecords
from ..._engine.fields import State
from ..._engine.history import CREATE
from ..._errors import Conflict, InvalidInput, MigrationError, WaitFailed
from ..._harbor.api.client import HarborClient
from ..._harbor.replication.activity import running_executions
from ..._host.compose_file import ComposeFiles, MergedOverride, merge_override
from ..._host.deployment import BASE
from ..._host.leases import LEASE
from ..._host.name_records import CONTAINER_HOSTS, ServiceRestart
from . import messages
from .dns_update import DnsUpdate
from .request import OBJECTS, WITHOUT_NAMES, NameResolutionRequest, problem_texts, with_sharers
from .verification import NameVerification

RunModule = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]


class NameResolution:
    """Runs on the controller; modules do what is done on the host.

    :param run_module: runs a module of this collection on the host, by its short name; a module that fails raises.
    :param rehearse: the same in check mode.
    :param harbor: makes the client of Harbor when it is first needed.
    :param dns: makes the client of the site's DNS server when it is first needed.
    :param report: shows a sentence to the operator.
    """

    def __init__(
        self,
        request: NameResolutionRequest,
        run_module: RunModule,
        rehearse: RunModule,
        harbor: Callable[[], HarborClient],
        dns: Callable[[], DnsRecords],
        check_mode: bool = False,
        report: Callable[[str], None] = lambda _sentence: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._request = request
        self._run_module = run_module
        self._rehearse = rehearse
        self._harbor = harbor
        self._records = dns
        self._check_mode = check_mode
        self._report = report
        self._verification = NameVerification(request, self._inspect, harbor, sleep, report, check_mode)
        self._dns = DnsUpdate(request, run_module, dns, check_mode)
        self._warnings: list[str] = []

    def check(self) -> State:
        """Look for what would spoil the migration. Nothing is changed.

        :raises Conflict: a clock, a certificate, a proxy, or how Harbor is started; with the result as details.
        :raises MigrationError: the names could not be given, as :meth:`ensure` would find out when there is a link.
        """
        request = self._request
        now = None if request.clock_offset is None else time.time() + request.clock_offset
        found = self._inspect(
            names=list(request.names), url=request.url, public_url=request.public_url, clock_reference=now
        )
        methods = request.methods_for(found["kind"])
        self._report(f"{request.host}: {request.summary(found)}")
        if now is None:
            self._warnings.append(messages.CLOCK_NOT_COMPARED)
        if not request.insecure or found["kind"] != "compose":
            self._warnings += problem_texts(found, ["untested"])
        spoiling = ["clock", *([] if request.insecure else ["trust"])]
        if request.bypass_proxy:
            spoiling += ["proxy", *(["files", "running"] if "compose_override" in methods else [])]
        else:
            self._warnings += problem_texts(found, ["proxy"])
        problems = problem_texts(found, spoiling)
        if problems:
            raise Conflict(" ".join(problems), details=self._result(found))
        if request.bypass_proxy:
            self._rehearsal().ensure(found)
        return {**self._result(found), "checked": True}

    def _rehearsal(self) -> NameResolution:
        """The same on this host, only predicted, and before there is an address. Replications need not end for it."""
        request = replace(self._request, address="", address_pending=True, restart=False)
        return NameResolution(request, self._rehearse, self._rehearse, self._harbor, self._records, check_mode=True)

    def ensure(self, found: Mapping[str, Any] | None = None) -> State:
        """Add the names by each method that works on this host, and recreate the services of Harbor that need them.

        Everything that can refuse is asked before anything is changed. Methods of other modules are returned as
        ``pending_methods``.

        :param found: what the module host_deployment_info has found just now, if it has.
        :raises InvalidInput: there are no names or no address, or a method cannot be used here.
        :raises Conflict: a replication would be interrupted, a file was changed meanwhile, or a command failed.
        :raises WaitFailed: Harbor did not become healthy again.
        """
        request = self._request
        request.demand_names(prediction=self._check_mode)
        found = found or self._inspect()
        methods = request.methods_for(found["kind"])
        if "helm" in methods:
            request.demand_helm(found)
        merged = self._merge_override(found, request.shown_address) if "compose_override" in methods else None
        missing = self._dns.missing(methods)
        restart = self._due_restart(found, merged)
        if restart and request.restart:
            self._refuse_while_replicating("Nothing was changed on this host. ")
        if "manual" in methods:
            self._report(messages.record_wanted(request.host, request.wanted_records))
        result = {
            **self._result(found),
            "hosts": dict.fromkeys(request.names, request.shown_address),
            "leftovers": [request.action("delete", OBJECTS[method]) for method in OBJECTS if method in methods],
            "pending_methods": request.pending_methods(methods),
            "predicted": self._check_mode,
        }
        result = self._apply(
            result,
            restart,
            merged,
            state="present",
            names=list(request.names),
            address=request.shown_address,
            hosts_file=request.hosts_file if "hosts_file" in methods else None,
            dnsmasq_file=request.dnsmasq_file if "dnsmasq" in methods else None,
            overrides=_override_options(found, merged),
            note_file=request.note_file if "vpc_dns" in methods else None,
            lease_file=request.lease_file if set(methods) - WITHOUT_NAMES else None,
            lease_hours=request.lease_hours,
        )
        if missing or result["pending_methods"]:
            # What is made elsewhere begins this lease too.
            result["actions"] = [one for one in result["actions"] if one != request.action(CREATE, LEASE)]
        result["leftovers"] = with_sharers(result["leftovers"], self._dns.sharers)
        try:
            return {**result, "actions": [*result["actions"], *self._dns.ensure(missing)]}
        except MigrationError as error:
            error.details = result
            raise

    def remove(self) -> State:
        """Remove what this migration added, by every method that an earlier run may have used.

        What cannot be removed does not stop the rest, and is reported at the end.

        :raises Conflict: something could not be removed; with the result as details.
        """
        request, failures = self._request, []
        found = self._inspect()
        merged = restart = None
        try:
            merged = self._merge_override(found, "") if found["kind"] == "compose" else None
            restart = self._due_restart(found, merged)
            if restart and request.restart:
                self._refuse_while_replicating("The names in the containers stay. ")
        except MigrationError as error:
            merged = restart = None
            failures.append(error)
        result = {**self._result(found), "removed": False}
        try:
            result = self._apply(
                result,
                restart,
                merged,
                state="absent",
                hosts_file=request.hosts_file,
                dnsmasq_file=request.dnsmasq_file,
                overrides=_override_options(found, merged),
                note_file=request.note_file,
                lease_file=request.lease_file if not failures else None,
            )
            result["noted_record"] = request.noted_record(result["note"])
            result["pending_methods"] = ["vpc_dns"] if result["noted_record"] else []
            if "helm" in result["methods"]:
                request.demand_helm(found)
                result["pending_methods"].insert(0, "helm")
        except MigrationError as error:
            result = {**result, **error.details}
            failures.append(error)
        try:
            result["actions"] = [*result["actions"], *self._dns.remove()]
        except MigrationError as error:
            failures.append(error)
        if "manual" in request.methods:
            self._warnings.append(messages.record_stays(request.names))
        if failures:
            raise Conflict(" ".join(str(error) for error in failures), details=result)
        return {**result, "removed": not result["pending_methods"]}

    def verify(self, applied: Mapping[str, Any], predicted: bool, ask_harbor: bool) -> State:
        """Check that the containers of this host get the address, and that Harbor itself reaches the registry.

        :param applied: the result of :meth:`ensure`, which is handed on.
        :param predicted: on some host of this run the names are only predicted, so there is nothing to verify yet.
        :param ask_harbor: whether Harbor itself tries the registry; one host of several is enough.
        :raises Conflict: the names are not resolved, or the registry is not reached; with the result as details.
        """
        result = {**applied, "warnings": self._warnings, "resolved": False}
        deployment = applied["deployment"]
        problems: list[str] = []
        if not predicted:
            problems, untested = self._verification.container_problems(deployment["directory"], applied["methods"])
            self._warnings += untested
            if not problems and ask_harbor:
                reason = self._verification.registry_problem(deployment["kind"], applied["methods"])
                problems = [reason] if reason else []
            if problems and "manual" in applied["methods"]:
                problems = self._without_record(problems)
        if any(problems):
            raise Conflict(" ".join(filter(None, [*problems, applied["manual_steps"]])), details=result)
        return {**result, "resolved": True}

    def _without_record(self, problems: Sequence[str]) -> list[str]:
        """What is wrong where the operator makes the record: a prediction does not wait, and only warns."""
        request = self._request
        if not self._check_mode:
            return [*problems, messages.record_missing(request.wanted_records, request.wait_timeout)]
        self._warnings.append(messages.record_not_there_yet(request.wanted_records, request.wait_timeout))
        return []

    def _merge_override(self, found: Mapping[str, Any], address: str) -> MergedOverride:
        """The override with the names; without them where the address is empty."""
        request = self._request
        if found["kind"] != "compose":
            raise InvalidInput(messages.not_compose(request.compose_directory))
        problems = problem_texts(found, ["files"]) if address else []
        if problems:
            raise Conflict(" ".join(problems))
        contents = {name: base64.b64decode(content) for name, content in found["files"].items()}
        base = contents.pop(BASE, b"")
        files = ComposeFiles(base, contents, found["override"], found["overrides_read"])
        hosts = dict.fromkeys(request.names, address) if address else {}
        try:
            return merge_override(
                files, found["containers"], request.services, hosts, request.names, request.migration_id
            )
        except InvalidInput as error:
            raise InvalidInput(f"{found['directory']}: {error.message}", advice=error.advice) from None

    def _due_restart(self, found: Mapping[str, Any], merged: MergedOverride | None) -> ServiceRestart | None:
        """Services that must be recreated: their names change, or a run broke off before they were."""
        if merged is None or not merged.recreate:
            return None
        return ServiceRestart(
            found["directory"], found["command"], list(self._request.services), self._request.proxy_service
        )

    def _refuse_while_replicating(self, state: str) -> None:
        executions = running_executions(self._harbor())
        if executions:
            raise Conflict(messages.replication_runs(executions, self._request.services, state))

    def _apply(
        self, result: State, restart: ServiceRestart | None, merged: MergedOverride | None, **options: Any
    ) -> State:
        """Change the records on the host, and wait for Harbor where services were recreated."""
        request = self._request
        if restart and not request.restart:
            result = {**result, "manual_steps": messages.manual_steps(restart)}
            self._warnings.append(result["manual_steps"])
            restart = None
        records = {
            "migration_id": request.migration_id,
            "dnsmasq_reload": request.dnsmasq_reload,
            "backup": request.backup,
            "restart": dict(vars(restart)) if restart else None,
            **options,
        }
        try:
            done = self._run_module("host_name_records", {key: one for key, one in records.items() if one is not None})
        except MigrationError as error:
            restarted = error.details.pop("restarted", [])
            error.details = {
                **result,
                **error.details,
                "actions": request.own(error.details.get("actions", [])),
                "restarts": request.restarts(restarted),
            }
            raise
        record = done["note"] if options["state"] == "absent" else request.vpc_record
        sharers = {**done["shared_with"], CONTAINER_HOSTS: merged.shared_with if merged else ()}
        result = {
            **result,
            "actions": with_sharers(request.own(done["actions"]), sharers),
            "restarts": request.restarts(done["restarted"]),
            "diff": done["diff"],
            "note": done["note"],
            "record_shared_with": request.sharers(record, done["other_notes"]),
            "leftovers": with_sharers(result["leftovers"], sharers),
        }
        if restart and not self._check_mode:
            self._report(messages.waiting(request.host, restart))
            problem = self._verification.health_problem()
            if problem:
                raise WaitFailed(messages.unhealthy(restart, problem), advice=messages.logs(restart), details=result)
        return result

    def _inspect(self, **options: Any) -> Mapping[str, Any]:
        """What the module host_deployment_info finds on the host."""
        request = self._request
        asked = {
            "compose_directory": request.compose_directory,
            "compose_command": request.compose_command,
            "services": list(request.services),
            "unit_directories": list(request.unit_directories),
            "bypass_proxy": request.bypass_proxy,
            "clock_tolerance": request.clock_tolerance,
            "detect_helm_release": request.helm_may_be_needed,
            **options,
        }
        given = {name: value for name, value in asked.items() if value not in (None, "")}
        found: Mapping[str, Any] = self._run_module("host_deployment_info", given)["deployment"]
        return found

    def _result(self, found: Mapping[str, Any]) -> State:
        return self._request.result(found, self._warnings)


def _override_options(found: Mapping[str, Any], merged: MergedOverride | None) -> list[dict[str, str]] | None:
    """The option ``overrides`` of the module host_name_records."""
    if merged is None:
        return None
    options = []
    for change in merged.changes:
        option = {"path": f"{found['directory']}/{change.name}"}
        if change.before is not None:
            option["before"] = hashlib.sha256(change.before).hexdigest()
        if change.after is not None:
            option["after"] = base64.b64encode(change.after).decode()
        options.append(option)
    return options
