# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the TCR knows: accounts, networks and registries with everything that belongs to them.

States that take time are computed from the moment of the change, so that nothing runs in the background.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from tests.sandbox.core.content import ContentStore
from tests.sandbox.tcr.members import (
    ImmutableRule,
    InstanceToken,
    Namespace,
    RepositoryRecord,
    RetentionRule,
    ServiceAccount,
    Trigger,
)
from tests.sandbox.tcr.settings import TcrSettings

REGIONS = {
    "ap-guangzhou": 1, "ap-shanghai": 4, "ap-hongkong": 5, "na-toronto": 6, "ap-beijing": 8, "ap-singapore": 9,
    "na-siliconvalley": 15, "ap-chengdu": 16, "eu-frankfurt": 17, "ap-seoul": 18, "ap-chongqing": 19, "ap-mumbai": 21,
    "na-ashburn": 22, "ap-bangkok": 23, "ap-tokyo": 25, "ap-nanjing": 33, "ap-jakarta": 72, "sa-saopaulo": 74,
}  # fmt: skip
LONG_AGO = float("-inf")


@dataclass(frozen=True)
class Account:
    """A (sub-)account that may call the API; with a session token it is a temporary one, good until `expires_at`."""

    secret_id: str
    secret_key: str
    uin: str
    owner_uin: str
    session_token: str = ""
    expires_at: float = float("inf")


@dataclass
class Role:
    """A role of CAM: which accounts (uin) may assume it, and with which token of which identity provider."""

    id: str
    name: str
    owner_uin: str
    trusted: list[str] = field(default_factory=list)
    web_identities: dict[str, str] = field(default_factory=dict)
    external_id: str = ""
    longest_session: int = 7200

    @property
    def arn(self) -> str:
        """How the role is named where it is assumed."""
        return f"qcs::cam::uin/{self.owner_uin}:roleName/{self.name}"


@dataclass
class ExternalEndpoint:
    """The public endpoint: what was asked for last, and when."""

    opened: bool = False
    changed_at: float = LONG_AGO

    def status(self, now: float, settings: TcrSettings) -> str:
        """Opening, Opened, Deleting (or Closing), Closed; the last change may have failed."""
        age = now - self.changed_at
        if self.opened:
            return "Opening" if age < settings.endpoint_opening else settings.endpoint_opening_result
        if self.changed_at == LONG_AGO:
            return "Closed"
        return settings.endpoint_closing_status if age < settings.endpoint_closing else settings.endpoint_closing_result

    def reason(self, now: float, settings: TcrSettings) -> str:
        """Why the last change failed; empty when it did not."""
        failed = self.status(now, settings) == ("Closed" if self.opened else "Opened")
        return "The load balancer of the account is not available." if failed else ""


@dataclass
class SecurityPolicy:
    """One entry of the whitelist; its index is its position."""

    cidr_block: str
    description: str


@dataclass
class Whitelist:
    """The ordered whitelist with the version that all its entries share."""

    policies: list[SecurityPolicy] = field(default_factory=list)
    version: int = 1


@dataclass
class Link:
    """A private access link of one VPC."""

    vpc_id: str
    subnet_id: str
    address: str
    created_at: float
    removed_at: float | None = None

    def listed(self, now: float, settings: TcrSettings) -> bool:
        """Whether the API shows the link."""
        if self.gone(now, settings):
            return False
        return now - self.created_at >= settings.link_entry

    def gone(self, now: float, settings: TcrSettings) -> bool:
        """Whether its removal is complete."""
        if self.removed_at is not None:
            return now - self.removed_at >= settings.link_removal
        return settings.link_creation_result == "gone" and now - self.created_at >= settings.link_running

    def status(self, now: float, settings: TcrSettings) -> str:
        """Pending (name undocumented), Running (the address may still be missing), Deleting; or it has failed."""
        if self.removed_at is not None:
            return "Deleting"
        done = now - self.created_at >= settings.link_running
        return settings.link_creation_result if done else settings.link_pending_status

    def ready(self, now: float, settings: TcrSettings) -> bool:
        """Whether the link is Running and has its AccessIp."""
        known = now - self.created_at >= settings.link_address
        return known and self.status(now, settings) == "Running"


@dataclass
class DnsRecord:
    """A name of the registry in the private DNS of a VPC: the public one, or <name>-vpc."""

    vpc_id: str
    address: str
    public_domain: bool
    enabled: bool
    changed_at: float

    def status(self, now: float, settings: TcrSettings) -> bool:
        """Whether the record is on; a change takes effect after its duration."""
        if self.enabled:
            return now - self.changed_at >= settings.dns_enabling
        return now - self.changed_at < settings.dns_disabling

    def known(self, now: float, settings: TcrSettings) -> bool:
        """Whether resolvers in the VPC answer with it."""
        if self.enabled:
            return now - self.changed_at >= settings.dns_enabling + settings.dns_propagation
        return self.status(now, settings)


@dataclass
class Registry:
    """An instance of the Tencent Container Registry.

    `asked_at` is when its creation was asked for through the API, `former_type` what it was before `upgraded_at`, and
    `former_tags` those that it had before `tagged_at`.
    """

    id: str
    name: str
    region: str
    created_at: float
    type: str = "standard"
    internal_address: str = "10.1.66.46"
    tags: list[dict[str, str]] = field(default_factory=list)
    deletion_protection: bool = False
    versioning: bool = False
    multiple_zones: bool = False
    charge_type: int = 0
    renewal: int = 0
    asked_at: float = LONG_AGO
    removed_at: float | None = None
    former_type: str = ""
    upgraded_at: float = LONG_AGO
    former_tags: list[dict[str, str]] = field(default_factory=list)
    tagged_at: float = LONG_AGO
    endpoint: ExternalEndpoint = field(default_factory=ExternalEndpoint)
    whitelist: Whitelist = field(default_factory=Whitelist)
    links: list[Link] = field(default_factory=list)
    dns_records: list[DnsRecord] = field(default_factory=list)
    tokens: dict[str, InstanceToken] = field(default_factory=dict)
    service_accounts: dict[str, ServiceAccount] = field(default_factory=dict)
    namespaces: dict[str, Namespace] = field(default_factory=dict)
    records: dict[str, RepositoryRecord] = field(default_factory=dict)
    retention_rules: dict[int, RetentionRule] = field(default_factory=dict)
    immutable_rules: dict[int, ImmutableRule] = field(default_factory=dict)
    triggers: dict[int, Trigger] = field(default_factory=dict)
    store: ContentStore = field(default_factory=ContentStore)

    @property
    def public_domain(self) -> str:
        """Name of the registry on the internet."""
        return f"{self.name}.tencentcloudcr.com"

    @property
    def private_domain(self) -> str:
        """Name that only private DNS knows."""
        return f"{self.name}-vpc.tencentcloudcr.com"

    def repositories(self, namespace: str | None = None) -> list[str]:
        """Full names of the repositories, made by a push or through the API; of one namespace, or of all."""
        names = {*self.store.repositories(), *self.records}
        return sorted(name for name in names if namespace is None or name.startswith(f"{namespace}/"))

    def delete_repository(self, name: str) -> None:
        """Forget a repository with everything in it."""
        self.store.delete_repository(name)
        self.records.pop(name, None)

    def namespace_of(self, number: int) -> Namespace | None:
        """The namespace with a NamespaceId."""
        return next((item for item in self.namespaces.values() if item.id == number), None)

    def status(self, now: float, settings: TcrSettings) -> str:
        """Pending, Deploying, then what the setting says; Deleting at the end."""
        if self.removed_at is not None:
            return "Deleting" if settings.instance_removal_result == "gone" else settings.instance_removal_result
        if now - self.asked_at < settings.instance_deploying / 2:
            return "Pending"
        if now - self.asked_at < settings.instance_deploying:
            return "Deploying"
        return settings.registry_status if self.asked_at == LONG_AGO else settings.instance_creation_result

    def gone(self, now: float, settings: TcrSettings) -> bool:
        """Whether its removal is complete."""
        removed = self.removed_at is not None and now - self.removed_at >= settings.instance_removal
        return removed and settings.instance_removal_result == "gone"

    def type_shown(self, now: float, settings: TcrSettings) -> str:
        """The edition that the API tells, which follows a change late."""
        return self.former_type if now - self.upgraded_at < settings.instance_upgrade else self.type

    def tags_shown(self, now: float, settings: TcrSettings) -> list[dict[str, str]]:
        """The tags that the API tells, which follow a change late."""
        return self.former_tags if now - self.tagged_at < settings.instance_tagging else self.tags


@dataclass
class Vpc:
    """A VPC of the account: its region and the free addresses of each subnet."""

    id: str
    region: str
    subnets: dict[str, int]


@dataclass
class State:
    """Everything, under one lock."""

    lock: Any = field(default_factory=threading.RLock)
    accounts: dict[str, Account] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    registries: dict[str, Registry] = field(default_factory=dict)
    vpcs: dict[str, Vpc] = field(default_factory=dict)
    links_made: int = 0
    namespaces_made: int = 0
    rules_made: int = 0

    def known_registries(self, now: float, settings: TcrSettings) -> list[Registry]:
        """The registries that exist: those whose removal is complete are gone."""
        return [item for item in self.registries.values() if not item.gone(now, settings)]
