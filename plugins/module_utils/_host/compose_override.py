# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names for Harbor's containers in an override of Compose: which migration needs which, and the text with exactly these.

What others wrote is never written again: ours is inserted between it. Before a text is handed out, it is read once more:
it must mean the same but for our entries, and be the file of others again, to the byte, when ours is taken out. Pure.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._errors import InvalidInput
from .compose_yaml import FILE, Meaning, keys, meaning, parse, part, text_of
from .override_edit import Entry, insert
from .override_marks import CREATED, Name, Owners, unmarked

# Service to the names with addresses that migrations gave it.
Given = dict[str, dict[Name, Owners]]


@dataclass(frozen=True)
class Override:
    """An override of Compose.

    :param others: the text as others wrote it.
    :param created: a migration made the file.
    :param given: what migrations added.
    :param copies: there are copies of entries of others beside them.
    """

    others: str = ""
    created: bool = False
    given: Given = field(default_factory=dict)
    copies: bool = False


def read_override(text: str) -> Override:
    """Tell what migrations added from what others wrote.

    :param text: without a byte order mark.
    :raises InvalidInput: the text cannot be read, or lines of ours were changed; the message is the reason.
    """
    found = unmarked(text)
    now, before = _meaning(text), _meaning(found.text)
    given: Given = {}
    for service in keys(part(now, "services")):
        others = hosts_of(before, service)
        added = [one for one in hosts_of(now, service) if one not in others and one in found.owners]
        if added:
            given[service] = {one: found.owners[one] for one in added}
    if _comparable(now, given, {}, found.copies) != _comparable(before, given, given, found.copies):
        raise InvalidInput(f"lines of {FILE} that carry the mark of a migration were changed")
    return Override(found.text, found.created, given, found.copies)


def write_override(override: Override, version: str = "") -> str | None:
    """The text with what migrations gave; ``None`` when no file is needed any more.

    :param version: the field ``version`` of docker-compose.yml: Compose 1 wants the same in a file that holds anything.
    :raises InvalidInput: there is no place where entries can stand; the message is the reason.
    """
    before, text = _meaning(override.others), override.others
    for service, names in sorted(override.given.items()):
        text = _with_entries(text, service, names, before, override.given, version)
    if text == override.others:
        return None if override.created and not text.strip() else text
    if override.created:
        text = f"{CREATED}\n{text}"
    if _comparable(_meaning(text), override.given, {}) != _comparable(before, override.given, override.given):
        raise InvalidInput(f"{FILE} uses parts in several places through aliases, in a way that could not be kept")
    back = unmarked(text)
    if (back.text, back.created) != (override.others, override.created):
        raise InvalidInput(f"they could not be taken back from {FILE} exactly")
    return text


def given_to(
    override: Override, migration_id: str, services: Sequence[str], hosts: Mapping[str, str], others: Mapping[str, Any]
) -> Given:
    """What migrations give when exactly these names are what one of them needs.

    A name that others gave the same address needs no entry. An entry that another migration added gets one more owner,
    so that the name stays until the last of them is gone.

    :param hosts: name to address; empty: this migration needs nothing any more.
    :param others: service to the pairs of name and address from all files, without those of migrations.
    :raises InvalidInput: somebody else gives a name another address.
    """
    mine = frozenset({migration_id})
    given: Given = {}
    for service, names in override.given.items():
        left = {name: owners - mine for name, owners in names.items()}
        given[service] = {name: owners for name, owners in left.items() if owners}
    for service in services if hosts else ():
        entries = given.setdefault(service, {})
        for name, address in hosts.items():
            _refuse_other_address(service, name, address, others.get(service, ()), entries)
            if not any(one == name and same_address(known, address) for one, known in others.get(service, ())):
                entries[name, address] = entries.get((name, address), frozenset()) | mine
    return {service: names for service, names in given.items() if names}


def sharers_of(given: Given, migration_id: str) -> set[str]:
    """The other migrations that need entries of this one."""
    shared = [owners for names in given.values() for owners in names.values() if migration_id in owners]
    return {owner for owners in shared for owner in owners} - {migration_id}


def hosts_of(of: Meaning, service: str) -> list[Name]:
    """Names and addresses of a service; Compose knows ``name:address``, ``name=address`` and a mapping."""
    found = part(of, "services", service, "extra_hosts")
    if found is None or found[0] == "scalar":
        return []
    if found[0] == "sequence":
        pairs = [re.split(r"[:=]", text_of(one), maxsplit=1) for one in found[2]]
        return [(pair[0].strip(), pair[-1].strip()) for pair in pairs]
    lists = [(name, value[2] if value[0] == "sequence" else [value]) for name, value in found[2].items()]
    return [(str(name), text_of(one)) for name, addresses in lists for one in addresses]


def same_address(one: str, other: str) -> bool:
    """Whether two texts are one address: IPv6 has several ways to write it, and Compose allows brackets."""
    return _address(one) == _address(other)


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        return text


def _refuse_other_address(
    service: str, name: str, address: str, others: Sequence[Name], entries: Mapping[Name, Owners]
) -> None:
    strange = [known for one, known in others if one == name and not same_address(known, address)]
    if strange:
        raise InvalidInput(
            f"{name!r} is given the address {strange[0]} in extra_hosts of the service {service!r} already, "
            f"but the registry is reached at {address}.",
            advice="Remove that line from the compose files; this migration then adds its own.",
        )
    for (one, known), owners in entries.items():
        if one == name and not same_address(known, address):
            migrations = " and ".join(sorted(owners))
            raise InvalidInput(
                f"{name!r} is given the address {known} for the service {service!r} by the migration {migrations}, "
                f"but the registry is reached at {address}.",
                advice=f"Run cleanup for the migration {migrations} if it has ended.",
            )


def _with_entries(
    text: str, service: str, names: Mapping[Name, Owners], before: Meaning, given: Given, version: str
) -> str:
    """The text with the entries of a service, where it has not got them by a definition that it shares.

    Where others would get them too, the service is given a definition of its own.
    """
    present = hosts_of(_meaning(text), service)
    entries = [Entry(*name, owners) for name, owners in sorted(names.items()) if name not in present]
    for around in (False, True) if entries else ():
        changed = insert(text, service, entries, version, around)
        now = _meaning(changed)
        beside = [{**_comparable(one, given, {}), "services": None} for one in (now, before)]
        if beside[0] == beside[1] and all(_may_have(now, before, one, given) for one in keys(part(now, "services"))):
            return changed
    if entries:
        raise InvalidInput(f"others share the definition of {service} in {FILE}")
    return text


def _may_have(now: Meaning, before: Meaning, service: str, given: Given) -> bool:
    """Whether a service has no more names than it had before and is given."""
    allowed = [*hosts_of(before, service), *given.get(service, {})]
    return all(one in allowed for one in hosts_of(now, service))


def _meaning(text: str) -> Meaning:
    return meaning(parse(text).root)


def _comparable(of: Meaning, services: Given, added: Given, without_hosts: bool = False) -> Any:
    """What a file says, with entries added to services; what is empty and what is missing are the same for these.

    :param without_hosts: leave out the entries of these services.
    """
    root = _fields(of)
    if not set(root) - {"version", "services"}:
        root.pop("version", None)
    known = _fields(part(of, "services"))
    for service in services:
        definition = _fields(known.pop(service, None))
        hosts = _form(definition.pop("extra_hosts", None))
        hosts += [f"{name}:{address}" for name, address in added.get(service, {})]
        if definition or (hosts and not without_hosts):
            known[service] = (definition, [] if without_hosts else sorted(hosts))
    root["services"] = known
    return root


def _fields(of: Meaning) -> dict[Any, Any]:
    return dict(of[2]) if isinstance(of, tuple) and of[0] == "mapping" else {}


def _form(hosts: Meaning) -> list[str]:
    if hosts is None or hosts[0] == "scalar":
        return []
    if hosts[0] == "sequence":
        return [text_of(one) or repr(one) for one in hosts[2]]
    return [f"{name}:{text_of(value) or repr(value)}" for name, value in hosts[2].items()]
