# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each version of Harbor can do, as data.

Old versions ignore fields that they do not know, so that asking for one of them would silently do something
else; whatever uses a feature checks here first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..._errors import Unsupported

Version = tuple[int, int, int]
OLDEST: Version = (1, 8, 0)
_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True)
class Feature:
    """Something that not every version has.

    :param what: the feature in words, for messages.
    :param since: the first version that has it.
    :param until: the first version that no longer has it, if there is one.
    """

    what: str
    since: Version = OLDEST
    until: Version | None = None


FEATURES: Mapping[str, Feature] = {
    # replication policies
    "label_filter": Feature("A filter of type label", (1, 9, 0)),
    "dest_namespace_replace_count": Feature("dest_namespace_replace_count", (2, 3, 0)),
    "filter_decoration": Feature("A filter that excludes (decoration)", (2, 4, 0)),
    "speed": Feature("A limit of the replication's speed", (2, 4, 0)),
    "copy_by_chunk": Feature("Copying by chunks (copy_by_chunk)", (2, 6, 2)),
    "single_active_replication": Feature("single_active_replication", (2, 14, 0)),
    "resource_filter_chart": Feature("The resource filter 'chart'", OLDEST, (2, 8, 0)),
    "resource_filter_artifact": Feature("The resource filter 'artifact'", (2, 0, 0)),
    "resource_filter_effect": Feature("An effect of the resource filter", OLDEST, (2, 8, 0)),
    "strict_cron": Feature("A check of the seconds and minutes of a cron string", (2, 9, 0)),
    # endpoints
    "ca_certificate": Feature("A certificate authority of its own for an endpoint (ca_certificate)", (2, 15, 0)),
    # executions
    "task_retry": Feature("Repeating a failed task", (1, 8, 3)),
    "delayed_status": Feature("Computing the status of an execution with a delay", (2, 8, 0)),
    "index_copy": Feature("Copying all platforms of a multi-architecture image", (2, 0, 0)),
    # inventory
    "project_artifacts": Feature("Listing the artifacts of a whole project at once", (2, 12, 0)),
    "stable_order": Feature("Listing in the order of ids", (2, 3, 0)),
    "accessories": Feature("Listing what hangs on an image (accessories)", (2, 5, 0)),
    "nested_accessories": Feature("Copying what hangs on an accessory", (2, 8, 0)),
    "lean_projects": Feature("Listing projects without details", (2, 2, 0)),
    "charts": Feature("Charts in ChartMuseum", OLDEST, (2, 8, 0)),
    # accounts and operation
    "project_quotas": Feature("A storage limit of a project (storage_limit)", (1, 9, 0)),
    "project_names": Feature("Naming a project in a path", (2, 2, 0)),
    "member_project_names": Feature("Naming the project of a member in a path", (2, 3, 0)),
    "kept_allowlist": Feature("Changing a project without its list of accepted vulnerabilities", (2, 1, 0)),
    "limited_guest": Feature("The role limited_guest", (1, 10, 0)),
    "external_user_deletion": Feature("Deleting a user that comes from another service", (2, 4, 0)),
    "system_robots": Feature("A robot account of the whole system", (2, 2, 0)),
    "robot_duration": Feature("A duration of a robot account (duration)", (2, 0, 0)),
    "robot_renewal": Feature("A new secret for an existing robot account (rotate)", (2, 2, 0)),
    "replication_robots": Feature("A robot account that may replicate", (2, 3, 0)),
    "migration_robots": Feature("A robot account with rights for the system and for projects at once", (2, 10, 0)),
    "project_robots_path": Feature("Robot accounts below their project", OLDEST, (2, 13, 0)),
    "permissions_catalogue": Feature("The catalogue of permissions", (2, 10, 0)),
    # 600,000 rounds of PBKDF2 for each request with a user's password, 0.5 to 1.4 s, instead of 4,096.
    "costly_passwords": Feature("A costly check of passwords", (2, 15, 2)),
    "job_queues": Feature("The queues of the job service", (2, 7, 0)),
}

KINDS: Mapping[str, Feature] = {
    kind: Feature(f"An endpoint of type {kind!r}", since, until)
    for kind, since, until in (
        ("harbor", OLDEST, None),
        ("docker-registry", OLDEST, None),
        ("docker-hub", OLDEST, None),
        ("huawei-SWR", OLDEST, None),
        ("google-gcr", (1, 9, 0), None),
        ("aws-ecr", (1, 9, 0), None),
        ("azure-acr", (1, 9, 0), None),
        ("ali-acr", (1, 9, 0), None),
        ("helm-hub", (1, 9, 0), (2, 8, 0)),
        ("jfrog-artifactory", (1, 10, 0), None),
        ("gitlab", (1, 10, 0), None),
        ("quay-io", (1, 10, 0), (2, 1, 0)),
        ("quay", (2, 1, 0), None),
        ("tencent-tcr", (2, 1, 2), None),
        ("dtr", (2, 2, 0), None),
        ("github-ghcr", (2, 2, 0), None),
        ("artifact-hub", (2, 2, 0), (2, 8, 0)),
        ("volcengine-cr", (2, 11, 0), None),
    )
}


def parse_version(text: str | None) -> Version | None:
    """The version in ``v2.15.2-080b0220``; ``None`` for builds that report none (``-``, ``dev``, nothing)."""
    found = _VERSION.match(text or "")
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def oldest_version_with(facts: Mapping[str, Any]) -> Version:
    """The oldest 2.x whose systeminfo, read by a user who is logged in, looks like ``facts``.

    Harbor API: ``current_time`` came with 2.5, ``with_chartmuseum`` went with 2.8 and ``with_notary`` with 2.9.
    """
    if "current_time" not in facts:
        return (2, 0, 0)
    if "with_chartmuseum" in facts:
        return (2, 5, 0)
    return (2, 8, 0) if "with_notary" in facts else (2, 9, 0)


def _dotted(version: Version) -> str:
    return ".".join(str(part) for part in (version if version[2] else version[:2]))


@dataclass(frozen=True)
class Capabilities:
    """Answers what one Harbor can do.

    :param version: its version; for a build that reports none, the oldest one that it can be.
    :param exact: whether ``version`` was reported, not inferred.
    """

    version: Version
    exact: bool = True

    @property
    def in_words(self) -> str:
        """The Harbor in words, for messages."""
        if self.exact:
            return f"this is Harbor {'.'.join(map(str, self.version))}"
        return f"this Harbor reports no version, and its answers prove no more than {_dotted(self.version)}"

    def has(self, name: str) -> bool:
        """Whether this Harbor has the feature ``name`` (a key of :data:`FEATURES`)."""
        return self._covers(FEATURES[name])

    def require(self, name: str) -> None:
        """Require a feature.

        :raises Unsupported: with the version that brings it, or that dropped it.
        """
        self._require(FEATURES[name])

    def require_kind(self, kind: str) -> None:
        """Require a type of endpoint; types that are not in the table are left to Harbor to judge.

        :raises Unsupported: with the version that brings it, or that dropped it.
        """
        if kind in KINDS:
            self._require(KINDS[kind])

    def as_dict(self) -> dict[str, bool]:
        """Every feature with whether this Harbor has it."""
        return {name: self._covers(feature) for name, feature in sorted(FEATURES.items())}

    def _covers(self, feature: Feature) -> bool:
        return self.version >= feature.since and not (feature.until and self.version >= feature.until)

    def _require(self, feature: Feature) -> None:
        if self.version < feature.since:
            raise Unsupported(
                f"{feature.what} needs Harbor {_dotted(feature.since)} or later; {self.in_words}.",
                advice="Leave it out, or upgrade Harbor: this one would ignore or refuse it.",
            )
        if feature.until and self.version >= feature.until:
            raise Unsupported(
                f"{feature.what}: removed in Harbor {_dotted(feature.until)}; {self.in_words}.",
                advice="Leave it out.",
            )
