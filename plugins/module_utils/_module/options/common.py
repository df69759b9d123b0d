# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument groups: options and the constraints between them, each documented in the fragment of the same name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


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


WAIT = ArgumentGroup(
    {
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 900},
        "wait_interval": {"type": "float", "default": 5},
    }
)

STATE = ArgumentGroup({"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}})

SET_STATE = ArgumentGroup({"state": {"type": "str", "choices": ["present", "absent", "exact"], "default": "present"}})

OWNERSHIP = ArgumentGroup({"migration_id": {"type": "str"}})

QUERY = ArgumentGroup({"query": {"type": "str"}})
