# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The projects of a Harbor."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ..._engine.fields import Field, State
from ..._engine.resource import Resource
from ..._errors import Conflict, InvalidInput, Unsupported
from ..api.client import HarborClient

UNLIMITED = -1
_METADATA = ("public", "auto_scan")


class HarborProjectResource(Resource):
    """Projects by name; only an empty one is deleted.

    Storage limits are kept apart from projects, and only administrators may list them, so that they are read only when
    a desired state names one.
    """

    kind: ClassVar[str] = "Harbor project"
    key: ClassVar[str] = "name"
    fields = (Field("name"), Field("public"), Field("auto_scan"), Field("storage_limit"))

    def __init__(self, client: HarborClient) -> None:
        self._client = client
        self._limits_asked = False
        self._quotas: dict[int, dict[str, Any]] = {}

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All projects with one listing, and with a second one their storage limits if one is asked for."""
        members: list[State] = self._client.administration.projects()
        if self._limits_asked:
            self._quotas = self._client.administration.quotas()
            if members and not self._quotas:
                raise Unsupported(
                    "storage_limit is given, but storage limits of projects are switched off in this Harbor.",
                    advice="Leave it out, or switch them on (quota_per_project_enable in Harbor's configuration).",
                )
            for one in members:
                quota = self._quotas.get(one["id"])
                one["storage_limit"] = quota["hard"].get("storage") if quota else None
        return members

    def create(self, desired: State) -> None:
        """Create a project, private unless asked otherwise."""
        metadata = {"public": "false", **_metadata(desired)}
        self._client.administration.create(desired["name"], metadata, desired.get("storage_limit"))

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Change what differs."""
        metadata = _metadata({name: desired[name] for name in changed})
        if metadata:
            self._client.administration.update(current, metadata)
        if "storage_limit" in changed:
            self._client.administration.set_storage_limit(self._quota_of(current), desired["storage_limit"])

    def delete(self, current: State) -> None:
        """Delete an empty project; Harbor refuses it if something came in meanwhile."""
        try:
            self._client.administration.delete(current)
        except Conflict as error:
            raise _not_empty(current["name"], str(error.details.get("reason")), error) from None

    def check_delete(self, current: State) -> None:
        """Refuse to delete a project that holds repositories."""
        if current["repository_count"]:
            raise _not_empty(current["name"], f"it holds {current['repository_count']} repositories")

    def check(self, desired: State) -> None:
        """Refuse a storage limit that is none, or that this version of Harbor lacks."""
        limit = desired.get("storage_limit")
        if limit is None:
            return
        if limit != UNLIMITED and limit <= 0:
            raise InvalidInput(
                f"storage_limit of the project {desired['name']!r} must be a number of bytes above 0, or -1 for no limit, "
                f"not {limit}.",
                advice="Correct it, or leave it out.",
            )
        self._client.system().capabilities.require("project_quotas")
        self._limits_asked = True

    def _quota_of(self, project: State) -> dict[str, Any]:
        if project["id"] not in self._quotas:
            raise Unsupported(
                f"The project {project['name']!r} has no storage limit that could be changed: it was made while they "
                "were switched off in Harbor.",
                advice="Leave storage_limit out, or let Harbor make up for it (POST /internal/switchquota).",
            )
        return self._quotas[project["id"]]


def _metadata(desired: State) -> dict[str, str]:
    """Harbor API: flags of a project are texts."""
    return {name: str(bool(desired[name])).lower() for name in _METADATA if desired.get(name) is not None}


def _not_empty(name: str, reason: str, error: Conflict | None = None) -> Conflict:
    return Conflict(
        f"The project {name!r} is not deleted because it is not empty: {reason}.",
        advice="Delete what it holds first, if that is really not needed any more.",
        code=error.code if error else "",
        request_id=error.request_id if error else "",
        status=error.status if error else None,
    )
