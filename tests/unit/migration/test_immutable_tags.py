# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the target that keep a tag which the source has changed."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.target.immutable_tags import (
    immutable_advice,
    kept_by_rules,
    tags_to_replace,
)
from tests.unit.migration.accessory_scene import compared, digest, inventory_of

WEB = [("shop/team/web", "v1"), ("shop/api", "v1"), ("other/web", "v1"), ("shop/team/web", "latest")]


def rule(**given: Any) -> dict[str, Any]:
    whole = {"namespace": "shop", "repositories": "**", "tags": "**", "disabled": False, "name": "the rule"}
    return {**whole, "exclude_repositories": False, "exclude_tags": False, **given}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, [WEB[0], WEB[1], WEB[3]]),
        ({"tags": "v*"}, [WEB[0], WEB[1]]),
        ({"tags": "v*", "exclude_tags": True}, [WEB[3]]),
        ({"repositories": "team/*"}, [WEB[0], WEB[3]]),
        ({"repositories": "{api,team/web}"}, []),
        ({"repositories": "team/**", "exclude_repositories": True}, [WEB[1]]),
        ({"namespace": "nowhere"}, []),
        ({"disabled": True}, []),
    ],
)
def test_which_tags_a_rule_keeps(given: dict[str, Any], kept: list[tuple[str, str]]) -> None:
    assert [(one["repository"], one["tag"]) for one in kept_by_rules(WEB, [rule(**given)])] == kept


def test_the_advice_names_each_rule_once() -> None:
    kept = kept_by_rules(
        [("shop/web", f"v{number}") for number in range(9)], [rule(name="shop: **, tags v*", tags="v*")]
    )
    advice = immutable_advice(kept)
    assert advice.count("shop: **, tags v*") == 1 and "shop/web:v0" in advice and "and 4 more" in advice
    assert "disabled: true" in advice and "migration_tags" in advice
    assert immutable_advice([]) == ""


def test_tags_of_accessories_are_kept_too() -> None:
    inventory, _http = inventory_of()
    signature = inventory.repositories["acc/app"].accessories[digest("cosign_sig_tag")]
    comparison = compared(inventory, {signature.digest}, {signature.tags[0]: digest("older"), "1.0": digest("other")})
    assert tags_to_replace(comparison) == [("acc/app", "1.0"), ("acc/app", signature.tags[0])]
