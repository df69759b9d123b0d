# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Harbor generation is described by; the table is in flavours.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """How one family of endpoints answers: the beego handlers of 1.x and early 2.x, or the go-swagger ones."""

    generated: bool
    content_type: str
    default_page_size: int
    page_size_cap: int | None  # silently applied
    link_separator: str


LEGACY = Style(False, "application/json; charset=utf-8", 500, 500, ", ")
GENERATED = Style(True, "application/json", 10, None, " , ")


@dataclass(frozen=True)
class Flavour:
    """One generation, represented by the release in `version`. Lists of names are space separated."""

    name: str
    version: str
    dialect: str  # whose messages: "1", "2.0" or "2"
    base: str
    version_endpoint: bool
    legacy: str  # families that the beego handlers serve
    max_page_size: int | None  # refused above, go-swagger families only
    system_keys: str
    anonymous_system_keys: str | None  # None = all
    project_keys: str
    user_keys: str
    admin_key: str
    registry_keys: str
    policy_keys: str
    task_keys: str
    robot_keys: str
    artifact_keys: str
    tag_keys: str  # of 1.x, whose tags stand for themselves
    accessories: (
        str  # "" (unknown), "cosign" (signatures by tag only), or what names their kind: "config", "artifact_type"
    )
    kinds: str  # compiled-in kinds of endpoints
    listed_kinds: str
    limited_kinds: bool
    adapter_patterns: bool
    registries_paged: bool
    stored_status: str  # status of an endpoint right after it was stored
    newest_first: str  # families listed newest first
    csrf_status: int
    csrf_message: str  # empty: an HTML page
    session_cookies: str
    csrf_cookies: str
    csrf_paths: str
    health_method: str
    dial_timeout: bool  # false: core waits for a silent target until nginx gives up on core
    policy_features: str
    resource_values: str
    label_form: str  # "string" or "list"
    label_filter_works: bool
    resource_filter_works: bool
    strict_cron: bool
    namespace_checked: bool
    status_mode: str  # "frozen" when read, "live", or "refreshed" every few seconds
    stored_execution_status: str  # "seen": filter sees what readers see, "forgotten": it never sees the end
    counters_lag: bool
    task_text: str  # "five_tags", "first_tag" or "items"
    resource_type: str
    first_task_status: str
    retention: bool
    platforms: str  # "one" (linux/amd64 of a list) or "all"
    blob_attempts: int
    copied_types: str  # "docker" (nothing else makes a repository known) or "all"
    refusal_text: str  # how a job writes the refusal of a registry
    pushed_lists: bool
    quotas: str  # what the quota of a project limits (1.9+)
    group_types_by_name: str  # kinds of groups that become members by name: 1 LDAP, 2 proxy, 3 OIDC
    highest_role: int
    external_deletion: bool  # 2.4+: users of another service can be deleted
    robot_expiry: bool  # 2.0 and 2.1: the token of a robot takes an end of its own
    rbac: bool  # 2.2+: endpoints and policies are system resources that robots may have
    robots: str  # where robots live: "project", "both" or "system"
    robot_form: str  # "token" or "secret"
    robot_catalogue: bool
    system_permissions_cancel_project: bool
    project_by_name: bool
    all_repositories: bool
    project_artifacts: bool
    queues: bool
    read_only_everywhere: bool
    compose_version_key: bool

    @property
    def knows_subjects(self) -> bool:
        """2.8+: whether a manifest with a `subject` is an accessory, and referrers are served."""
        return self.accessories in ("config", "artifact_type")

    def style(self, family: str) -> Style:
        """How the endpoints of a family answer."""
        return LEGACY if family in self.legacy.split() else GENERATED

    def has(self, feature: str) -> bool:
        """Whether policies of this version keep a field: decoration, speed, copy_by_chunk and so on."""
        return feature in self.policy_features.split()
