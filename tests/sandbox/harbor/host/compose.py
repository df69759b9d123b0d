# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docker compose reads: its arguments and its files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

FILES = ("docker-compose.yml", "docker-compose.override.yml")
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


def read(
    files: list[Path], directory: Path, known: Iterable[str], same_version: bool = False
) -> dict[str, dict[str, Any]]:
    """The services of a project: of the named files, else of docker-compose.yml and its override.

    Later files win; `extra_hosts` are appended. `same_version`: as version 1, refuse files whose `version` differs.
    Raises CommandError.
    """
    paths = files or [path for path in map(directory.joinpath, FILES) if path.exists()]
    if not paths or not (files or (directory / FILES[0]).exists()):
        raise CommandError("no configuration file provided: not found")
    merged: dict[str, dict[str, Any]] = {}
    documents = {path: _document(path) for path in paths}
    if same_version and len({str(document.get("version")) for document in documents.values()}) > 1:
        raise CommandError(
            f"Version mismatch: file {paths[0]} and extension file {paths[-1]} must have the same version"
        )
    for document in documents.values():
        for name, service in document["services"].items():
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


def _document(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise CommandError(f"open {path}: {problem.strerror}") from problem
    except yaml.YAMLError as problem:
        raise CommandError(f"yaml: {path}: {problem}") from problem
    if not isinstance(found, dict) or not isinstance(found.get("services"), dict):
        raise CommandError(f"validating {path}: services must be a mapping")
    return found
