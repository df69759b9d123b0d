# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that Harbor gives repositories at the target of a replication policy."""

from __future__ import annotations

from ..._errors import InvalidInput


def target_repository(repository: str, dest_namespace: str = "", replace_count: int | None = None) -> str:
    """The name that Harbor gives a repository at the target of a replication policy.

    Harbor API: with ``dest_namespace`` empty the name stays; with ``replace_count`` omitted or -1 (and always
    before 2.3) everything but the last component is replaced; with n the first n components are.

    :raises InvalidInput: there are fewer components than must be replaced; Harbor then fails the whole execution.
    """
    if not dest_namespace:
        return repository
    components = repository.split("/")
    if replace_count is None or replace_count < 0:
        return f"{dest_namespace}/{components[-1]}"
    if replace_count > len(components) - 1:
        raise InvalidInput(
            f"dest_namespace_replace_count is {replace_count}, but {repository!r} has only {len(components) - 1} "
            "components before its last one.",
            advice="Lower dest_namespace_replace_count, or select this repository in another policy.",
        )
    return "/".join([dest_namespace, *components[replace_count:]])
