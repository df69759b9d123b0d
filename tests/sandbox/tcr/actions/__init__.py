# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions of the TCR API that the sandbox offers, one file per resource; importing this package registers them."""

from __future__ import annotations

from tests.sandbox.tcr.actions import (
    external_endpoint,
    images,
    immutable_tags,
    instance_life,
    instances,
    internal_endpoints,
    namespaces,
    private_dns,
    repositories,
    repository_changes,
    security_policies,
    service_accounts,
    tag_retention,
    tokens,
    webhooks,
)

__all__ = [
    "external_endpoint",
    "images",
    "immutable_tags",
    "instance_life",
    "instances",
    "internal_endpoints",
    "namespaces",
    "private_dns",
    "repositories",
    "repository_changes",
    "security_policies",
    "service_accounts",
    "tag_retention",
    "tokens",
    "webhooks",
]
