# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""systeminfo, health, ping, configurations, permissions, statistics and the queues of the job service."""

from __future__ import annotations

from tests.sandbox.harbor.api.catalogue import CONFIGURATIONS, PERMISSIONS
from tests.sandbox.harbor.api.request import Answer, Call

_COMPONENTS = ("core", "database", "jobservice", "portal", "redis", "registry", "registryctl")
_QUEUES = ("GARBAGE_COLLECTION", "IMAGE_SCAN", "PURGE_AUDIT_LOG", "REPLICATION", "RETENTION", "SCHEDULER", "WEBHOOK")


def general_information(call: Call) -> Answer:
    """GET /systeminfo."""
    flavour, url = call.flavour, call.service.url
    values = {
        "with_notary": False,
        "with_clair": False,
        "with_admiral": False,
        "admiral_endpoint": "",
        "with_chartmuseum": bool(call.service.settings.harbor_charts),
        "auth_mode": call.service.settings.harbor_auth_mode,
        "primary_auth_mode": False,
        "banner_message": "",
        "current_time": call.time(call.now() + call.service.settings.harbor_clock_skew),
        "external_url": url,
        "registry_url": url.split("://", 1)[-1],
        "harbor_version": call.service.version,
        "has_ca_root": False,
        "notification_enable": True,
        "oidc_provider_name": "",
        "project_creation_restriction": "everyone",
        "read_only": call.service.read_only,
        "registry_storage_provider_name": "filesystem",
        "self_registration": False,
    }
    keys = flavour.system_keys
    if call.identity.anonymous and flavour.anonymous_system_keys is not None:
        keys = flavour.anonymous_system_keys
    return Answer({name: values[name] for name in keys.split()})


def health(call: Call) -> Answer:
    """GET /health."""
    unwell = call.service.settings.harbor_unhealthy
    components = [{"name": name, "status": "healthy"} for name in _COMPONENTS if name not in unwell]
    components += [{"name": name, "status": "unhealthy", "error": "failed to check health"} for name in unwell]
    return Answer({"status": "unhealthy" if unwell else "healthy", "components": components})


def ping(call: Call) -> Answer:
    """GET /ping."""
    return (
        Answer("Pong", content_type="text/plain")
        if call.style.generated
        else Answer('"Pong"', content_type=call.style.content_type)
    )


def configurations(call: Call) -> Answer:
    """GET /configurations."""
    call.service.access.require_system(call.identity, "configuration", "read")
    values = {name: {"editable": True, "value": value} for name, value in CONFIGURATIONS.items()}
    values["auth_mode"].update(editable=False, value=call.service.settings.harbor_auth_mode)
    values["robot_name_prefix"]["value"] = call.service.settings.harbor_robot_prefix
    values["read_only"]["value"] = call.service.read_only
    return Answer({**values, "scan_all_policy": {}})


def configure(call: Call) -> Answer:
    """PUT /configurations; only the read-only mode has an effect here."""
    call.service.access.require_system(call.identity, "configuration", "update")
    wanted = call.document("configurations")
    call.service.state.read_only = bool(wanted.get("read_only", call.service.state.read_only))
    return Answer()


def permissions(call: Call) -> Answer:
    """GET /permissions: what robots can be given (2.10+)."""
    call.service.access.require_login(call.identity)
    return Answer(
        {
            kind: [
                {"action": action, "resource": resource}
                for resource, actions in listed.items()
                for action in actions.split()
            ]
            for kind, listed in PERMISSIONS.items()
        }
    )


def statistics(call: Call) -> Answer:
    """GET /statistics."""
    call.service.access.require_login(call.identity)
    state, counts = (
        call.service.state,
        dict.fromkeys(("private_project", "private_repo", "public_project", "public_repo"), 0),
    )
    size = 0
    for project in state.projects.values():
        if not call.service.access.may_project(call.identity, project, "project", "read"):
            continue
        kind = "public" if project.public else "private"
        repositories = state.repositories_of(project)
        counts[f"{kind}_project"] += 1
        counts[f"{kind}_repo"] += len(repositories)
        size += sum(
            state.store.size(name, item.digest) for name in repositories for item in state.store.manifests(name)
        )
    result = {f"{name}_count": value for name, value in counts.items()}
    result["total_project_count"] = counts["private_project"] + counts["public_project"]
    result["total_repo_count"] = counts["private_repo"] + counts["public_repo"]
    if call.flavour.all_repositories:
        result["total_storage_consumption"] = size
    return Answer(result)


def queues(call: Call) -> Answer:
    """GET /jobservice/queues (2.7+)."""
    call.service.access.require_system(call.identity, "jobservice-monitor", "list")
    waiting = call.service.engine.waiting()
    paused = call.service.settings.harbor_queue_paused
    return Answer(
        [
            {"job_type": name, "count": waiting, "latency": 0, "paused": paused}
            if name == "REPLICATION"
            else {"job_type": name, "count": 0, "latency": 0, "paused": False}
            for name in _QUEUES
        ]
    )


def steer_queue(call: Call) -> Answer:
    """PUT /jobservice/queues/REPLICATION: pause, resume (2.7+)."""
    call.service.access.require_system(call.identity, "jobservice-monitor", "stop")
    action = call.document("action_request").get("action")
    if call.values["job_type"] == "REPLICATION" and action in ("pause", "resume"):
        call.service.settings.harbor_queue_paused = action == "pause"
    return Answer()
