# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields of a resource, each with the rule by which desired and current values are compared.

``None`` as desired value means "not managed"; an empty value means "make it empty".
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

State = dict[str, Any]
HIDDEN = "********"


def exact(value: Any) -> Any:
    """The value as it is."""
    return value


def text(value: Any) -> str:
    """Compared as text; ``None`` and the empty text are alike."""
    return "" if value is None else str(value)


def as_set(value: Any) -> Any:
    """A list compared without regard to order and repetition; ``None`` is empty."""
    return sorted({_frozen(item) for item in value or ()}, key=repr)


def in_order(value: Any) -> Any:
    """A list that servers give in any order, as results and diffs show it: sorted, and so are the lists in its items.

    Mappings are sorted by what they say of themselves, and then by the lists and mappings in them.
    """
    if isinstance(value, Mapping):
        return {name: in_order(value[name]) for name in sorted(value)}
    if isinstance(value, (list, tuple)):
        return sorted(map(in_order, value), key=_place)
    return value


def _place(item: Any) -> str:
    if not isinstance(item, Mapping):
        return repr("" if item is None else item)
    nested = {name for name, value in item.items() if isinstance(value, (Mapping, list, tuple))}
    return repr([(name, _place(item[name])) for name in sorted(item, key=lambda name: (name in nested, name))])


def url(value: Any) -> str:
    """Compared as an address: scheme and host without case, default port and trailing slash dropped.

    What is not an address is compared as text.
    """
    given = text(value).strip()
    try:
        parts = urlsplit(given if "://" in given else f"http://{given}")
        number = parts.port
    except ValueError:
        return given
    default = {"http": 80, "https": 443}.get(parts.scheme.lower())
    port = f":{number}" if number and number != default else ""
    return f"{parts.scheme.lower()}://{(parts.hostname or '').lower()}{port}{parts.path.rstrip('/')}"


def cidr(value: Any) -> str:
    """Compared as a network: a bare address is a /32 (or /128), host bits are dropped."""
    try:
        return str(ipaddress.ip_network(text(value).strip(), strict=False))
    except ValueError:
        return text(value)


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple(sorted((str(name), _frozen(item)) for name, item in value.items()))
    if isinstance(value, (list, tuple)):
        return tuple(_frozen(item) for item in value)
    return value


@dataclass(frozen=True)
class Field:
    """One property of a resource.

    :param name: the option of the module and the key in states.
    :param compare: brings a value into the form in which two values are compared.
    :param write_only: the server never returns the value; :meth:`Resource.must_write_secret` decides.
    :param immutable: cannot be changed after creation.
    :param display: brings a value into the form in which results, diffs and messages show it, e.g. without secrets.
    """

    name: str
    compare: Callable[[Any], Any] = exact
    write_only: bool = False
    immutable: bool = False
    display: Callable[[Any], Any] = exact

    def differs(self, desired: State, current: State) -> bool:
        """Whether a value is desired for this field and the current one differs."""
        wanted = desired.get(self.name)
        if wanted is None or self.write_only:
            return False
        return bool(self.compare(wanted) != self.compare(current.get(self.name)))
