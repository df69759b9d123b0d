# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which projects of the source are read."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import NotFound
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.selection import Selection
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source import read_inventory


class Harbor:
    base_url = "https://harbor.example.com"

    def projects(self) -> list[dict[str, Any]]:
        return [
            {"name": "shop", "proxy_cache": False},
            {"name": "hub", "proxy_cache": True},
            {"name": "tools", "proxy_cache": False},
        ]

    def project_artifacts(self, project: str) -> list[dict[str, Any]]:
        return [{"repository": f"{project}/web", "digest": f"sha256:{project}", "size": 1, "tags": ["v1"]}]


def read(projects: list[str] | None = None) -> Any:
    client: Any = Harbor()
    return read_inventory(client, Selection(projects))


def test_proxy_caches_are_left_out_and_named() -> None:
    inventory = read()
    assert sorted(inventory.repositories) == ["shop/web", "tools/web"]
    assert inventory.as_result()["proxy_projects"] == ["hub"]


def test_a_proxy_cache_that_is_asked_for_by_name_is_read() -> None:
    inventory = read(projects=["hub"])
    assert sorted(inventory.repositories) == ["hub/web"] and not inventory.proxies


def test_a_project_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(NotFound, match="no project 'nope', or this user may not see it; it shows: hub, shop, tools"):
        read(projects=["shop", "nope"])
