# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating a robot account so that its secret is known, whatever happens to the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._engine.fields import State
from ..._errors import AlreadyExists, Conflict, MigrationError, OutcomeUnknown, ServerFault
from ..api.client import HarborClient


class RobotCreation:
    """Creates robot accounts of the system (``project`` is ``None``) or of a project."""

    def __init__(self, client: HarborClient, project: Mapping[str, Any] | None) -> None:
        self._robots = client.robots
        self._project = project

    def create(self, desired: State) -> State:
        """Create an account that does not exist; returns its id, login name and secret.

        :raises Conflict: somebody else created it meanwhile.
        :raises OutcomeUnknown: it does not exist, or no longer, and may be created again.
        """
        try:
            made: State = self._robots.create(self._project, desired)
        except AlreadyExists as error:
            raise Conflict(
                f"The robot account {desired['name']!r} came into being while this task ran.",
                advice="Run it again.",
                status=error.status,
            ) from None
        except (OutcomeUnknown, ServerFault):
            self._remove(desired["name"])
            raise
        if desired.get("disabled"):
            self._disable(made)
        return made

    def _remove(self, name: str) -> None:
        """Remove an account whose secret got lost with the answer to its creation."""
        for robot in self._robots.robots(self._project):
            if robot["name"] == name:
                self._robots.delete(self._project, robot["robot_id"])

    def _disable(self, made: State) -> None:
        """Harbor API: an account begins enabled; one that cannot be disabled is not left behind."""
        try:
            stored = [one for one in self._robots.robots(self._project) if one["robot_id"] == made["robot_id"]]
            self._robots.update(self._project, {**stored[0], "disabled": True})
        except MigrationError as error:
            self._robots.delete(self._project, made["robot_id"])
            raise MigrationError(error.message, error.advice, error.code, error.request_id, error.status) from None
