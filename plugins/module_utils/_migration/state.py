# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gathers, in one go and without a change, what a migration finds: registry, permissions, Harbor, content, leftovers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .._engine.engine import Engine
from .._engine.fields import State
from .._engine.ownership import is_marked, other_owners
from .._engine.resource import Resource
from .._engine.wait import Wait
from .._errors import InvalidInput, MigrationError, PermissionDenied
from .._harbor.api.client import HarborClient
from .._harbor.api.robots import KIND
from .._harbor.replication.executions import unfinished_executions
from .._harbor.resources.registry import HarborRegistryResource
from .._harbor.resources.replication_policy import HarborReplicationPolicyResource
from .._harbor.rules.registry import stored_credential_id
from .._harbor.system import describe
from .._oci.client import DistributionClient
from .._tcr.api.client import TcrClient
from .._tcr.instances import check_running, find_registries
from .._tcr.requirements import MISSING, requirements
from .._tcr.resources.access_credential import TcrAccessCredentialResource, usable_credential_ids
from .._tcr.resources.private_link import TcrPrivateLinkResource
from .._tcr.resources.public_whitelist import TcrPublicWhitelistResource
from .._tcr.rules.cam_policy import MigrationPath, access_policy
from .._tcr.rules.quotas import CapacityRequest, quota_warnings
from .charts.chart import Chart
from .charts.source import read_charts
from .continuous.health import read_health
from .plan.policies import replication_policies
from .source.oci_content import identify
from .source.reader import read_inventory, targets_of
from .source.selection import IGNORE, REQUIRE, Selection
from .target.names import report_repository_problem
from .variables.settings import Settings, continuous_problems, identity_problems, path_problems

MIGRATE, VERIFY, CLEANUP, LEFTOVERS = "migrate", "verify", "cleanup", "leftovers"
PURPOSES = (MIGRATE, VERIFY, CLEANUP, LEFTOVERS)
_ATTACH = (
    "Attach the policy in this result to the identity of the API key in CAM, wait two minutes, and run again: it allows "
    "everything that a migration over this network path needs."
)


@dataclass(frozen=True)
class StateRequest:
    """What to gather.

    :param purpose: ``migrate`` also checks everything that a migration would be refused later; ``verify`` reads what a
        comparison needs; ``cleanup`` reads what carries the marker, and goes on without a registry; ``leftovers`` reads
        the same and never fails.
    :param registry_url: address of the registry for image clients; empty for https and its public domain.
    :param selection: what belongs to the migration at the source.
    :param namespace_map: project to namespace of the target.
    :param charts: ``auto`` moves the charts of ChartMuseum where Harbor has one, ``True`` requires one, ``False`` leaves
        them where they are.
    :param chart_prefix: put in front of the name of each chart at the target.
    :param report_repository: a repository of the target that will hold reports; empty: none.
    :param allow_any_source: permit a whitelist entry for all addresses.
    :param accessories: one of the modes of :mod:`.source.selection`.
    :param stop_running: whether a cleanup may stop executions.
    :param continuous: whether each push is copied at once, so that a comparison also looks at the health of that.
    :param wait: how to wait for a public endpoint that is being opened, because it has no whitelist before.
    """

    purpose: str
    settings: Settings
    selection: Selection
    namespace_map: Mapping[str, str] = field(default_factory=dict)
    registry_url: str = ""
    charts: bool | str = "auto"
    chart_prefix: str = ""
    report_repository: str = ""
    allow_any_source: bool = False
    accessories: str = REQUIRE
    stop_running: bool = False
    continuous: bool = False
    wait: Wait = field(default_factory=Wait)


class StateReader:
    """Reads what a request asks for; each system is asked once for each thing.

    :param tcr: makes the client of the TCR API.
    :param harbor: makes the client of Harbor.
    :param harbor_registry: makes a client of Harbor's own registry.
    """

    def __init__(
        self,
        request: StateRequest,
        tcr: Callable[[], TcrClient],
        harbor: Callable[[], HarborClient],
        harbor_registry: Callable[[], DistributionClient],
    ) -> None:
        self._request = request
        self._settings = request.settings
        self._tcr = tcr
        self._harbor = harbor
        self._harbor_registry = harbor_registry

    def read(self) -> dict[str, Any]:
        """Everything that was found, as the module migration_state_info returns it.

        :raises InvalidInput: a variable is wrong, or nothing is selected.
        :raises PermissionDenied: the API key lacks a right; ``details`` holds the policy that gives it.
        :raises MigrationError: whatever else would end the migration later.
        """
        started = time.time()
        problems = list(identity_problems(self._settings))
        if self._request.purpose == MIGRATE:
            problems += path_problems(self._settings)
            problems += continuous_problems(self._request.continuous, self._settings.access)
        if problems:
            raise InvalidInput(" ".join(problems))
        gather = {
            MIGRATE: self._for_migration,
            VERIFY: self._for_comparison,
            CLEANUP: self._for_cleanup,
            LEFTOVERS: self._for_leftovers,
        }[self._request.purpose]
        return {**gather(), "started": started, "ended": time.time()}

    def _for_migration(self) -> dict[str, Any]:
        tcr, harbor = self._tcr(), self._harbor()
        registry = self._registry(tcr)
        source = self._source(harbor, require_writable=True)
        needed = self._requirements(tcr, registry, source["targets"], source["charts"])
        for engine in self._dry_runs(tcr, harbor, registry, source["policies"]):
            engine.run()
        return {
            **self._target(tcr, registry),
            **source,
            "usable_credential_ids": usable_credential_ids(tcr, registry["registry_id"], self._settings.id),
            "requirements": needed,
            "warnings": quota_warnings(registry["registry_id"], needed["quotas"]),
        }

    def _for_comparison(self) -> dict[str, Any]:
        tcr, harbor = self._tcr(), self._harbor()
        registry = self._registry(tcr)
        source = self._source(harbor, require_writable=False)
        address = ""
        if self._settings.network == "private" and self._settings.vpc_id:
            links = TcrPrivateLinkResource(tcr, registry["registry_id"], None, False, Wait(False)).find(None)
            address = next((one["access_ip"] for one in links if one["vpc_id"] == self._settings.vpc_id), "")
        found = {**self._target(tcr, registry), **source, "address": address}
        if not self._request.continuous:
            return found
        health = read_health(harbor, self._settings.id, [one["name"] for one in source["policies"]])
        return {**found, "continuous": health, "warnings": health["problems"]}

    def _for_cleanup(self) -> dict[str, Any]:
        harbor = self._harbor()
        running = _policies_of(unfinished_executions(harbor, self._marked(harbor.policies())))
        if running and not self._request.stop_running:
            raise MigrationError(
                f"A replication of {', '.join(running)} has not ended, and its tasks need the credential, the names and "
                "the whitelist entries.",
                advice="Wait until it has ended, or set migration_stop_running to true.",
            )
        found: dict[str, Any] = {
            "harbor": {"detected": harbor.detected()},
            "running": running,
            "robots": self._removable_robots(harbor),
            "robots_note": self._robots_note(harbor),
        }
        try:
            tcr = self._tcr()
            registry = self._registry(tcr)
        except MigrationError as error:
            # What is on Harbor and its hosts must not stay because a registry is gone or does not answer.
            return {**found, "registry": {}, "registry_problem": str(error)}
        return {**found, **self._target(tcr, registry), "registry_problem": ""}

    def _for_leftovers(self) -> dict[str, Any]:
        """What each system still has. One that does not answer hides nothing of the other."""
        found: dict[str, Any] = {"leftovers": [], "robots_note": "", "held_credential_ids": [], "executions": []}
        problems = []
        for look in (self._leftovers_in_harbor, self._leftovers_in_registry):
            try:
                look(found)
            except MigrationError as error:
                problems.append(str(error))
        return {**found, "running": _policies_of(found["executions"]), "leftovers_problem": " ".join(problems)}

    def _leftovers_in_harbor(self, found: dict[str, Any]) -> None:
        """Add what Harbor has of the migration.

        What runs is asked in any case: whoever deletes a credential must know it, also of the one that Harbor holds, which
        may have expired and is then replaced; and a report says what goes on.
        """
        harbor = self._harbor()
        policies, endpoints = self._marked(harbor.policies()), self._marked(harbor.registries())
        found["held_credential_ids"] = [one for one in map(stored_credential_id, map(_description, endpoints)) if one]
        found["leftovers"] += [_removal(HarborReplicationPolicyResource, one["name"]) for one in policies]
        found["leftovers"] += [_removal(HarborRegistryResource, one["name"]) for one in endpoints]
        found["leftovers"] += [self._robot_removal(one) for one in self._marked_robots(harbor)]
        found["robots_note"] = self._robots_note(harbor)
        found["executions"] += unfinished_executions(harbor, policies)

    def _leftovers_in_registry(self, found: dict[str, Any]) -> None:
        """Add what the registry has of the migration."""
        tcr = self._tcr()
        registry_id = self._settings.registry_id or str(self._registry(tcr)["registry_id"])
        credentials = [str(one["Id"]) for one in tcr.tokens(registry_id) if self._is_marked(one.get("Desc"))]
        found["leftovers"] += [_removal(TcrAccessCredentialResource, one) for one in credentials]
        found["leftovers"] += self._whitelist_leftovers(tcr, registry_id)

    def _registry(self, tcr: TcrClient) -> State:
        settings = self._settings
        try:
            found = find_registries(tcr, settings.registry_id or None, settings.registry_name or None)
        except PermissionDenied as error:
            # Rules for the addresses of callers forbid too, but no policy for actions changes that.
            if error.code.startswith(("IpIn", "IpNot")):
                raise
            raise self._forbidden(f"{error}", access_policy(self._path(settings.registry_id, "", ()))) from error
        registry = check_running(tcr, found[0])
        tcr.remember_registry(registry)
        return registry

    def _target(self, tcr: TcrClient, registry: State) -> dict[str, Any]:
        url = self._request.registry_url or f"https://{registry['public_domain']}"
        return {"registry": registry, "registry_url": url, "clock_offset": tcr.clock_offset}

    def _source(self, harbor: HarborClient, require_writable: bool) -> dict[str, Any]:
        system = describe(harbor, require_admin=True, require_writable=require_writable)
        selection = self._request.selection
        inventory = read_inventory(harbor, selection, self._request.accessories != IGNORE)
        charts = self._charts(harbor)
        if not inventory.planned() and not charts:
            raise InvalidInput(
                f"Harbor at {harbor.base_url} has no tag that migration_projects, migration_repositories and "
                "migration_tags select.",
                advice="Widen them, or check that the names are written as in Harbor.",
            )
        identify(inventory, harbor, self._harbor_registry())
        targets = targets_of(harbor, inventory, self._request.namespace_map).as_result()
        others = {one.repository for one in charts} | self._report_repository(targets, charts)
        targets["namespaces"] = sorted({*targets["namespaces"], *(one.partition("/")[0] for one in others)})
        policies = replication_policies(
            self._settings.id,
            targets["projects"],
            selection.repositories,
            [*selection.tags, *inventory.following_patterns(selection)],
            system["proven_version"],
            # Harbor copies what proxy caches hold too, unless the filter names the projects.
            whole=not selection.projects and not inventory.proxies,
        )
        return {
            "harbor": system,
            "inventory": inventory.as_result(),
            "targets": targets,
            "policies": policies,
            "charts": [one.as_result() for one in charts],
        }

    def _report_repository(self, targets: Mapping[str, Any], charts: list[Chart]) -> set[str]:
        """The repository that will hold reports, if there is to be one.

        :raises InvalidInput: its name is not legal at the target, or the migration copies into it.
        """
        repository = self._request.report_repository
        copied = {*targets["repositories"].values(), *(one.repository for one in charts)}
        problem = report_repository_problem(repository, copied) if repository else ""
        if problem:
            raise InvalidInput(problem)
        return {repository} if repository else set()

    def _charts(self, harbor: HarborClient) -> list[Chart]:
        """The selected versions of charts with their places.

        :raises InvalidInput: charts are required, and this Harbor has no ChartMuseum; or one has no place.
        """
        if self._request.charts is False:
            return []
        if self._request.charts is True and not harbor.system().with_chartmuseum:
            raise InvalidInput(
                f"migration_charts is true, and Harbor at {harbor.base_url} has no ChartMuseum: it was not installed, or "
                "this is 2.8 or later, where charts are artifacts and are replicated like images.",
                advice="Set migration_charts to auto.",
            )
        return read_charts(harbor, self._request.selection, self._request.namespace_map, self._request.chart_prefix)

    def _requirements(
        self, tcr: TcrClient, registry: State, targets: Mapping[str, Any], charts: list[dict[str, Any]]
    ) -> dict[str, Any]:
        path = replace(
            self._path(registry["registry_id"], str(registry["region"] or ""), targets["namespaces"]),
            charts=bool(charts),
        )
        repositories = {*targets["repositories"].values(), *(one["target"].rpartition(":")[0] for one in charts)}
        capacity = CapacityRequest(sorted(repositories), list(self._settings.public_cidrs), self._settings.vpc_id)
        found = requirements(tcr, path, capacity, registry)
        missing = [one["action"] for one in found["permissions"] if one["state"] == MISSING]
        if missing:
            raise self._forbidden(
                f"CAM does not allow the API key {', '.join(missing)}, which the migration reads.", found["policy"]
            )
        return found

    def _dry_runs(
        self, tcr: TcrClient, harbor: HarborClient, registry: State, policies: list[State]
    ) -> Iterator[Engine]:
        """Engines in check mode: what they refuse would be refused after half of the migration."""
        settings, registry_id = self._settings, registry["registry_id"]

        def predict(resource: Resource, members: list[State]) -> Engine:
            return Engine(resource, members, check_mode=True, migration_id=settings.id)

        if settings.network == "public":
            whitelist = TcrPublicWhitelistResource(tcr, registry_id, self._request.allow_any_source, self._request.wait)
            yield predict(whitelist, [{"cidr": cidr} for cidr in settings.public_cidrs])
        else:
            link = TcrPrivateLinkResource(tcr, registry_id, None, False, Wait(False))
            yield predict(link, [{"vpc_id": settings.vpc_id, "subnet_id": settings.subnet_id}])
        url = self._request.registry_url or f"https://{registry['public_domain']}"
        endpoint = {"name": settings.id, "type": "docker-registry", "url": url}
        yield predict(HarborRegistryResource(harbor), [endpoint])
        yield predict(
            HarborReplicationPolicyResource(harbor), [{**policy, "registry": settings.id} for policy in policies]
        )

    def _marked(self, listed: Iterable[State]) -> list[State]:
        """The objects of Harbor that carry the marker of the migration."""
        return [one for one in listed if self._is_marked(_description(one))]

    def _marked_robots(self, harbor: HarborClient) -> list[State]:
        """The robot accounts that carry the marker; none where the user may list none."""
        try:
            return self._marked(harbor.robots.everywhere(harbor.projects()))
        except PermissionDenied:
            return []

    def _removable_robots(self, harbor: HarborClient) -> list[dict[str, Any]]:
        """The names of the marked robot accounts by project, but for the account that is used now."""
        names: dict[str, list[dict[str, str]]] = {}
        for robot in self._marked_robots(harbor):
            if robot["username"] != harbor.accounts.own_username:
                names.setdefault(robot["project"] or "", []).append({"name": robot["name"]})
        return [{"project": project, "robots": robots} for project, robots in sorted(names.items())]

    def _robot_removal(self, robot: State) -> dict[str, Any]:
        others = other_owners(_description(robot), self._settings.id)
        shared = {"action": "update", "shared_with": list(others)} if others else {}
        return {"action": "delete", "object": KIND, "key": robot["name"], **shared}

    def _robots_note(self, harbor: HarborClient) -> str:
        """What must be said of robot accounts where one of them is used, which cannot be removed by itself."""
        if not harbor.system().current_user["robot"]:
            return ""
        return (
            f"The robot account {harbor.accounts.own_username!r}, which this run used, stays. When the migration is over, "
            "remove it as an administrator of Harbor, and with it all others of the migration: module harbor_robot with "
            f"state: exact, robots: [] and migration_id: {self._settings.id}."
        )

    def _is_marked(self, description: str | None) -> bool:
        return is_marked(description, self._settings.id)

    def _whitelist_leftovers(self, tcr: TcrClient, registry_id: str) -> list[dict[str, Any]]:
        whitelist = TcrPublicWhitelistResource(tcr, registry_id, False, self._request.wait)
        return Engine(whitelist, [], "exact", check_mode=True, migration_id=self._settings.id).run().actions

    def _path(self, registry_id: str, region: str, namespaces: Any) -> MigrationPath:
        return MigrationPath(
            network=self._settings.network,
            vpc_dns="vpc_dns" in self._settings.hosts_methods,
            registry_id=registry_id,
            region=region,
            namespaces=list(namespaces),
        )

    def _forbidden(self, message: str, policy: Mapping[str, Any]) -> PermissionDenied:
        return PermissionDenied(message, advice=_ATTACH, details={"policy": dict(policy)})


def _policies_of(executions: Iterable[Mapping[str, Any]]) -> list[str]:
    """The policies of executions, each once."""
    return list(dict.fromkeys(one["execution"]["policy"] for one in executions))


def _description(listed: State) -> str:
    return str(listed.get("description") or "")


def _removal(resource: type[Resource], key: str) -> dict[str, Any]:
    return {"action": "delete", "object": resource.kind, "key": key}
