# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument groups: options and the constraints between them, each documented in the fragment of the same name."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from ..._engine.lease import Lease
from ..._engine.texts import about, as_text
from ..._errors import InvalidInput

_TEXTS = ("str", "path")
# Options of the types dict and raw that hold names.
_NAMES = ("access", "headers", "namespace_map", "value")


class ArgumentGroup:
    """Options of a module together with the constraints that bind them.

    :param options: Ansible's argument spec of each option.
    :param constraints: Ansible's ``mutually_exclusive``, ``required_if`` and so on.
    """

    def __init__(self, options: dict[str, Any] | None = None, **constraints: Any) -> None:
        self.options = options or {}
        self.constraints = constraints

    def merge(self, *others: ArgumentGroup) -> ArgumentGroup:
        """A group with the options and constraints of all; an option may be defined only once."""
        options = dict(self.options)
        constraints: dict[str, Any] = dict(self.constraints)
        for other in others:
            twice = options.keys() & other.options.keys()
            if twice:
                raise ValueError(f"options defined twice: {sorted(twice)}")
            options.update(other.options)
            for name, value in other.constraints.items():
                if name == "required_by":
                    constraints[name] = {**constraints.get(name, {}), **value}
                else:
                    constraints[name] = [*constraints.get(name, []), *value]
        return ArgumentGroup(options, **constraints)

    def module_arguments(self) -> dict[str, Any]:
        """Keyword arguments for ``AnsibleModule``."""
        return {"argument_spec": self.options, **self.constraints}


def one_or_many(options: dict[str, Any], listed: str) -> ArgumentGroup:
    """The options of one member, and the option ``listed`` with a list of members, each with the same options."""
    items = {**options, "name": {**options["name"], "required": True}}
    return ArgumentGroup(
        {**options, listed: {"type": "list", "elements": "dict", "options": items}},
        mutually_exclusive=[["name", listed]],
        required_one_of=[["name", listed]],
        required_if=[["state", "exact", [listed]]],
    )


def members(parameters: Mapping[str, Any], group: ArgumentGroup, listed: str) -> list[dict[str, Any]]:
    """The members asked for with a group of :func:`one_or_many`.

    What is given beside the list holds for each item that does not say otherwise.
    """
    common = {name: parameters[name] for name in group.options if name != listed}
    if parameters[listed] is None:
        return [common]
    return [
        {**common, **{name: value for name, value in one.items() if value is not None}} for one in parameters[listed]
    ]


def lease_of(parameters: Mapping[str, Any]) -> Lease | None:
    """The lease of what a module marks, from the options of the group OWNERSHIP; ``None``: ends stay as they are.

    :raises InvalidInput: the hours are negative.
    """
    hours = parameters.get("lease_hours")
    if hours is not None and hours < 0:
        raise InvalidInput(f"lease_hours is {hours}.", advice="Give a number of hours, or 0 for access without an end.")
    return None if hours is None else Lease(hours, time.time())


def refuse_misread(options: Mapping[str, Any], given: Mapping[str, Any], within: str = "") -> None:
    """Refuse texts that YAML has read as something else, before Ansible makes another text of them: 1.10 becomes "1.1".

    :param options: the argument spec.
    :param given: the options as they were given, before any conversion.
    :param within: the option to which these are suboptions.
    :raises InvalidInput: a text is a number with a point, a boolean, null in a list, a list or a mapping.
    """
    for name, value in given.items():
        option = options.get(name)
        if option is None or value is None:
            continue
        place = f"{within}.{name}" if within else name
        nested = option.get("options")
        if nested is not None:
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, Mapping):
                    refuse_misread(nested, one, place)
            continue
        with about(place, secret=bool(option.get("no_log"))):
            for text in _texts(name, option, value):
                as_text(text)


def _texts(name: str, option: Mapping[str, Any], value: Any) -> Iterator[Any]:
    """What must be text in the value of an option."""
    if option.get("type", "str") in _TEXTS:
        yield value
    elif name in _NAMES:
        yield from _leaves(value)
    elif option.get("elements") in _TEXTS:
        yield from value if isinstance(value, list) else [value]


def _leaves(value: Any) -> Iterator[Any]:
    """The names in a list or mapping, however deep, or a single one."""
    if isinstance(value, Mapping):
        value = [*value, *value.values()]
    if not isinstance(value, (list, tuple)):
        yield value
        return
    for item in value:
        yield from _leaves(item)


WAIT = ArgumentGroup(
    {
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 900},
        "wait_interval": {"type": "float", "default": 5},
    }
)

STATE = ArgumentGroup({"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}})

SET_STATE = ArgumentGroup({"state": {"type": "str", "choices": ["present", "absent", "exact"], "default": "present"}})

OWNERSHIP = ArgumentGroup(
    {"migration_id": {"type": "str"}, "lease_hours": {"type": "int"}}, required_by={"lease_hours": ["migration_id"]}
)

QUERY = ArgumentGroup({"query": {"type": "str"}})
