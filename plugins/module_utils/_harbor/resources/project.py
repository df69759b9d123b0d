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

    Storage limits are kept apart from projects, and only administrators may list them, so that they are read on demand.

    :param storage_limits: read the storage limits of the projects.
    """

    kind: ClassVar[str] = "Harbor project"
    key: ClassVar[str] = "name"
    fields = (Field("name"), Field("public"), Field("auto_scan"), Field("storage_limit"))
    internal: ClassVar[frozenset[str]] = frozenset({"quota"})

    def __init__(self, client: HarborClient, storage_limits: bool = False) -> None:
        self._client = client
        self._storage_limits = storage_limits

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All projects with one listing, and with a second one their storage limits if they are read."""
        members: list[State] = self._client.administration.projects()
        if not self._storage_limits:
            return members
        quotas = self._client.administration.quotas()
        if members and not quotas:
            raise Unsupported(
                "storage_limit is given, but storage limits of projects are switched off in this Harbor.",
                advice="Leave it out, or switch them on (quota_per_project_enable in Harbor's configuration).",
            )
        return [_with_quota(one, quotas.get(one["id"])) for one in members]

    def create(self, desired: State) -> None:
        """Create a project, private unless desired otherwise."""
        metadata = {"public": "false", **_metadata(desired)}
        self._client.administration.create(desired["name"], metadata, desired.get("storage_limit"))

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Change what differs."""
        metadata = _metadata({name: desired[name] for name in changed})
        if metadata:
            self._client.administration.update(current, metadata)
        if "storage_limit" in changed:
            self._client.administration.set_storage_limit(current["quota"], desired["storage_limit"])

    def delete(self, current: State) -> None:
        """Delete an empty project; Harbor refuses it if something was pushed in the meantime."""
        try:
            self._client.administration.delete(current)
        except Conflict as error:
            raise _not_empty(current["name"], str(error.details.get("reason")), error) from None

    def check_delete(self, current: State) -> None:
        """Refuse to delete a project that holds repositories."""
        if current["repository_count"]:
            raise _not_empty(current["name"], f"it holds {current['repository_count']} repositories")

    def check(self, desired: State) -> None:
        """Refuse an invalid storage limit, and any where this version of Harbor has none."""
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

    def check_update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Refuse to change a storage limit that Harbor does not have."""
        if "storage_limit" in changed and not current["quota"]:
            raise Unsupported(
                f"The project {current['name']!r} has no storage limit that could be changed: it was created while they "
                "were switched off in Harbor.",
                advice="Leave storage_limit out, or let Harbor add the missing ones (POST /internal/switchquota).",
            )


def _with_quota(project: State, quota: dict[str, Any] | None) -> State:
    return {**project, "quota": quota, "storage_limit": quota["hard"].get("storage") if quota else None}


def _metadata(desired: State) -> dict[str, str]:
    """Harbor API: flags of a project are texts."""
    return {name: str(bool(desired[name])).lower() for name in _METADATA if desired.get(name) is not None}


def _not_empty(name: str, reason: str, error: Conflict | None = None) -> Conflict:
    return Conflict(
        f"The project {name!r} is not deleted because it is not empty: {reason}.",
        advice="Delete what it holds first, if that is no longer needed.",
        code=error.code if error else "",
        request_id=error.request_id if error else "",
        status=error.status if error else None,
    )
