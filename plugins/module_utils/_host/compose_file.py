# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which override of Compose gets the names of a migration, which others lose them, and who must be recreated. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._errors import InvalidInput
from .compose_override import Override, given_to, hosts_of, read_override, same_address, sharers_of, write_override
from .compose_yaml import FILE, Meaning, meaning, parse, part, text_of
from .deployment import BASE
from .override_marks import MARK

_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class ComposeFiles:
    """The Compose files of a directory.

    :param base: the content of docker-compose.yml.
    :param overrides: name to content of each override that is there.
    :param chosen: the name of the override that gets names; there may be no such file yet.
    :param read: the names of the overrides that Compose reads, if they are there.
    """

    base: bytes
    overrides: Mapping[str, bytes]
    chosen: str
    read: Sequence[str]


@dataclass(frozen=True)
class FileChange:
    """The content of a file as it was read, and as it must become; ``None``: there is no file."""

    name: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True)
class MergedOverride:
    """The files that change.

    :param stale: the services whose containers have other addresses than the files.
    :param recreate: whether containers must be made again: some are stale, or names of a service change.
    :param shared_with: the other migrations that need entries of this one, which stay for them.
    """

    changes: Sequence[FileChange] = ()
    stale: Sequence[str] = ()
    recreate: bool = False
    shared_with: Sequence[str] = ()


def merge_override(
    files: ComposeFiles,
    containers: Sequence[Mapping[str, Any]],
    services: Sequence[str],
    hosts: Mapping[str, str],
    names: Sequence[str],
    migration_id: str,
) -> MergedOverride:
    """What must change so that exactly these names of a migration are ``extra_hosts`` of the services.

    :param containers: each with ``service`` and its extra ``hosts``, name to addresses.
    :param hosts: name to address; empty takes back what this migration added.
    :param names: the names for which files and containers are compared.
    :raises InvalidInput: a file cannot be read or changed, a service is missing, or somebody else gives a name another
        address. Nothing may be written then.
    :raises MissingLibrary: PyYAML is not installed.
    """
    base = _read_base(files.base, services) if hosts else _lenient(files.base)
    read = {name: _Text(name, content) for name, content in files.overrides.items()}
    if hosts:
        read.setdefault(files.chosen, _Text(files.chosen, None))
    concerned = [one for one in read.values() if one.name in files.read or MARK.encode() in (one.content or b"")]
    known = {one.name: one.override() for one in concerned if hosts or one.is_marked(migration_id)}
    others = {one: hosts_of(base, one) for one in services}
    for name in [name for name in known if name in files.read]:
        found = meaning(parse(known[name].others).root)
        others = {one: [*others[one], *hosts_of(found, one)] for one in services}
    after, sharers = {}, set()
    for name, override in known.items():
        wanted = hosts if name == files.chosen else {}
        given = given_to(override, migration_id, services, wanted, others)
        sharers |= sharers_of(override.given, migration_id) | sharers_of(given, migration_id)
        if given != override.given or override.copies:
            after[name] = read[name].written(Override(override.others, override.created, given), _version(base))
    changes = [FileChange(name, read[name].content, one) for name, one in after.items() if read[name].content != one]
    now = [base, *(_lenient(after.get(name, files.overrides.get(name))) for name in files.read)]
    before = [base, *(_lenient(files.overrides.get(name)) for name in files.read)]
    stale = _stale(containers, now, names)
    renamed = any(_hosts(before, service) != _hosts(now, service) for service in services)
    return MergedOverride(changes, stale, bool(stale) or renamed, sorted(sharers))


class _Text:
    """The text of an override, with what is not part of it for YAML.

    :param content: ``None``: there is no file yet.
    """

    def __init__(self, name: str, content: bytes | None) -> None:
        self.name = name
        self.content = content

    def is_marked(self, migration_id: str) -> bool:
        """Whether this migration added something."""
        content = self.content or b""
        return MARK.encode() in content and migration_id.encode() in content

    def override(self) -> Override:
        """What the file holds."""
        if self.content is None:
            return Override(created=True)
        try:
            return read_override(_decoded(self.content).removeprefix(_BYTE_ORDER_MARK))
        except InvalidInput as error:
            raise self._refused(error) from None

    def written(self, override: Override, version: str) -> bytes | None:
        """The content of the file, ``None`` when it is not needed."""
        try:
            text = write_override(override, version)
        except InvalidInput as error:
            raise self._refused(error) from None
        mark = _BYTE_ORDER_MARK if _BYTE_ORDER_MARK.encode() == (self.content or b"")[:3] else ""
        return None if text is None else f"{mark}{text}".encode()

    def _refused(self, error: InvalidInput) -> InvalidInput:
        return InvalidInput(
            f"Names can be neither added nor taken back, because {error.message.replace(FILE, self.name)}. "
            "The file was not changed.",
            advice="Correct it there; or set migration_hosts_methods to vpc_dns, dnsmasq or none.",
        )


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidInput(
            f"{FILE} is not encoded in UTF-8 (line {line}), so Compose does not read it either"
        ) from None


def _read_base(content: bytes, services: Sequence[str]) -> Meaning:
    """What docker-compose.yml says; it must have these services."""
    try:
        base = meaning(parse(_decoded(content).removeprefix(_BYTE_ORDER_MARK)).root)
    except InvalidInput as error:
        raise InvalidInput(f"{error.message.replace(FILE, BASE)}.", advice="Correct the file.") from None
    known = part(base, "services")
    found = sorted(map(str, known[2])) if known and known[0] == "mapping" else []
    strange = [service for service in services if service not in found]
    if strange:
        raise InvalidInput(
            f"{BASE} has no service {strange[0]!r}, only {', '.join(found) or 'none'}.",
            advice="Name the directory in which Harbor's own docker-compose.yml is.",
        )
    return base


def _version(base: Meaning) -> str:
    return text_of(part(base, "version"))


def _lenient(content: bytes | None) -> Meaning:
    """What a file says; nothing where it cannot be read: Compose itself refuses it then."""
    try:
        return meaning(parse(_decoded(content or b"").removeprefix(_BYTE_ORDER_MARK)).root)
    except InvalidInput:
        return None


def _hosts(files: Sequence[Meaning], service: str) -> set[tuple[str, str]]:
    return {one for found in files for one in hosts_of(found, service)}


def _stale(containers: Sequence[Mapping[str, Any]], files: Sequence[Meaning], names: Sequence[str]) -> list[str]:
    """The services whose containers were made with other addresses for these names than the files have now.

    :param files: Compose appends the entries of later ones.
    """
    return [str(one["service"]) for one in containers if any(_differs(one, files, name) for name in names)]


def _differs(container: Mapping[str, Any], files: Sequence[Meaning], name: str) -> bool:
    service = str(container["service"])
    wanted = {address for found in files for known, address in hosts_of(found, service) if known == name}
    has = set(container["hosts"].get(name, []))
    return len(has) != len(wanted) or not all(any(same_address(one, other) for other in wanted) for one in has)
