# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a replication policy would lose names, judged by what Harbor holds where its filters leave that open."""

from __future__ import annotations

from ..._engine.fields import State
from ..api.client import HarborClient
from ..rules.policy import check_namespace, check_targets, keeps_names_apart, matching, may_match_project


class PolicyNames:
    """Checks the names that policies make; the repositories of a project are listed at most once."""

    def __init__(self, client: HarborClient) -> None:
        self._client = client
        self._repositories: dict[str, list[str] | None] = {}

    def check(self, desired: State) -> None:
        """Refuse a policy under which two repositories would become one.

        :raises InvalidInput: with the names.
        """
        namespace, count = desired.get("dest_namespace") or "", desired.get("dest_namespace_replace_count")
        check_namespace(namespace, count, self._client.system().capabilities.has("dest_namespace_replace_count"))
        filters = desired.get("filters") or []
        if not namespace or desired.get("direction") == "pull" or keeps_names_apart(filters, count):
            return
        if not self._repositories:
            self._repositories = {project["name"]: None for project in self._client.projects()}
        names = [
            name for project in self._repositories if may_match_project(project, filters) for name in self._of(project)
        ]
        check_targets(matching(names, filters), namespace, count)

    def _of(self, project: str) -> list[str]:
        known = self._repositories[project]
        if known is None:
            known = [repository["name"] for repository in self._client.repositories(project)]
            self._repositories[project] = known
        return known
