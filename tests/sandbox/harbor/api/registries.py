# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replication endpoints: /registries, their connection test, and the kinds that exist."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from tests.sandbox.harbor.api.catalogue import PATTERNS
from tests.sandbox.harbor.api.health import AdapterError, Unhealthy
from tests.sandbox.harbor.api.query import matches, ordered
from tests.sandbox.harbor.api.request import Answer, Call, Refusal
from tests.sandbox.harbor.state import Policy, Registry

_MASK = "*****"
_FLAT = {
    "name": "name",
    "description": "description",
    "url": "url",
    "credential_type": "credential_type",
    "access_key": "access_key",
    "access_secret": "access_secret",
    "insecure": "insecure",
    "ca_certificate": "ca_certificate",
}


def document(call: Call, registry: Registry) -> dict[str, Any]:
    """An endpoint as the API shows it: the secret is always five asterisks."""
    secret = _MASK if registry.access_secret else ""
    credential = {"type": registry.credential_type, "access_key": registry.access_key, "access_secret": secret}
    if call.style.generated:
        credential = {name: value for name, value in credential.items() if value}
    local = registry.id == 0
    return call.shown(
        call.flavour.registry_keys,
        {
            "id": registry.id,
            "name": registry.name,
            "description": registry.description,
            "type": registry.type,
            "url": registry.url,
            "token_service_url": f"{registry.url}/service/token" if local else "",
            "credential": credential,
            "insecure": registry.insecure,
            "ca_certificate": registry.ca_certificate,
            "status": registry.status,
            "creation_time": call.time(None if local else registry.creation_time),
            "update_time": call.time(None if local else registry.update_time),
        },
        always="id credential creation_time update_time",
    )


def local(call: Call) -> Registry:
    """This Harbor as an endpoint: id 0."""
    return Registry(
        0,
        "Local",
        "harbor",
        "http://core:8080",
        access_secret="internal",
        credential_type="secret",
        insecure=True,
        status="healthy",
    )


def find(call: Call, case: str = "registry_missing") -> Registry:
    """The endpoint of the path. Raises Refusal when there is none."""
    found = call.service.state.registries.get(call.values["id"])
    if found is None:
        raise Refusal(case, id=call.values["id"])
    return found


def listing(call: Call) -> Answer:
    """GET /registries."""
    call.service.access.require_system(call.identity, "registry", "list")
    found = ordered(call, list(call.service.state.registries.values()), "registries")
    name = call.query.get("name", "")
    found = [item for item in found if name in item.name and matches(call, item)]
    if not call.flavour.registries_paged:
        return Answer([document(call, item) for item in found])
    items, headers = call.page(found)
    return Answer([document(call, item) for item in items], headers=headers)


def read(call: Call) -> Answer:
    """GET /registries/{id}; 0 is the local Harbor where the generated handlers serve it."""
    call.service.access.require_system(call.identity, "registry", "read")
    if call.values["id"] == 0 and call.style.generated:
        return Answer(document(call, local(call)))
    return Answer(document(call, find(call)))


def create(call: Call) -> Answer:
    """POST /registries: stored only when the target answers well."""
    call.service.access.require_system(call.identity, "registry", "create")
    wanted, state = call.document("registry"), call.service.state
    credential = wanted.get("credential") or {}
    name = wanted.get("name") or ""
    if call.style.generated and not name:
        raise Refusal("registry_name_empty")
    if call.style.generated and len(name) > 64:
        raise Refusal("registry_name_long")
    if any(item.name == name for item in state.registries.values()):
        raise Refusal("registry_name_taken", name=name)
    key = credential.get("access_key") or ""
    new = Registry(
        0,
        name,
        wanted.get("type") or "",
        _address(wanted.get("url") or "", trimmed=call.flavour.stored_status != ""),
        description=wanted.get("description") or "",
        access_key=key,
        access_secret=(credential.get("access_secret") or "") if key else "",
        credential_type=(credential.get("type") or "basic") if key else "",
        insecure=bool(wanted.get("insecure")),
        ca_certificate=_certificate(call, wanted),
        status=call.flavour.stored_status,
    )
    _check(call, new, "adapter_failed", "registry_unhealthy")
    with state.lock:
        new.id = state.next_id("registry")
        state.registries[new.id] = new
    return call.created(new.id)


def update(call: Call) -> Answer:
    """PUT /registries/{id}: flat members only; what is not sent keeps its value."""
    call.service.access.require_system(call.identity, "registry", "update")
    old, state = find(call, "registry_missing_write"), call.service.state
    wanted = call.document("registry")
    given = {ours: wanted[theirs] for theirs, ours in _FLAT.items() if wanted.get(theirs) is not None}
    if "url" in given:
        given["url"] = _address(given["url"], trimmed=call.style.generated)
    if "ca_certificate" not in call.flavour.registry_keys.split():
        given.pop("ca_certificate", None)
    new = replace(old, **given, update_time=time.time())
    if any(item.name == new.name and item.id != new.id for item in state.registries.values()):
        raise Refusal("registry_renamed_taken", name=new.name)
    _check(call, new, "adapter_failed", "registry_unhealthy")
    new.status = call.flavour.stored_status
    state.registries[new.id] = new
    return Answer()


def delete(call: Call) -> Answer:
    """DELETE /registries/{id}: refused while a policy uses it."""
    call.service.access.require_system(call.identity, "registry", "delete")
    registry, state = find(call, "registry_missing_write"), call.service.state
    for side in ("source", "destination"):
        users = [item for item in state.policies.values() if registry.id == _side(item, side)]
        if users:
            raise Refusal("registry_used", id=registry.id, count=len(users), side=side)
    state.registries.pop(registry.id, None)
    return Answer()


def ping(call: Call) -> Answer:
    """POST /registries/ping: what is stored under `id`, overridden by flat members; a nested credential is not read."""
    call.service.access.require_system(call.identity, "registry", "read")
    wanted = call.document("registry") if call.body or call.style.generated else {}
    tested = Registry(0, "", "", "")
    if wanted.get("id") is not None:
        call.values["id"] = wanted["id"]
        tested = find(call)
    given = {
        ours: wanted[theirs] for theirs, ours in {**_FLAT, "type": "type"}.items() if wanted.get(theirs) is not None
    }
    if "url" in given:
        given["url"] = _address(given["url"], trimmed=True)
    tested = replace(tested, **given)
    if not tested.type or not tested.url:
        raise Refusal("ping_incomplete")
    _check(call, tested, "ping_adapter_failed", "ping_unhealthy")
    return Answer()


def information(call: Call) -> Answer:
    """GET /registries/{id}/info: the filters and triggers that an endpoint supports."""
    call.service.access.require_system(call.identity, "registry", "read")
    registry = local(call) if call.values["id"] == 0 else find(call)
    filters = [{"type": "name", "style": "input"}, {"type": "tag", "style": "input"}]
    triggers = ["manual", "scheduled"]
    resources = ["image"]
    if registry.id == 0:
        triggers.append("event_based")
        resources = [value for value in call.flavour.resource_values.split() if value != "chart"]
    described: list[dict[str, Any]] = [*filters, {"type": "resource", "style": "radio", "values": resources}]
    if registry.id == 0 and call.flavour.label_form == "list":
        described.append({"type": "label", "style": "list", "values": []})
    if call.style.generated:
        described = [{"style": item["style"], "type": item["type"], "values": item.get("values")} for item in described]
        return Answer({"supported_resource_filters": described, "supported_triggers": triggers, "type": registry.type})
    return Answer(
        {
            "type": registry.type,
            "description": "",
            "supported_resource_filters": described,
            "supported_triggers": triggers,
        }
    )


def kinds(call: Call) -> Answer:
    """GET /replication/adapters."""
    call.service.access.require_system(call.identity, "replication-adapter", "list")
    return Answer(_listed(call))


def patterns(call: Call) -> Answer:
    """GET /replication/adapterinfos (1.10+)."""
    call.service.access.require_system(call.identity, "replication-adapter", "list")
    listed = {name: PATTERNS[name] for name in sorted(_listed(call)) if name in PATTERNS}
    if call.style.generated:
        return Answer({name: {part: value for part, value in item.items() if value} for name, item in listed.items()})
    return Answer(listed)


def _listed(call: Call) -> list[str]:
    """The kinds that are listed: 2.14+ ask an environment variable of core, empty when that is not set."""
    limited = call.flavour.limited_kinds and not call.service.settings.harbor_listed_kinds
    return [] if limited else call.flavour.listed_kinds.split()


def _side(policy: Policy, side: str) -> int:
    return policy.src_registry_id if side == "source" else policy.dest_registry_id


def _address(url: str, trimmed: bool) -> str:
    """A URL as Harbor stores it: with a scheme, without a query, and (newer ones) without a slash at the end."""
    url = url.strip()
    if "://" not in url:
        url = f"http://{url}" if url else ""
    url = url.split("?", 1)[0]
    return url.rstrip("/") if trimmed else url


def _certificate(call: Call, wanted: dict[str, Any]) -> str:
    return str(wanted.get("ca_certificate") or "") if "ca_certificate" in call.flavour.registry_keys.split() else ""


def _check(call: Call, registry: Registry, broken: str, unhealthy: str) -> None:
    try:
        call.service.health.check(registry)
    except AdapterError as problem:
        raise Refusal(broken, url=registry.url, reason=problem) from problem
    except Unhealthy as problem:
        raise Refusal(unhealthy, url=registry.url) from problem
