# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventories built from artifacts."""

from __future__ import annotations

from typing import Any

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.inventory import (
    Image,
    Inventory,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.selection import Selection

INDEX = "application/vnd.oci.image.index.v1+json"


def artifact(repository: str, digest: str, *tags: str, size: int = 10, **others: Any) -> dict[str, Any]:
    image = "application/vnd.oci.image.manifest.v1+json"
    base = {"repository": repository, "digest": digest, "media_type": image, "size": size, "children": 0}
    return {**base, "tags": list(tags), **others}


def test_tags_digests_and_sizes() -> None:
    inventory = Inventory.of(
        [
            artifact("demo/web", "sha256:a", "v1", "latest", size=100),
            artifact("demo/web", "sha256:b", "v2", size=50),
            artifact("demo/web", "sha256:c", size=7),
            artifact("demo/team/api", "sha256:d", "v1", children=2, media_type=INDEX, size=30),
            artifact("other/only-untagged", "sha256:e"),
        ],
        Selection(),
    )
    result = inventory.as_result()
    assert [one["name"] for one in result["repositories"]] == ["demo/team/api", "demo/web", "other/only-untagged"]
    web = result["repositories"][1]
    assert web["tags"] == {"latest": "sha256:a", "v1": "sha256:a", "v2": "sha256:b"}
    assert web["size"] == 157 and web["untagged"] == 1 and web["project"] == "demo"
    assert web["untagged_digests"] == ["sha256:c"] and web["accessories"] == []
    assert result["totals"] == {
        "projects": 2,
        "repositories": 3,
        "tags": 4,
        "indexes": 1,
        "charts": 0,
        "accessories": 0,
        "uncopied": 0,
        "untagged": 2,
        "untagged_copied": 2,
        "bytes": 197,
    }
    assert Inventory.from_result(result).as_result() == result, "what was told can be read again"


def test_only_selected_tags_count() -> None:
    inventory = Inventory.of(
        [
            artifact("demo/web", "sha256:a", "v1", "old-1", size=100),
            artifact("demo/web", "sha256:b", "old-2", size=50),
            artifact("demo/none", "sha256:b", "old-2"),
            artifact("x/web", "sha256:b", "v1"),
        ],
        Selection(["demo"], None, ["v*"]),
    )
    assert inventory.as_result()["repositories"] == [
        {
            "name": "demo/web",
            "project": "demo",
            "tags": {"v1": "sha256:a"},
            "indexes": [],
            "charts": [],
            "uncopied": [],
            "size": 100,
            "untagged": 0,
            "untagged_digests": [],
            "accessories": [],
            "parts": {},
        }
    ]


def test_a_digest_that_the_source_does_not_tell_is_a_multi_arch_image() -> None:
    inventory = Inventory.of([artifact("demo/multi", "", "v1", size=0)], Selection())
    assert inventory.repositories["demo/multi"].tags == {"v1": Image("", 0, True)}


def test_charts_are_known_by_their_type_and_handed_over() -> None:
    chart = {**artifact("d/a", "sha256:a", "0.1.0"), "type": "CHART"}
    inventory = Inventory.of([chart, {**artifact("d/b", "sha256:b", "v1"), "type": "IMAGE"}], Selection())
    told = inventory.as_result()
    assert [one["charts"] for one in told["repositories"]] == [["0.1.0"], []]
    assert told["totals"]["charts"] == 1
    assert Inventory.from_result(told).as_result()["totals"]["charts"] == 1


def test_indexes_are_known_by_children_or_media_type() -> None:
    inventory = Inventory.of(
        [artifact("d/a", "sha256:a", "v1", children=1), artifact("d/b", "sha256:b", "v1", media_type=INDEX)],
        Selection(),
    )
    assert all(one.tags["v1"].index for one in inventory.planned())
