# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which projects of the source are read."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import NotFound, Unreachable
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.inventory import (
    Image,
    Inventory,
    Repository,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.oci_content import identify
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.reader import read_inventory
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.selection import Selection


class Harbor:
    base_url = "https://harbor.example.com"

    def __init__(self, generation: int = 2, hidden: dict[str, list[dict[str, Any]]] | None = None) -> None:
        self.generation = generation
        self.hidden = hidden or {}

    def system(self) -> Any:
        return self

    def artifacts(self, project: str, repository: str) -> list[dict[str, Any]]:
        if repository not in self.hidden:
            raise NotFound(f"{project} has no {repository}", status=404)
        return self.hidden[repository]

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


OCI_ONLY = {"shop/oci": [{"repository": "shop/oci", "digest": "", "size": 0, "tags": ["1"]}]}


@pytest.mark.parametrize(
    ("generation", "repositories", "found"),
    [
        (1, ["shop/oci", "shop/web"], ["shop/oci", "shop/web"]),
        (1, ["shop/*"], ["shop/web"]),
        (1, ["shop/gone", "shop/web"], ["shop/web"]),
        (1, ["nowhere/oci", "shop/web"], ["shop/web"]),
        (2, ["shop/oci", "shop/web"], ["shop/web"]),
    ],
)
def test_1_x_is_asked_for_repositories_that_it_does_not_list(
    generation: int, repositories: list[str], found: list[str]
) -> None:
    client: Any = Harbor(generation, OCI_ONLY)
    inventory = read_inventory(client, Selection(None, repositories))
    assert sorted(inventory.repositories) == found and inventory.docker_only is (generation == 1)


class Registry:
    """Harbor's own registry: what it says about a tag."""

    def __init__(self, kinds: dict[str, Any]) -> None:
        self.kinds = kinds
        self.asked: list[str] = []

    def manifest_kind(self, repository: str, tag: str) -> Any:
        self.asked.append(tag)
        found = self.kinds[tag]
        if isinstance(found, Exception):
            raise found
        return found


IMAGE, LIST = "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"


def test_what_1_x_tells_no_digest_of_is_looked_at_in_its_registry() -> None:
    client: Any = Harbor(1)
    hidden = Image("", 0, True)
    tags = {"docker": Image("sha256:d", 1), "oci": hidden, "index": hidden, "list": hidden, "gone": hidden}
    inventory = Inventory({"shop/mixed": Repository("shop/mixed", tags)}, docker_only=True)
    index = "application/vnd.oci.image.index.v1+json"
    registry: Any = Registry(
        {"oci": ("sha256:o", IMAGE), "index": ("sha256:i", index), "list": ("sha256:l", LIST), "gone": None}
    )
    identify(inventory, client, registry)
    assert registry.asked == ["oci", "index", "list", "gone"]
    (told,) = inventory.as_result()["repositories"]
    assert told["uncopied"] == ["index", "oci"] and told["indexes"] == ["gone", "index", "list"]
    assert told["tags"] == {
        "docker": "sha256:d", "oci": "sha256:o", "index": "sha256:i", "list": "sha256:l", "gone": "",
    }  # fmt: skip
    first, second = inventory.notes(None)
    assert "2 tags are OCI content, which Harbor 1.x does not copy: shop/mixed:index, shop/mixed:oci." in first
    assert "skopeo or image-syncer" in first and "lists no repository that holds only OCI content" in second
    assert Inventory.from_result(inventory.as_result()).as_result() == inventory.as_result()


def test_a_registry_that_does_not_answer_leaves_it_open() -> None:
    client: Any = Harbor(1)
    inventory = Inventory({"a/b": Repository("a/b", {"x": Image("", 0, True), "y": Image("", 0, True)})})
    registry: Any = Registry({"x": Unreachable("no connection")})
    identify(inventory, client, registry)
    assert registry.asked == ["x"] and inventory.repositories["a/b"].tags["x"].copied
