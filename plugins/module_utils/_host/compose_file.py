# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of docker-compose.override.yml with names for Harbor's containers. Computed where PyYAML is: on the controller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

try:
    import yaml

    YAML_FOUND = True
except ImportError:
    YAML_FOUND = False

from .._errors import InvalidInput, MissingLibrary
from .compose_override import RECORD, stale_services, with_hosts
from .deployment import BASE, OVERRIDE


@dataclass(frozen=True)
class MergedOverride:
    """The new text (empty: no file is needed), and the services whose containers have other addresses than the files."""

    text: str
    stale: Sequence[str] = ()


class _Tagged:
    """A value with a tag such as ``!reset``, which Compose knows and this collection does not: it stays as it is."""

    def __init__(self, node: Any) -> None:
        self.node = node

    def __deepcopy__(self, _copied: dict[int, Any]) -> _Tagged:
        return self


if YAML_FOUND:

    class _Loader(yaml.SafeLoader):
        """Reads what SafeLoader reads, and tags that it does not know."""

    class _Dumper(yaml.SafeDumper):
        """Writes what the loader has read."""

    _Loader.add_multi_constructor("!", lambda _loader, _tag, node: _Tagged(node))
    _Dumper.add_representer(_Tagged, lambda _dumper, value: value.node)


def merge_override(
    texts: Mapping[str, str],
    containers: Sequence[Mapping[str, Any]],
    services: Sequence[str],
    names: Sequence[str],
    address: str,
    migration_id: str,
) -> MergedOverride:
    """Merge ``extra_hosts`` of the services into what the override holds.

    Keys of others keep their values, also those with tags of Compose; comments are lost. A file that needs no change
    keeps its text.

    :param texts: the text of docker-compose.yml and docker-compose.override.yml by name; empty: there is no such file.
    :param containers: each with ``service`` and its extra ``hosts``, name to addresses.
    :param names: the names for which files and containers are compared.
    :param address: the address of the names; empty takes back what this migration added.
    :raises InvalidInput: a file is no YAML, or the names cannot be merged (see :func:`with_hosts`).
    :raises MissingLibrary: PyYAML is not installed.
    """
    if not YAML_FOUND:
        raise MissingLibrary("PyYAML")
    text = texts.get(OVERRIDE, "")
    if not address and RECORD not in text and not _is_mapping(text):
        return MergedOverride(text)
    before = _load(text, OVERRIDE) if text.strip() else None
    base = _load(texts.get(BASE, ""), BASE) or {}
    if before is not None and not isinstance(before, dict):
        raise InvalidInput(f"{OVERRIDE} holds no mapping.", advice="Correct the file.")
    after = with_hosts(before, base, services, dict.fromkeys(names, address) if address else {}, migration_id)
    stale = stale_services(containers, [base, after or {}], names)
    if after == before:
        return MergedOverride(text, stale)
    return MergedOverride("" if after is None else _dump(after), stale)


def _is_mapping(text: str) -> bool:
    try:
        return isinstance(_load(text, OVERRIDE) or {}, dict)
    except InvalidInput:
        return False


def _load(text: str, name: str) -> Any:
    """Plain values, and values that are kept as they are: nothing else comes from this loader."""
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        place = str(getattr(error, "problem_mark", "") or "").strip()
        raise InvalidInput(
            f"{name} cannot be read as YAML {place}: {getattr(error, 'problem', error)}.", advice="Correct the file."
        ) from None


def _dump(content: Mapping[str, Any]) -> str:
    return str(yaml.dump(content, Dumper=_Dumper, sort_keys=False, width=1000))
