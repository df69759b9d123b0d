# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The robot accounts of a Harbor up to 2.1, which are tokens of a project; and which kind a Harbor has."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..._engine.fields import Field, State, text
from ..api.client import HarborClient
from .robot import HarborRobotResource
from .robot_rights import require_or_administrator


class HarborRobotTokenResource(HarborRobotResource):
    """Robot accounts up to Harbor 2.1: tokens of a project that hold their rights and their end, and tell neither."""

    default_duration = None
    fields = (Field("name"), Field("description", compare=text, immutable=True), Field("disabled"))

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All accounts of the project; the system has none."""
        return super().find(keys) if self._project else []

    def check(self, desired: State) -> None:
        """As for all accounts, and refuse what came with 2.0 and 2.2."""
        super().check(desired)
        capabilities = self._client.system().capabilities
        if self._project is None:
            require_or_administrator(self._client, "system_robots")
        if self._rotate:
            capabilities.require("robot_renewal")
        if desired.get("duration") is not None:
            capabilities.require("robot_duration")


def robots(client: HarborClient, project: str | None, rotate: bool = False) -> HarborRobotResource:
    """The robot accounts of the system (``project`` is ``None``) or of a project, as this version has them."""
    accounts = HarborRobotResource if client.system().capabilities.has("system_robots") else HarborRobotTokenResource
    return accounts(client, project, rotate)
