# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to a registry beside its networks: credentials, service accounts, namespaces and their rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class InstanceToken:
    """An access credential. A temporary one has an id only inside the sandbox."""

    id: str
    description: str
    username: str
    secret: str = field(repr=False)
    created_at: float
    expires_at: float
    temporary: bool
    enabled: bool = True


@dataclass
class ServiceAccount:
    """A user of the registry with rights on some namespaces: `permissions` is namespace to actions.

    Its name carries the prefix `tcr$`; `expires_at` is in seconds, None for never.
    """

    name: str
    description: str
    password: str = field(repr=False)
    permissions: list[tuple[str, list[str]]]
    expires_at: float | None
    created_at: float
    updated_at: float
    disabled: bool = False

    def may(self, namespace: str, action: str) -> bool:
        """Whether it has a right (`tcr:PushRepository`, ...) on a namespace."""
        return any(name == namespace and action in actions for name, actions in self.permissions)


@dataclass
class Namespace:
    """A namespace of a registry."""

    name: str
    id: int
    public: bool
    created_at: float
    auto_scan: bool = False
    prevent_vulnerable: bool = False
    severity: str = ""
    cve_whitelist: list[dict[str, str]] = field(default_factory=list)
    tags: list[dict[str, str]] = field(default_factory=list)


@dataclass
class RepositoryRecord:
    """What the API knows of a repository that was made or described through it."""

    created_at: float
    brief_description: str = ""
    description: str = ""


@dataclass
class RetentionRule:
    """Which tags of a namespace a periodic clean-up keeps; `basic` and `advanced` as they were sent."""

    id: int
    namespace_id: int
    schedule: str
    basic: dict[str, Any] | None
    advanced: list[dict[str, Any]]
    disabled: bool


@dataclass
class ImmutableRule:
    """Which tags of a namespace cannot be overwritten or deleted; `content` as it was sent."""

    id: int
    namespace: str
    content: dict[str, Any]
    disabled: bool


@dataclass
class Trigger:
    """A webhook trigger of a namespace; `content` as it was sent."""

    id: int
    namespace_id: int
    content: dict[str, Any]

    @property
    def name(self) -> str:
        """Its name, which is unique in its namespace."""
        return str(self.content["Name"])
