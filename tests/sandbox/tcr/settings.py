# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the TCR half: durations in seconds, and one switch for each behaviour on which the sources disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.sandbox.core.typed_settings import SettingsGroup, choice, listing, mapping


@dataclass
class TcrSettings(SettingsGroup):
    """How the TCR behaves; the defaults are the documented or the stricter reading, with times scaled down."""

    # Who stands where
    vpc_members: list[str] = listing("127.0.20.1", "127.0.0.1")

    # Durations
    instance_deploying: float = 0.4  # from the creation of an instance until it is Running
    instance_upgrade: float = 0.2  # until a new edition is shown
    instance_tagging: float = 0.2  # until changed tags are shown
    instance_removal: float = 0.3
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

    # CAM
    access_policy: dict[str, Any] = mapping()  # what the identity of `restricted_secret_id` may do; empty is everything
    unauthorized_code: str = choice("UnauthorizedOperation", "AuthFailure.UnauthorizedOperation")
    network_rights: str = choice("caller", "service")  # whose rights TCR uses towards VPC and Private DNS

    # Gateway
    clock_skew: float = 0.0  # server time minus real time
    rate_limits: bool = True
    rate_limit_overrides: dict[str, Any] = mapping()  # action name to requests per second
    coerce_types: bool = False  # whether "20" and "true" pass as integer and boolean
    empty_list: str = choice("list", "null", "absent")
    extra_fields: bool = False  # whether answers have fields that nobody knows yet
    unknown_registry: str = choice("documented", "not_found", "db_error", "empty")
    unknown_role: str = choice("not_found", "get_role_error")

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
    instance_creation_result: str = choice("Running", "FailedCreated", "Bucket-Error", "Unhealthy")
    instance_removal_result: str = choice("gone", "DeleteFailed", "DeleteBucketFailed")
    instance_with_namespaces: str = choice("refuse", "cascade")  # on DeleteInstance
    combined_instance_change: str = choice("refuse", "type_only", "both")  # edition and protection in one call
    dry_run_answer: str = choice("success", "dry_run_operation")
    instance_quota: int = 10

    # Public endpoint and whitelist
    endpoint_opening_result: str = choice("Opened", "Closed")
    endpoint_closing_result: str = choice("Closed", "Opened")
    repeated_endpoint_operation: str = choice("unsupported", "success")
    endpoint_closing_status: str = choice("Deleting", "Closing")
    whitelist_survives_closing: bool = False
    empty_whitelist: str = choice("deny", "allow")
    whitelist_quota: int = 100
    policy_description_required: bool = True
    policy_description_length: int = 100  # not documented for TCR; that of a VPC security group
    policy_version_required: bool = True
    cidr_spelling: str = choice("as_sent", "canonical", "bare_address")
    delete_by_cidr: str = choice("first", "all")

    # Private links and VPC DNS
    absent_link_removal: str = choice("not_found", "success")
    link_pending_status: str = "Pending"
    link_quota: int = 10
    link_creation_result: str = choice("Running", "Error", "gone")
    dns_enabling_result: str = choice("ENABLED", "ERROR")
    dns_spelling: str = choice("ENABLED", "ENABLE")
    repeated_dns_creation: str = choice("error", "success")
    private_dns_activated: bool = True

    # Credentials
    token_offset: str = choice("item", "page")
    unknown_token: str = choice("not_found", "unknown")
    credential_revocation: str = choice("immediate", "bearer_expiry")

    # Service accounts
    service_account_quota: int = 20
    service_account_names: str = choice("documented", "prefixed", "bare", "either")  # that the actions accept
    service_accounts_all: str = choice("everything", "pages")  # what All does to Limit
    service_account_filter: str = choice("exact", "fuzzy")
    service_account_expiry_unit: str = choice("milliseconds", "seconds")  # in answers
    service_account_without_expiry: int = -1  # ExpiresAt of an account that does not expire
    unknown_service_account: str = choice("failed_operation", "db_error", "not_found")
    duplicate_service_account: str = choice("failed_operation", "db_error", "exists")
    unknown_permission_namespace: str = choice("refuse", "accept")
    permission_order: str = choice("as_sent", "sorted")
    repository_creation_by_push: str = choice("own_right", "included")  # whether tcr:CreateRepository is needed

    # Namespaces, repositories, images
    namespace_first_page: int = 0
    namespace_quota: int = 100
    empty_namespaces: str = choice("list", "not_found")
    empty_repositories: str = choice("list", "not_found")
    namespace_removal: str = choice("refuse", "cascade")
    repository_namespace_filter: str = choice("exact", "fuzzy")
    repository_names: str = choice("with_namespace", "bare")  # in listings
    page_zero: str = choice("first", "error")
    index_listing: str = choice("index", "child", "absent")

    repository_levels: str = choice("many", "one")  # of a name that CreateRepository accepts
    image_removal: str = choice("tag", "digest")  # whether DeleteImage takes the other tags of the image along

    # Rules and triggers of a namespace
    second_retention_rule: str = choice("accept", "conflict")
    retention_echo: str = choice("as_sent", "mirrored")  # whether answers have each rule in both forms
    rule_namespace_filter: str = choice("exact", "fuzzy")
    trigger_offset: str = choice("item", "page")
    trigger_empty_headers: str = choice("list", "undefined")
    trigger_namespace_name: str = choice("absent", "null", "given")
    trigger_quota: int = 50

    # Data plane
    referrers_api: str = choice("absent", "served")  # GET /v2/<name>/referrers/<digest> of OCI 1.1
    immutable_same_digest: str = choice("refuse", "accept")  # a push of what an immutable tag holds already
    refused_source: str = choice("drop", "html")
    unknown_namespace_status: str = choice("401", "403", "404")
