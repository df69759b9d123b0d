# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names for Harbor's containers in docker-compose.override.yml, merged with what others wrote there. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from .._errors import InvalidInput

RECORD = "x-cloud-registry-migration"
_CREATED = "created"
_HOSTS = "hosts"

Compose = dict[str, Any]


def with_hosts(
    override: Mapping[str, Any] | None,
    base: Mapping[str, Any],
    services: Sequence[str],
    hosts: Mapping[str, str],
    migration_id: str,
) -> Compose | None:
    """The override file in which exactly these names of this migration are ``extra_hosts`` of the services.

    What belongs to whom is recorded in the file itself, in a field that Compose ignores (``x-...``, file format 2.1
    and later), so that it can be taken back after the address is no longer known.

    :param override: what the file holds now; ``None`` when there is none.
    :param base: what docker-compose.yml holds.
    :param hosts: name to address; empty takes everything of this migration away.
    :returns: the new content; ``None`` when no file is needed any more.
    :raises InvalidInput: a service is missing, or somebody else gives a name another address, or a part of the file has
        a tag of Compose (``!reset``, ``!override``) where the names must stand.
    """
    known = _mapping(base.get("services"))
    strange = [service for service in services if service not in known]
    if strange and hosts:
        raise InvalidInput(
            f"docker-compose.yml has no service {strange[0]!r}, only {', '.join(sorted(known)) or 'none'}.",
            advice="Name the directory in which Harbor's own docker-compose.yml is.",
        )
    content: Compose = deepcopy(dict(override or {}))
    record = dict(content.pop(RECORD, None) or {})
    created = override is None or bool(record.pop(_CREATED, False))
    _take_back(content, (record.pop(migration_id, None) or {}).get(_HOSTS) or {})
    if hosts:
        added = {service: _add(content, known, service, hosts) for service in services}
        record[migration_id] = {_HOSTS: {service: names for service, names in added.items() if names}}
        if base.get("version") and "version" not in content:
            content = {"version": base["version"], **content}
    if not record:
        return None if created and set(content) <= {"version"} else content
    return {**content, RECORD: {**record, _CREATED: True} if created else record}


def stale_services(
    containers: Sequence[Mapping[str, Any]], files: Sequence[Mapping[str, Any]], names: Sequence[str]
) -> list[str]:
    """The services whose containers were made with other addresses for these names than the files have now.

    :param containers: each with ``service`` and ``hosts``, name to addresses.
    :param files: the content of the compose files; Compose appends the entries of later ones.
    """
    return [
        str(one["service"])
        for one in containers
        if any(set(one["hosts"].get(name, [])) != _addresses(files, str(one["service"]), name) for name in names)
    ]


def _addresses(files: Sequence[Mapping[str, Any]], service: str, name: str) -> set[str]:
    definitions = [_mapping(_mapping(content.get("services")).get(service)) for content in files]
    return {address for one in definitions for known, address in _entries(one) if known == name}


def _take_back(content: Compose, names: Mapping[str, Sequence[str]]) -> None:
    services = _plain(content.get("services"), "services") if names else {}
    for service, ours in names.items():
        definition = _definition(services, service)
        kept = [(name, address) for name, address in _entries(definition) if name not in ours]
        _set_entries(definition, kept)
        if not definition:
            services.pop(service, None)
    if names and not services:
        content.pop("services", None)


def _add(content: Compose, known: Mapping[str, Any], service: str, hosts: Mapping[str, str]) -> list[str]:
    """Add what is missing; returns the names that were added."""
    services = content["services"] = _plain(content.get("services"), "services")
    definition = services[service] = _definition(services, service)
    present = dict([*_entries(_mapping(known.get(service))), *_entries(definition)])
    for name, address in hosts.items():
        if present.get(name, address) != address:
            raise InvalidInput(
                f"{name!r} is given the address {present[name]} in extra_hosts of the service {service!r} already, "
                f"but the registry is reached at {address}.",
                advice="Remove that line from the compose files; this migration then adds its own.",
            )
    added = [name for name in hosts if name not in present]
    _set_entries(definition, [*_entries(definition), *((name, hosts[name]) for name in added)])
    if not definition:
        services.pop(service)
    return added


def _mapping(value: Any) -> dict[str, Any]:
    """A mapping of the file; empty for anything else, such as a value with a tag of Compose."""
    return value if isinstance(value, dict) else {}


def _definition(services: Mapping[str, Any], service: str) -> dict[str, Any]:
    definition = _plain(services.get(service), service)
    if not isinstance(definition.get("extra_hosts") or [], (list, Mapping)):
        raise _tagged(f"extra_hosts of {service}")
    return definition


def _plain(value: Any, what: str) -> dict[str, Any]:
    if value and not isinstance(value, dict):
        raise _tagged(what)
    return value or {}


def _tagged(what: str) -> InvalidInput:
    return InvalidInput(
        f"Names can be neither added nor taken back, because {what} in docker-compose.override.yml is neither a plain "
        "mapping nor a list.",
        advice="Remove the tag (!reset, !override) there; or set migration_hosts_methods to vpc_dns, dnsmasq or none.",
    )


def _entries(definition: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and addresses; Compose knows ``name:address``, ``name=address`` and a mapping."""
    found = definition.get("extra_hosts") or []
    if isinstance(found, Mapping):
        return [(str(name), str(address)) for name, address in found.items()]
    if not isinstance(found, list):
        return []
    pairs = [re.split(r"[:=]", str(one), maxsplit=1) for one in found]
    return [(pair[0].strip(), pair[-1].strip()) for pair in pairs]


def _set_entries(definition: Compose, entries: Sequence[tuple[str, str]]) -> None:
    """Write the entries in the form in which they were, and leave the definition alone when they are the same."""
    if list(entries) == _entries(definition):
        return
    if not entries:
        definition.pop("extra_hosts", None)
    elif isinstance(definition.get("extra_hosts"), Mapping):
        definition["extra_hosts"] = dict(entries)
    else:
        definition["extra_hosts"] = [f"{name}:{address}" for name, address in entries]
