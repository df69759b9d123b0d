# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which variables the playbooks know, and what is wrong with those that are given. Pure.

What a variable holds is stated once, in the argument specification of the role whose option it is the default of.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from ..._engine.texts import about, as_text
from ..._errors import InvalidInput
from .survey_values import as_dict, as_list, as_switch, is_blank

# Nothing else may begin like this. Names that begin like those of other programs' variables (harbor_, tcr_) may be theirs.
OURS = ("migration_", "cleanup_", "distribution_", "chain_", "cutover_", "pull_secrets_")
# What the roles hand over, and an earlier play of the same run has handed over already.
FACTS = frozenset(
    (
        "harbor_charts",
        "harbor_name_resolution",
        "harbor_replication",
        "harbor_replication_caught_up",
        "harbor_replication_endpoint",
        "harbor_replication_endpoints_removal",
        "harbor_replication_policies_removal",
        "harbor_replication_robots_removal",
        "harbor_replication_triggers",
        "migration_preflight",
        "migration_preflight_leftovers",
        "migration_verify",
        "migration_verify_referrers",
        "migration_verify_referrers_check",
        "registry_access",
        "registry_access_removal",
        "registry_credential",
        "registry_credential_discarded",
        "registry_credential_removal",
        "registry_namespaces",
        "registry_namespaces_removal",
    )
)
# A default that only hands a variable on, through filters: {{ migration_id | default('', true) }}
_HANDED_ON = re.compile(r"\{\{\s*([a-z]\w*)\s*(?:\|\s*[\w.]+(?:\(.*\))?\s*)*\}\}")
_SIMILAR = 0.6
# For a name that may be somebody else's.
_VERY_SIMILAR = 0.9
_GUIDE = 'The guide "Variables" lists all.'

Specification = Mapping[str, Any]


@dataclass(frozen=True)
class Variable:
    """What a variable may hold, as in an argument specification of Ansible.

    :param names: whether it is a list of names.
    :param pairs: whether it is a mapping of names to names.
    :param secret: whether its value must not be shown.
    :param suboptions: what a mapping, or each mapping of a list, may hold; nothing is said about any other mapping.
    """

    kind: str = "str"
    names: bool = False
    pairs: bool = False
    secret: bool = False
    choices: tuple[str, ...] = ()
    suboptions: Mapping[str, Variable] | None = None

    @classmethod
    def of(cls, option: Specification, default: Any = "") -> Variable:
        """The variable that an option describes.

        :param default: the template that hands the variable on.
        """
        nested = option.get("options")
        return cls(
            kind=option.get("type", "str"),
            names=option.get("elements") in ("str", "path"),
            pairs="as_dict" in str(default),
            secret=bool(option.get("no_log")),
            choices=tuple(option.get("choices", ())),
            suboptions=None if nested is None else {name: cls.of(one) for name, one in nested.items()},
        )


@dataclass(frozen=True)
class Variables:
    """All variables that the playbooks and roles know.

    :param users: those that users set.
    :param options: the options of the roles.
    """

    users: Mapping[str, Variable] = field(default_factory=dict)
    options: Mapping[str, Variable] = field(default_factory=dict)

    @classmethod
    def of(
        cls, roles: Mapping[str, tuple[Specification, Specification]], connections: Mapping[str, Specification]
    ) -> Variables:
        """The variables that these roles know.

        :param roles: for each role its argument specification (``argument_specs``) and its defaults.
        :param connections: the argument specification of the connection options, which are variables of the same name.
        """
        users: dict[str, Variable] = {}
        options: dict[str, Variable] = {}
        for specification, defaults in roles.values():
            entry_points = specification.get("argument_specs", {}).values()
            for name, option in (
                (name, one) for entry in entry_points for name, one in entry.get("options", {}).items()
            ):
                default = defaults.get(name)
                options[name] = Variable.of(option, default)
                match = _HANDED_ON.fullmatch(default.strip()) if isinstance(default, str) else None
                if match:
                    known = users.get(match[1], options[name])
                    choices = known.choices or options[name].choices
                    users[match[1]] = replace(known, choices=choices, secret=known.secret or options[name].secret)
        users.update({name: Variable.of(option) for name, option in connections.items()})
        return cls(users, options)

    def problems(self, given: Mapping[str, Any], prefixes: Iterable[str]) -> Iterator[str]:
        """What is wrong with the variables of a host: those that nobody reads, and values that cannot be meant.

        :param given: all variables of the host; values that could not be worked out are left out of it.
        :param prefixes: how names begin that only this collection uses.
        """
        every = {**self.options, **self.users}
        for name in sorted(given):
            if name in every:
                yield from _value_problems(name, every[name], given[name])
            elif name.startswith(tuple(prefixes)) and name not in FACTS:
                yield f"{name} is not a variable of this collection. {_meant(name, [*self.users, *self.options], _GUIDE)}"

    def warnings(self, given: Iterable[str]) -> Iterator[str]:
        """Names that look like a mistake, but may be variables of something else; one with a leading _ is private."""
        names = set(given)
        for name in sorted(names - self.users.keys() - self.options.keys() - FACTS):
            similar = get_close_matches(name, self.users.keys() - names, n=1, cutoff=_VERY_SIMILAR)
            if similar and not name.startswith((*OURS, "_")):
                yield f"{name} is not a variable of this collection, and is ignored. Did you mean {similar[0]}?"


def _meant(name: str, known: Iterable[str], otherwise: str) -> str:
    similar = get_close_matches(name, list(known), n=1, cutoff=_SIMILAR)
    return f"Did you mean {similar[0]}?" if similar else otherwise


def _value_problems(name: str, variable: Variable, value: Any) -> Iterator[str]:
    try:
        with about(name, variable.secret):
            _check(variable, value)
        if variable.suboptions is not None:
            for one in value if isinstance(value, list) else [value]:
                yield from _key_problems(name, variable.suboptions, one)
    except InvalidInput as error:
        yield str(error)


def _key_problems(name: str, known: Mapping[str, Variable], value: Any) -> Iterator[str]:
    for key, one in value.items() if isinstance(value, Mapping) else ():
        if key in known:
            yield from _value_problems(f"{name}.{key}", known[key], one)
        else:
            others = f"It has {', '.join(known)}."
            yield f"{name} has no key {key!r}. {_meant(str(key), known, others)}"


def _check(variable: Variable, value: Any) -> None:
    """Raises InvalidInput when a value is not of the kind of the variable; a blank one is not given.

    Only what is read item by item knows blanks from empty text.
    """
    if is_blank(value):
        if (
            isinstance(value, str)
            and value.isspace()
            and not (variable.kind == "bool" or variable.names or variable.pairs)
        ):
            raise InvalidInput("Nothing but blanks was found.", advice="Set it, or leave it empty.")
        return
    chosen: list[str] = []
    if variable.kind == "bool":
        as_switch(value, None)
    elif variable.kind in ("int", "float"):
        _check_number(variable.kind, value)
    elif variable.names:
        chosen = as_list(value)
    elif variable.pairs:
        as_dict(value)
    elif variable.kind in ("str", "path"):
        chosen = [as_text(value).strip()]
    wrong = [one for one in chosen if variable.choices and one not in variable.choices]
    if wrong:
        raise InvalidInput(f"Found {', '.join(wrong)}.", advice=f"Choose from {', '.join(variable.choices)}.")


def _check_number(kind: str, value: Any) -> None:
    whole = kind == "int"
    try:
        number = math.nan if isinstance(value, bool) else float(str(value).strip())
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0 or (whole and number != int(number)):
        expected = "a whole number" if whole else "a number"
        raise InvalidInput(
            f"{value!r} was found where {expected} of 0 or more is expected.", advice=f"Set it to {expected}."
        )
