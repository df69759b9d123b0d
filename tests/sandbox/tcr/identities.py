# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who logs in to a registry, and what each may do: access credentials, service accounts, and everybody."""

from __future__ import annotations

from tests.sandbox.tcr.access import Access, repository_resource
from tests.sandbox.tcr.members import InstanceToken, ServiceAccount
from tests.sandbox.tcr.settings import TcrSettings
from tests.sandbox.tcr.state import Registry

Identity = InstanceToken | ServiceAccount
_RIGHTS = {"pull": "tcr:PullRepository", "push": "tcr:PushRepository", "delete": "tcr:DeleteImage"}


def log_in(registry: Registry, username: str | None, password: str | None, now: float) -> Identity | None:
    """The identity behind a user name and a password, None when there is none that can be used now."""
    for token in list(registry.tokens.values()):
        if (token.username, token.secret) == (username, password) and usable(token, now):
            return token
    account = registry.service_accounts.get(username or "")
    return account if account is not None and account.password == password and usable(account, now) else None


def key_of(identity: Identity) -> str:
    """What :func:`by_key` finds an identity by: an id, or a name with the prefix `tcr$`."""
    return identity.id if isinstance(identity, InstanceToken) else identity.name


def by_key(registry: Registry, key: str) -> Identity | None:
    """The identity of a key, None when it was deleted."""
    return registry.tokens.get(key) or registry.service_accounts.get(key)


def usable(identity: Identity, now: float) -> bool:
    """Whether an identity is neither disabled nor expired."""
    if isinstance(identity, InstanceToken):
        return identity.enabled and identity.expires_at > now
    return not identity.disabled and (identity.expires_at is None or identity.expires_at > now)


def allows(
    registry: Registry, settings: TcrSettings, access: Access, identity: Identity | None, repository: str, action: str
) -> bool:
    """Whether an identity (None: everybody) may pull, push or delete in a repository (full name).

    An access credential may do what the identity may that made it; a service account has rights of its own.
    """
    namespace = registry.namespaces.get(repository.partition("/")[0])
    if namespace is None or action not in _RIGHTS:
        return False
    if namespace.public and action == "pull":
        return True
    if identity is None:
        return False
    creates = action == "push" and repository not in registry.repositories()
    needed = ["tcr:CreateRepository"] if creates and settings.repository_creation_by_push == "own_right" else []
    needed.append(_RIGHTS[action])
    if isinstance(identity, ServiceAccount):
        return action != "delete" and all(identity.may(namespace.name, right) for right in needed)
    resource = repository_resource(registry.region, registry.id, repository)
    return all(access.permits(identity.username, right, resource) for right in needed)
