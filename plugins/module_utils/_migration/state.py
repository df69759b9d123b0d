# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gathers, in one go and without a change, what a migration finds: registry, permissions, Harbor, content, leftovers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .._engine.engine import Engine
from .._engine.fields import State
from .._engine.resource import Resource
from .._engine.wait import Wait
from .._errors import InvalidInput, MigrationError, PermissionDenied
from .._harbor.api.client import HarborClient
from .._harbor.replication.executions import unfinished_executions
from .._harbor.resources.registry import HarborRegistryResource
from .._harbor.resources.replication_policy import HarborReplicationPolicyResource
from .._harbor.system import describe
from .._oci.client import DistributionClient
from .._tcr.api.client import TcrClient
from .._tcr.instances import check_running, find_registries
from .._tcr.requirements import MISSING, requirements
from .._tcr.resources.access_credential import usable_credential_ids
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
from .temporary_access.expired import ExpiredAccess
from .temporary_access.leftovers import Leftovers, policies_of
from .variables.access import RUN, access_summary
from .variables.settings import Settings, continuous_problems, identity_problems, path_problems, registry_problems

MIGRATE, VERIFY, CLEANUP, LEFTOVERS, EXPIRED = "migrate", "verify", "cleanup", "leftovers", "expired"
PURPOSES = (MIGRATE, VERIFY, CLEANUP, LEFTOVERS, EXPIRED)
_ATTACH = (
    "Attach the policy in this result to the identity of the API key in CAM, wait two minutes, and run again: it allows "
    "everything that a migration over this network path needs."
)


@dataclass(frozen=True)
class StateRequest:
    """What to gather.

    :param purpose: ``migrate`` also checks everything that a migration would be refused later; ``verify`` reads what a
        comparison needs; ``cleanup`` reads what carries the marker, and goes on without a registry; ``leftovers`` reads
        the same and never fails; ``expired`` reads what of any migration has expired.
    :param registry_url: address of the registry for image clients; empty for https and its public domain.
    :param selection: what belongs to the migration at the source.
    :param namespace_map: project to namespace of the target.
    :param charts: ``auto`` moves the charts of ChartMuseum where Harbor has one, ``True`` requires one, ``False`` leaves
        them where they are.
    :param chart_prefix: put in front of the name of each chart at the target.
    :param report_repository: a repository of the target that will hold reports; empty: none.
    :param allow_any_source: permit a whitelist entry for all addresses.
    :param accessories: one of the modes of :mod:`.source.selection`.
    :param predicts: the run changes nothing.
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
    predicts: bool = False
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
        self._leftovers = Leftovers(request.settings.id, request.wait)
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
        anybody = self._request.purpose == EXPIRED
        problems = list(registry_problems(self._settings) if anybody else identity_problems(self._settings))
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
            EXPIRED: self._for_expired,
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
            "access": access_summary(self._settings.access, self._settings.lease_hours),
            "takes_back": self._settings.access == RUN and not self._request.predicts,
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
        running = policies_of(unfinished_executions(harbor, self._leftovers.marked(harbor.policies())))
        if running and not self._request.stop_running:
            raise MigrationError(
                f"A replication of {', '.join(running)} has not ended, and its tasks need the credential, the names and "
                "the whitelist entries.",
                advice="Wait until it has ended, or set migration_stop_running to true.",
            )
        found: dict[str, Any] = {
            "harbor": {"detected": harbor.detected()},
            "running": running,
            "robots": self._leftovers.removable_robots(harbor, self._leftovers.robots(harbor)),
            "robots_note": self._leftovers.robots_note(harbor),
        }
        try:
            tcr = self._tcr()
            registry = self._registry(tcr)
        except MigrationError as error:
            # What is on Harbor and its hosts must not stay because a registry is gone or does not answer.
            return {**found, "registry": {}, "registry_problem": str(error)}
        return {**found, **self._target(tcr, registry), "registry_problem": ""}

    def _for_expired(self) -> dict[str, Any]:
        harbor, (tcr, registry) = self._harbor(), self._with_registry()
        seen = ExpiredAccess(harbor, lambda: (tcr, registry["registry_id"]), time.time(), self._request.wait).look()
        return {
            "harbor": {"detected": harbor.detected()},
            "expired": seen.steps,
            "kept": seen.kept,
            "kept_migration_ids": list(seen.kept_ids),
            **self._target(tcr, registry),
        }

    def _with_registry(self) -> tuple[TcrClient, State]:
        tcr = self._tcr()
        return tcr, self._registry(tcr)

    def _for_leftovers(self) -> dict[str, Any]:
        return self._leftovers.read(self._harbor, self._tcr_registry)

    def _tcr_registry(self) -> tuple[TcrClient, str]:
        tcr = self._tcr()
        return tcr, self._settings.registry_id or str(self._registry(tcr)["registry_id"])

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
