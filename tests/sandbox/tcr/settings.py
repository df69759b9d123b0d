# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the TCR half: durations in seconds, and one switch for each behaviour on which the sources disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.sandbox.switches import SettingsGroup, choice, listing, mapping


@dataclass
class TcrSettings(SettingsGroup):
    """How the TCR behaves; the defaults are the documented or the stricter reading, with times scaled down."""

    # Who stands where
    vpc_members: list[str] = listing("127.0.20.1", "127.0.0.1")

    # Durations
    endpoint_opening: float = 0.3
    endpoint_closing: float = 0.3
    link_entry: float = 0.1  # until a new link is listed
    link_running: float = 0.3  # until its status is Running
    link_address: float = 0.5  # until it has an AccessIp
    link_removal: float = 0.2
    dns_enabling: float = 0.2
    dns_disabling: float = 0.2
    dns_propagation: float = 0.0  # from ENABLED until resolvers know the name
    temporary_token_lifetime: float = 3600.0
    longterm_token_lifetime: float = 315360000.0
    bearer_lifetime: float = 300.0

    # Gateway
    clock_skew: float = 0.0  # server time minus real time
    rate_limits: bool = True
    rate_limit_overrides: dict[str, Any] = mapping()  # action name to requests per second
    coerce_types: bool = False  # whether "20" and "true" pass as integer and boolean
    empty_list: str = choice("list", "null", "absent")
    unknown_registry: str = choice("documented", "not_found", "db_error", "empty")

    # Instances
    registry_status: str = choice(
        "Running",
        "Pending",
        "Deploying",
        "Unhealthy",
        "FailedCreated",
        "FailedUpdated",
        "Bucket-Error",
        "Isolate",
        "Deleting",
        "DeleteBucketFailed",
        "DeleteFailed",
    )
    registry_name_filter: str = choice("fuzzy", "exact")

    # Public entry and whitelist
    repeated_endpoint_operation: str = choice("unsupported", "success")
    endpoint_closing_status: str = choice("Deleting", "Closing")
    whitelist_survives_closing: bool = False
    empty_whitelist: str = choice("deny", "allow")
    whitelist_quota: int = 100
    policy_description_required: bool = True
    policy_version_required: bool = True
    cidr_spelling: str = choice("as_sent", "canonical", "bare_address")
    delete_by_cidr: str = choice("first", "all")

    # Private links and VPC DNS
    absent_link_removal: str = choice("not_found", "success")
    link_pending_status: str = "Pending"
    link_quota: int = 10
    dns_spelling: str = choice("ENABLED", "ENABLE")
    repeated_dns_creation: str = choice("error", "success")
    private_dns_activated: bool = True

    # Credentials
    token_offset: str = choice("item", "page")
    unknown_token: str = choice("not_found", "unknown")
    credential_revocation: str = choice("immediate", "bearer_expiry")

    # Namespaces, repositories, images
    namespace_first_page: int = 0
    namespace_quota: int = 100
    empty_namespaces: str = choice("list", "not_found")
    namespace_removal: str = choice("refuse", "cascade")
    repository_namespace_filter: str = choice("exact", "fuzzy")
    page_zero: str = choice("first", "error")
    index_listing: str = choice("index", "child", "absent")

    # Data plane
    refused_source: str = choice("drop", "html")
    unknown_namespace_status: str = choice("401", "403", "404")
