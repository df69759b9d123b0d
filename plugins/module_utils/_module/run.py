# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module: options in, one translation of results and errors out."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from .._engine.engine import Engine, Outcome
from .._engine.fields import State
from .._engine.resource import Resource
from .._engine.wait import Wait
from .._errors import InvalidInput, MigrationError, MissingLibrary
from .call import ModuleCall
from .options.common import ArgumentGroup, lease_of, refuse_misread


def run_resource(
    arguments: ArgumentGroup,
    build: Callable[[ModuleCall], Resource],
    desired_members: Callable[[ModuleCall], Iterable[State]],
    returns: str,
    single: bool = False,
    one: str | None = None,
) -> None:
    """Run a module that manages a resource.

    :param build: makes the resource.
    :param desired_members: the members asked for, as states whose keys are the fields of the resource.
    :param returns: the name under which the members are returned.
    :param single: return one member (or null) instead of a list.
    :param one: for modules that take a list (the option named ``returns``) or one member: the name under which one
        member (or null) is returned when the list was not given.
    """

    def act(_module: AnsibleModule, call: ModuleCall) -> dict[str, Any]:
        outcome = Engine(
            build(call),
            desired_members(call),
            state=call.parameters["state"],
            check_mode=call.check_mode,
            wait=call.wait,
            migration_id=call.parameters.get("migration_id"),
            lease=lease_of(call.parameters),
        ).run()
        if one is not None and call.parameters[returns] is None:
            return _resource_result(outcome, one, single=True)
        return _resource_result(outcome, returns, single)

    _run(arguments, act)


def run_info(arguments: ArgumentGroup, collect: Callable[[ModuleCall], dict[str, Any]], returns: str) -> None:
    """Run a module that only reads.

    :param collect: returns the results; the one named ``returns`` is what the option ``query`` works on, and
        ``warnings`` are sentences for Ansible to show.
    """

    def act(module: AnsibleModule, call: ModuleCall) -> dict[str, Any]:
        result = _without_warnings(module, {"changed": False, **collect(call)})
        query = call.parameters.get("query")
        if query:
            result[returns] = _search(query, result[returns])
        return result

    _run(arguments, act)


def run_action(arguments: ArgumentGroup, perform: Callable[[ModuleCall], dict[str, Any]]) -> None:
    """Run a module that does something that is no state, e.g. start an execution.

    :param perform: does it, or only predicts it in check mode; returns the results with ``changed``, and ``warnings`` as
        sentences for Ansible to show.
    """
    _run(arguments, lambda module, call: _without_warnings(module, perform(call)))


def _without_warnings(module: AnsibleModule, result: dict[str, Any]) -> dict[str, Any]:
    """The result without its warnings, which Ansible shows."""
    for warning in result.get("warnings", ()):
        module.warn(warning)
    return {name: one for name, one in result.items() if name != "warnings"}


def _wait(parameters: Mapping[str, Any]) -> Wait:
    """How to wait, from the options of the group WAIT; for modules without them, one minute for what is quick."""
    if "wait" not in parameters:
        return Wait(timeout=60, interval=1)
    return Wait(parameters["wait"], parameters["wait_timeout"], parameters["wait_interval"])


class _Module(AnsibleModule):
    """An AnsibleModule that keeps its options as they were given."""

    def _load_params(self) -> None:
        super()._load_params()
        self.given: Mapping[str, Any] = dict(self.params)


def _run(arguments: ArgumentGroup, act: Callable[[AnsibleModule, ModuleCall], dict[str, Any]]) -> None:
    module = _Module(supports_check_mode=True, **arguments.module_arguments())
    try:
        refuse_misread(arguments.options, module.given)
        result = act(module, ModuleCall(module.params, module.check_mode, module.run_command, _wait(module.params)))
    except MigrationError as error:
        failure = error.as_result()
        module.fail_json(msg=str(error), changed=bool(failure.get("actions")), **failure)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        module.fail_json(
            msg=f"Unexpected {type(error).__name__} at {place.filename.rpartition('/')[2]}:{place.lineno}: {error}. "
            "This is a defect of the collection: please report it with this line and the task that was run.",
            exception=traceback.format_exc(),
        )
    module.exit_json(**result)


def _resource_result(outcome: Outcome, returns: str, single: bool) -> dict[str, Any]:
    members: Any = outcome.members
    if single:
        members = members[0] if members else None
    result = {"changed": outcome.changed, returns: members, "actions": outcome.actions, "diff": outcome.diff}
    optional = {"unmanaged": outcome.unmanaged, "kept_for": outcome.kept_for}
    return {**result, **{name: value for name, value in optional.items() if value is not None}}


def _search(query: str, data: Any) -> Any:
    """What a JMESPath expression selects. The library is loaded only here: most runs need no query."""
    try:
        import jmespath
    except ImportError:
        raise MissingLibrary("jmespath") from None
    try:
        return jmespath.search(query, data)
    except jmespath.exceptions.JMESPathError as error:
        raise InvalidInput(
            f"query: {query!r} is no JMESPath expression: {error}.",
            advice="Correct it, or leave it out.",
        ) from None
