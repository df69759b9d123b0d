# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is selected at the source. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..._harbor.rules.patterns import Glob, any_matches
from .accessories import patterns_for

# What hangs on the selected images must be at the target too; is only reported; is not looked at.
REQUIRE, REPORT, IGNORE = "require", "report", "ignore"
ACCESSORY_MODES = (REQUIRE, REPORT, IGNORE)
# Harbor keeps all filters of a policy in a column of 1024 characters, of which names may take most.
_LONGEST_TAG_FILTER = 240


class Selection:
    """Which projects, repositories and tags of the source belong to the migration.

    :param projects: exact names; none means all.
    :param repositories: patterns of full names (``project/path``), one of which must match; none means all.
    :param tags: patterns of tags, one of which must match; none means all.
    :raises InvalidInput: a pattern is no pattern.
    """

    def __init__(
        self,
        projects: Sequence[str] | None = None,
        repositories: Sequence[str] | None = None,
        tags: Sequence[str] | None = None,
    ) -> None:
        self.projects = list(dict.fromkeys(projects or ()))
        self.repositories = list(repositories or ())
        self.tags = list(tags or ())
        self._repositories = [Glob(pattern) for pattern in repositories or ()]
        firsts = [pattern.partition("/")[0] for pattern in repositories or ()]
        self._firsts = [] if "" in firsts or "**" in firsts else [Glob(first) for first in firsts]
        self._tags = [Glob(pattern) for pattern in tags or ()]

    def as_result(self) -> dict[str, list[str]]:
        """Plain data: ``projects``, ``repositories`` and ``tags``, each sorted; equal selections give equal data."""
        given = {"projects": self.projects, "repositories": self.repositories, "tags": self.tags}
        return {name: sorted(set(patterns)) for name, patterns in given.items()}

    def has_project(self, name: str) -> bool:
        """Whether the project is selected and a pattern may match a repository of it."""
        return (not self.projects or name in self.projects) and any_matches(self._firsts, name)

    def has_repository(self, name: str) -> bool:
        """Whether the repository is selected; its name begins with the project."""
        return self.has_project(name.partition("/")[0]) and any_matches(self._repositories, name)

    def has_tag(self, tag: str) -> bool:
        """Whether the tag is selected."""
        return any_matches(self._tags, tag)

    @property
    def has_untagged(self) -> bool:
        """Whether what has no tag is copied too. Harbor API 2.0+: it is when the tag filter matches nothing at all."""
        return self.has_tag("")

    def following(self, tags: Iterable[str]) -> list[str]:
        """Patterns beside those of the tags with which a policy also copies tags that belong to selected images.

        :param tags: the tags that belong to them.
        :returns: none when all are selected already, or where a filter of Harbor has no room for them.
        """
        patterns = patterns_for(tag for tag in tags if not self.has_tag(tag))
        return patterns if len(",".join([*self.tags, *patterns])) <= _LONGEST_TAG_FILTER else []
