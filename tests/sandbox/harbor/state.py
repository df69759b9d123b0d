# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Harbor keeps in its database, as dataclasses that tests may read. Times are seconds since the epoch."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.sandbox.core.content import MANIFEST_TYPES, ContentStore
from tests.sandbox.harbor.chart_museum import ChartMuseum
from tests.sandbox.harbor.replication.execution_state import Execution

Item = TypeVar("Item")
ROLES = {1: "projectAdmin", 2: "developer", 3: "guest", 4: "maintainer", 5: "limitedGuest"}


@dataclass
class Registry:
    """A replication endpoint."""

    id: int
    name: str
    type: str
    url: str
    description: str = ""
    access_key: str = ""
    access_secret: str = ""
    credential_type: str = ""
    insecure: bool = False
    ca_certificate: str = ""
    status: str = ""
    creation_time: float = field(default_factory=time.time)
    update_time: float = field(default_factory=time.time)


@dataclass
class Policy:
    """A replication policy. Exactly one of the two registries is 0, which is this Harbor."""

    id: int
    name: str
    description: str = ""
    creator: str = ""
    src_registry_id: int = 0
    dest_registry_id: int = 0
    dest_namespace: str = ""
    dest_namespace_replace_count: int = -1
    trigger_type: str = "manual"
    cron: str = ""
    filters: list[dict[str, Any]] = field(default_factory=list)
    override: bool = False
    enabled: bool = False
    deletion: bool = False
    speed: int = 0
    copy_by_chunk: bool = False
    single_active_replication: bool = False
    creation_time: float = field(default_factory=time.time)
    update_time: float = field(default_factory=time.time)


@dataclass
class Project:
    """A project; `registry_id` > 0 makes it a proxy cache."""

    id: int
    name: str
    metadata: dict[str, str]
    owner_id: int = 1
    owner_name: str = "admin"
    registry_id: int = 0
    storage_limit: int = -1
    count_limit: int = -1
    allowlist: list[dict[str, str]] = field(default_factory=list)
    limited: bool = True  # has a quota: it was made while quotas were switched on
    creation_time: float = field(default_factory=time.time)
    update_time: float = field(default_factory=time.time)

    @property
    def public(self) -> bool:
        """Whether anonymous callers may read it."""
        return self.metadata.get("public") == "true"


@dataclass
class User:
    """A local account."""

    id: int
    username: str
    password: str
    email: str = ""
    realname: str = ""
    comment: str = ""
    admin: bool = False
    creation_time: float = field(default_factory=time.time)
    update_time: float = field(default_factory=time.time)


@dataclass
class Group:
    """A group of another service that Harbor knows. Kinds: 1 LDAP, 2 authentication proxy, 3 OIDC."""

    id: int
    name: str
    kind: int
    ldap_group_dn: str = ""


@dataclass
class Member:
    """A user in a project, or a group; the other number is 0."""

    id: int
    project_id: int
    user_id: int
    role_id: int
    group_id: int = 0


@dataclass
class Robot:
    """A robot account. `permissions` has the form of the 2.2+ API; `project_id` is 0 for system robots."""

    id: int
    name: str
    secret: str
    level: str
    permissions: list[dict[str, Any]]
    project_id: int = 0
    description: str = ""
    disabled: bool = False
    editable: bool = True  # false: made before the upgrade to 2.2
    duration: int = -1
    expires_at: int = -1
    creation_time: float = field(default_factory=time.time)
    update_time: float = field(default_factory=time.time)

    def works(self, now: float) -> bool:
        """Whether it can log in."""
        return not self.disabled and (self.expires_at < 0 or self.expires_at > now)


class HarborState:
    """All objects of one Harbor. Take `lock` around reads and writes that belong together."""

    def __init__(self, store: ContentStore, password: str, known_types: frozenset[str] = MANIFEST_TYPES) -> None:
        self.lock = threading.RLock()
        self.store = store
        self._known_types = known_types  # the manifests whose push makes a repository known
        self.charts = ChartMuseum()
        self.registries: dict[int, Registry] = {}
        self.policies: dict[int, Policy] = {}
        self.projects: dict[int, Project] = {}
        self.users: dict[int, User] = {}
        self.groups: dict[int, Group] = {}
        self.members: dict[int, Member] = {}
        self.robots: dict[int, Robot] = {}
        self.executions: dict[int, Execution] = {}
        self.labels: dict[tuple[str, str], set[str]] = defaultdict(set)  # (repository, digest) to label names
        self.read_only = False
        self._counters: dict[str, itertools.count[int]] = defaultdict(lambda: itertools.count(1))
        self._identifiers: dict[str, dict[Hashable, int]] = defaultdict(dict)
        self.users[1] = User(
            self.next_id("user"), "admin", password, realname="system admin", comment="admin user", admin=True
        )
        self.next_id("user")  # Harbor's own anonymous user has id 2
        self.add_project("library", {"public": "true"}, self.users[1])

    def next_id(self, kind: str) -> int:
        """The next number of a sequence."""
        with self.lock:
            return next(self._counters[kind])

    def shuffled(self, items: Iterable[Item]) -> list[Item]:
        """Items in the order of a chance, another one at each call, as Harbor lists what it keeps without order."""
        order = list(items)
        random.Random(self.next_id("shuffle")).shuffle(order)
        return order

    def identifier(self, kind: str, key: Hashable) -> int:
        """A number for something that the content store knows by name only: stable, in order of first sight."""
        with self.lock:
            known = self._identifiers[kind]
            if key not in known:
                known[key] = len(known) + 1
            return known[key]

    def add_project(self, name: str, metadata: dict[str, str], owner: User, **more: Any) -> Project:
        """Create a project with its owner as first member."""
        with self.lock:
            project = Project(self.next_id("project"), name, metadata, owner.id, owner.username, **more)
            self.projects[project.id] = project
            self.add_member(project.id, owner.id, 1)
            return project

    def add_member(self, project_id: int, user_id: int, role_id: int, group_id: int = 0) -> Member:
        """Put a user or a group into a project."""
        member = Member(self.next_id("member"), project_id, user_id, role_id, group_id)
        self.members[member.id] = member
        return member

    def project_named(self, name: str) -> Project | None:
        """The project of a name."""
        return next((project for project in self.projects.values() if project.name == name), None)

    def user_named(self, name: str) -> User | None:
        """The account of a login name."""
        return next((user for user in self.users.values() if user.username == name), None)

    def role_in(self, project_id: int, user_id: int) -> int | None:
        """The role of a user in a project, None when not a member."""
        found = (item for item in self.members.values() if (item.project_id, item.user_id) == (project_id, user_id))
        return next((item.role_id for item in found), None)

    def repositories_of(self, project: Project) -> list[str]:
        """Full names of the repositories of a project, sorted."""
        named = [name for name in self.store.repositories() if name.split("/", 1)[0] == project.name]
        if self._known_types == MANIFEST_TYPES:
            return named
        return [
            name for name in named if any(item.media_type in self._known_types for item in self.store.manifests(name))
        ]
