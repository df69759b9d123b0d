# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of actions, and what an action gets to work with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from tests.sandbox.tcr.errors import ApiError, not_found
from tests.sandbox.tcr.settings import TcrSettings
from tests.sandbox.tcr.state import Account, Registry, State

MAXIMUM_LIMIT = 100
DEFAULT_LIMIT = 20


class Listener(Protocol):
    """What a private link needs of the data plane."""

    def listen(self, address: str) -> None:
        """Accept connections on an address."""

    def silence(self, address: str) -> None:
        """Stop accepting connections on an address."""


class UnknownRegistry(Exception):
    """The registry id is not known in the region of the call."""

    def __init__(self, registry_id: str) -> None:
        super().__init__(registry_id)
        self.registry_id = registry_id


@dataclass(frozen=True)
class Call:
    """One verified call of the API."""

    account: Account
    region: str
    parameters: dict[str, Any]
    state: State
    settings: TcrSettings
    now: float
    data_plane: Listener

    def __getitem__(self, name: str) -> Any:
        """A required parameter."""
        return self.parameters[name]

    def get(self, name: str, default: Any = None) -> Any:
        """An optional parameter."""
        return self.parameters.get(name, default)

    def registry(self, registry_id: str | None = None, running: bool = False) -> Registry:
        """A registry in the region of the call, by default that of RegistryId. Raises UnknownRegistry or ApiError."""
        wanted = self.parameters["RegistryId"] if registry_id is None else registry_id
        registry = self.state.registries.get(wanted)
        if registry is None or registry.region != self.region or registry.gone(self.now, self.settings):
            raise UnknownRegistry(wanted)
        status = registry.status(self.now, self.settings)
        if running and status != "Running":
            raise ApiError(
                "ResourceInsufficient.ErrorInstanceNotRunning",
                f"The registry {registry.id} is not running, its status is {status}.",
                f"实例 {registry.id} 未处于运行状态，当前状态为 {status}。",
            )
        return registry


@dataclass(frozen=True)
class Action:
    """An action: its function, its answer for "nothing there", its documented error for an unknown registry.

    One that is not `signed` is also answered with the header `Authorization: SKIP`.
    """

    run: Callable[[Call], dict[str, Any]]
    empty: dict[str, Any] | None
    unknown: str
    signed: bool = True

    def answer(self, call: Call) -> dict[str, Any]:
        """Run the action. Raises ApiError."""
        try:
            return self.run(call)
        except UnknownRegistry as problem:
            reading = self.unknown if call.settings.unknown_registry == "documented" else call.settings.unknown_registry
            if reading == "empty" and self.empty is not None:
                return dict(self.empty)
            if reading == "db_error":
                raise ApiError(
                    "InternalError.DbError", "The database query failed: record not found.", "数据库错误。"
                ) from problem
            raise not_found(f"Registry {problem.registry_id}") from problem


ACTIONS: dict[str, Action] = {}


def action(
    empty: dict[str, Any] | None = None, unknown: str = "not_found"
) -> Callable[[Callable[[Call], dict[str, Any]]], Callable[[Call], dict[str, Any]]]:
    """Register a function under its action name: `create_namespace` becomes CreateNamespace."""

    def register(function: Callable[[Call], dict[str, Any]]) -> Callable[[Call], dict[str, Any]]:
        name = "".join(word.capitalize() for word in function.__name__.split("_"))
        ACTIONS[name] = Action(function, empty, unknown)
        return function

    return register


def limit_of(call: Call, parameter: str = "Limit") -> int:
    """Page size of a call: 20 by default, larger values than 100 are cut. Raises InvalidParameter below 1."""
    limit = int(call.get(parameter, DEFAULT_LIMIT))
    if limit < 1:
        raise ApiError("InvalidParameter", f"The value of parameter `{parameter}` is not valid: {limit}.")
    return min(limit, MAXIMUM_LIMIT)


def page(call: Call, items: list[Any], first: int = 1, number_in: str = "Offset", limit_in: str = "Limit") -> list[Any]:
    """The part of a list that a call asks for where Offset is a page number and the first page has number `first`."""
    limit, number = limit_of(call, limit_in), int(call.get(number_in, first))
    if number < first:
        if number < 0 or call.settings.page_zero == "error":
            raise ApiError("InvalidParameter", f"The value of parameter `{number_in}` is not valid: {number}.")
        number = first
    start = (number - first) * limit
    return items[start : start + limit]


def portion(call: Call, items: list[Any]) -> list[Any]:
    """The part of a list that a call asks for where Offset counts items from 0."""
    offset = int(call.get("Offset", 0))
    if offset < 0:
        raise ApiError("InvalidParameter", f"The value of parameter `Offset` is not valid: {offset}.")
    return items[offset : offset + limit_of(call)]


def matches(filters: Iterable[dict[str, Any]], name: str, test: Callable[[str], bool]) -> bool:
    """Whether every filter of a name has a value that passes a test (AND between filters, OR between values)."""
    return all(any(test(value) for value in item["Values"]) for item in filters if item["Name"] == name)
