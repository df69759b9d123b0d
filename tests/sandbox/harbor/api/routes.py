# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints below the API's base, and the generations that offer them."""

from __future__ import annotations

from tests.sandbox.harbor.api import (
    charts,
    executions,
    groups,
    members,
    policies,
    projects,
    quotas,
    registries,
    repositories,
    robots,
    system,
    users,
)
from tests.sandbox.harbor.api.flavour import Flavour
from tests.sandbox.harbor.api.routing import Route

_EXECUTION = "replication/executions/{id:int}"
_POLICY = "replication/policies/{id:int}"
_REPOSITORY = "projects/{project}/repositories/{repository}"
_ARTIFACT = _REPOSITORY + "/artifacts/{reference}"
_MEMBER = "projects/{project}/members/{id:int}"
_PROJECT_ROBOT = "projects/{project}/robots/{id:int}"


def _one(flavour: Flavour) -> bool:
    return flavour.dialect == "1"


def _two(flavour: Flavour) -> bool:
    return flavour.dialect != "1"


def _project_robots(flavour: Flavour) -> bool:
    return flavour.robots in ("project", "both")


def _system_robots(flavour: Flavour) -> bool:
    return flavour.robots in ("system", "both")


def _catalogue(flavour: Flavour) -> bool:
    return flavour.robot_catalogue


def _accessories(flavour: Flavour) -> bool:
    return bool(flavour.accessories)


def _quotas(flavour: Flavour) -> bool:
    return bool(flavour.quotas)


def _queues(flavour: Flavour) -> bool:
    return flavour.queues


ROUTES = [
    Route("GET", "systeminfo", "system", system.general_information),
    Route("GET", "health", "system", system.health),
    Route("GET", "ping", "system", system.ping),
    Route("GET", "configurations", "system", system.configurations),
    Route("PUT", "configurations", "system", system.configure),
    Route("GET", "statistics", "system", system.statistics),
    Route("GET", "permissions", "system", system.permissions, _catalogue),
    Route("GET", "jobservice/queues", "system", system.queues, _queues),
    Route("PUT", "jobservice/queues/{job_type}", "system", system.steer_queue, _queues),
    Route("GET", "registries", "registries", registries.listing),
    Route("POST", "registries", "registries", registries.create),
    Route("POST", "registries/ping", "registries", registries.ping),
    Route("GET", "registries/{id:int}", "registries", registries.read),
    Route("PUT", "registries/{id:int}", "registries", registries.update),
    Route("DELETE", "registries/{id:int}", "registries", registries.delete),
    Route("GET", "registries/{id:int}/info", "registries", registries.information),
    Route("GET", "replication/adapters", "registries", registries.kinds),
    Route(
        "GET", "replication/adapterinfos", "registries", registries.patterns, lambda flavour: flavour.adapter_patterns
    ),
    Route("GET", "replication/policies", "policies", policies.listing),
    Route("POST", "replication/policies", "policies", policies.create),
    Route("GET", _POLICY, "policies", policies.read),
    Route("PUT", _POLICY, "policies", policies.update),
    Route("DELETE", _POLICY, "policies", policies.delete),
    Route("GET", "replication/executions", "executions", executions.listing),
    Route("POST", "replication/executions", "executions", executions.start),
    Route("GET", _EXECUTION, "executions", executions.read),
    Route("PUT", _EXECUTION, "executions", executions.stop),
    Route("GET", _EXECUTION + "/tasks", "executions", executions.tasks),
    Route("GET", _EXECUTION + "/tasks/{task:int}/log", "executions", executions.log),
    Route("GET", "projects", "projects", projects.listing),
    Route("HEAD", "projects", "projects", projects.head),
    Route("POST", "projects", "projects", projects.create),
    Route("GET", "projects/{project}", "projects", projects.read),
    Route("PUT", "projects/{project}", "projects", projects.update),
    Route("DELETE", "projects/{project}", "projects", projects.delete),
    Route("GET", "projects/{project}/repositories", "repositories", repositories.of_project, _two),
    Route(
        "GET",
        "projects/{project}/artifacts",
        "repositories",
        repositories.project_artifacts,
        lambda flavour: flavour.project_artifacts,
    ),
    Route("GET", "repositories", "repositories", repositories.of_all, lambda flavour: flavour.all_repositories),
    Route("GET", "repositories", "repositories", repositories.of_number, _one),
    Route("GET", "repositories/{repository:path}/tags", "repositories", repositories.tags, _one),
    Route("DELETE", "repositories/{repository:path}/tags/{tag}", "repositories", repositories.delete_tag, _one),
    Route("GET", _REPOSITORY, "repositories", repositories.read, _two),
    Route("DELETE", _REPOSITORY, "repositories", repositories.delete, _two),
    Route("GET", _REPOSITORY + "/artifacts", "repositories", repositories.artifacts, _two),
    Route("GET", _ARTIFACT, "repositories", repositories.artifact, _two),
    Route("DELETE", _ARTIFACT, "repositories", repositories.delete_artifact, _two),
    Route("GET", _ARTIFACT + "/tags", "repositories", repositories.artifact_tags, _two),
    Route("GET", _ARTIFACT + "/accessories", "repositories", repositories.accessories, _accessories),
    Route("GET", "quotas", "quotas", quotas.listing, _quotas),
    Route("GET", "quotas/{id:int}", "quotas", quotas.read, _quotas),
    Route("PUT", "quotas/{id:int}", "quotas", quotas.update, _quotas),
    Route("GET", "usergroups", "groups", groups.listing),
    Route("GET", "projects/{project}/members", "members", members.listing),
    Route("POST", "projects/{project}/members", "members", members.create),
    Route("GET", _MEMBER, "members", members.read),
    Route("PUT", _MEMBER, "members", members.update),
    Route("DELETE", _MEMBER, "members", members.delete),
    Route("GET", "projects/{project}/robots", "robots", robots.of_project, _project_robots),
    Route("POST", "projects/{project}/robots", "robots", robots.create_in_project, _project_robots),
    Route("GET", _PROJECT_ROBOT, "robots", robots.read, _project_robots),
    Route("PUT", _PROJECT_ROBOT, "robots", robots.update, _project_robots),
    Route("DELETE", _PROJECT_ROBOT, "robots", robots.delete, _project_robots),
    Route("GET", "robots", "robots", robots.listing, _system_robots),
    Route("POST", "robots", "robots", robots.create, _system_robots),
    Route("GET", "robots/{id:int}", "robots", robots.read, _system_robots),
    Route("PUT", "robots/{id:int}", "robots", robots.update, _system_robots),
    Route("PATCH", "robots/{id:int}", "robots", robots.renew, _system_robots),
    Route("DELETE", "robots/{id:int}", "robots", robots.delete, _system_robots),
    Route("GET", "chartrepo/{project}/charts", "charts", charts.listing, charts.offered, "/api"),
    Route("POST", "chartrepo/{project}/charts", "charts", charts.upload, charts.offered, "/api"),
    Route("GET", "chartrepo/{project}/charts/{name}", "charts", charts.versions, charts.offered, "/api"),
    Route("GET", "chartrepo/{project}/charts/{name}/{version}", "charts", charts.details, charts.offered, "/api"),
    Route("GET", "{project}/charts/{file}", "charts", charts.download, charts.offered, "/chartrepo"),
    Route("GET", "{project}/index.yaml", "charts", charts.index, charts.offered, "/chartrepo"),
    Route("GET", "users", "users", users.listing),
    Route("POST", "users", "users", users.create),
    Route("GET", "users/current", "users", users.current),
    Route("GET", "users/search", "users", users.search),
    Route("GET", "users/{id:int}", "users", users.read),
    Route("PUT", "users/{id:int}", "users", users.update),
    Route("DELETE", "users/{id:int}", "users", users.delete),
    Route("PUT", "users/{id:int}/sysadmin", "users", users.toggle_admin),
    Route("PUT", "users/{id:int}/password", "users", users.change_password),
]
