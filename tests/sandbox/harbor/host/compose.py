# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docker compose reads: its arguments and its files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

BASE = "docker-compose.yml"
# In the order in which version 2 looks for them; it reads the first and warns of the others.
OVERRIDES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
# What is installed on the host, by the kind of compose.
PROGRAMS = {
    "docker compose": ("docker",),
    "docker-compose": ("docker", "docker-compose"),
    "podman-compose": ("podman", "podman-compose"),
}
_OPTIONS_WITH_VALUE = frozenset(
    {"-f", "--file", "-p", "--project-name", "--project-directory", "--env-file", "--profile", "--ansi", "--progress"}
)
_VALUES_OF_COMMANDS = frozenset(
    {"--format", "--timeout", "-t", "--user", "-u", "--workdir", "-w", "--env", "-e", "--index", "--pull"}
)


class CommandError(Exception):
    """The command ends with a message on stderr and a status other than 0."""

    def __init__(self, message: str, status: int = 1, output: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.output = output


def project(arguments: list[str], directory: Path) -> tuple[list[Path], Path, list[str]]:
    """The files that were named, the directory of the project, and the command with its own arguments."""
    files: list[str] = []
    rest = list(arguments)
    while rest and rest[0].startswith("-"):
        option, separator, value = rest.pop(0).partition("=")
        if option in _OPTIONS_WITH_VALUE and not separator:
            if not rest:
                raise CommandError(f"flag needs an argument: {option}")
            value = rest.pop(0)
        if option in ("-f", "--file"):
            files.append(value)
        elif option == "--project-directory":
            directory = directory / value
    return [directory / name for name in files], directory, rest


def words_of(arguments: Iterable[str]) -> list[str]:
    """The arguments of a command that are no options."""
    found, skip = [], False
    for argument in arguments:
        if skip:
            skip = False
        elif argument.startswith("-"):
            skip = argument in _VALUES_OF_COMMANDS
        else:
            found.append(argument)
    return found


def after_options(arguments: list[str]) -> list[str]:
    """The arguments of `exec` from the container on: what follows belongs to the command inside."""
    rest = list(arguments)
    while rest and rest[0].startswith("-"):
        if rest.pop(0) in _VALUES_OF_COMMANDS and rest:
            rest.pop(0)
    return rest


def found_files(directory: Path, kind: str) -> list[Path]:
    """The files that a kind of compose reads when it is given none. Raises CommandError."""
    base = directory / BASE
    overrides = [path for path in map(directory.joinpath, OVERRIDES) if path.exists()]
    if not base.exists():
        raise CommandError("no configuration file provided: not found")
    if kind == "docker-compose" and len(overrides) > 1:
        names = ", ".join(map(str, overrides))
        raise CommandError(f"Multiple override files found: {names}. You may only use a single override file.")
    return [base, *(overrides if kind == "podman-compose" else overrides[:1])]


def read(files: list[Path], directory: Path, known: Iterable[str], kind: str) -> dict[str, dict[str, Any]]:
    """The services of a project: of the named files, else of those that this kind of compose finds.

    Later files win; `extra_hosts` are appended. Version 1 (`docker-compose`) refuses files whose `version` differs.
    Raises CommandError.
    """
    paths = files or found_files(directory, kind)
    merged: dict[str, dict[str, Any]] = {}
    documents = {path: _document(path, kind) for path in paths}
    if kind == "docker-compose" and len({str(document.get("version")) for document in documents.values()}) > 1:
        raise CommandError(
            f"Version mismatch: file {paths[0]} and extension file {paths[-1]} must have the same version"
        )
    for document in documents.values():
        for name, service in (document["services"] or {}).items():
            base = merged.setdefault(name, {})
            hosts = [*base.get("extra_hosts", []), *host_lines((service or {}).get("extra_hosts"))]
            base.update(service or {})
            base["extra_hosts"] = hosts
    for name in merged:
        if name not in known:
            raise CommandError(
                f'service "{name}" has neither an image nor a build context specified: invalid compose project'
            )
    return merged


def host_lines(value: Any) -> list[str]:
    """`extra_hosts` in any of its forms as lines `name:address`. Raises CommandError."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [f"{name}:{address}" for name, address in value.items()]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        if len(set(value)) < len(value):
            raise CommandError("services.extra_hosts items must be unique")
        return [item.replace("=", ":", 1) for item in value]
    raise CommandError("services.extra_hosts must be a mapping or a list")


def host_table(lines: Iterable[str]) -> dict[str, str]:
    """Name to address of `extra_hosts` lines; the first entry of a name wins, as in a hosts file."""
    table: dict[str, str] = {}
    for line in lines:
        name, separator, address = line.partition(":")
        if not separator or not address:
            raise CommandError(f"bad format for extra-hosts: {line!r}")
        table.setdefault(name.strip(), address.strip())
    return table


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads as Compose does: `2222:22`, `no` and `=` are texts, keys do not repeat, and two tags are known."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if tag.endswith((":null", ":merge"))]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _value in node.value if isinstance(key, yaml.ScalarNode)]
        twice = [name for name in names if names.count(name) > 1]
        if twice and "<<" not in names:
            raise yaml.YAMLError(f'mapping key "{twice[0]}" already defined')
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


def _tagged(loader: Any, tag: str, node: Any) -> Any:
    if tag not in ("reset", "override"):
        raise yaml.YAMLError(f"unknown tag !{tag}")
    if tag == "reset" or isinstance(node, yaml.ScalarNode):
        return None
    is_list = isinstance(node, yaml.SequenceNode)
    return loader.construct_sequence(node, True) if is_list else loader.construct_mapping(node, True)


_Loader.add_multi_constructor("!", _tagged)


def _document(path: Path, kind: str) -> dict[str, Any]:
    """What a file holds. One with comments only, and empty `services`, are nothing to version 2."""
    try:
        found = yaml.load(path.read_bytes().decode("utf-8-sig"), Loader=_Loader)
    except OSError as problem:
        raise CommandError(f"open {path}: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise CommandError(f"yaml: {path}: invalid leading UTF-8 octet") from problem
    except yaml.YAMLError as problem:
        raise CommandError(f"yaml: {path}: {problem}") from problem
    if found is None and kind == "docker-compose":
        raise CommandError(f"Top level object in '{path}' needs to be an object not '<class 'NoneType'>'.")
    found = {"services": None} if found is None else found
    if not isinstance(found, dict) or not isinstance(found.setdefault("services", None), (dict, type(None))):
        raise CommandError(f"validating {path}: services must be a mapping")
    return found
