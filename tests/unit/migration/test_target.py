# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the target is asked, where the sources do not agree about its answers."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    AuthenticationFailed,
    NotFound,
    PermissionDenied,
    Unreachable,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.comparison.verdicts import (
    RegistryAnswer,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.target.listing import (
    ask_registry,
    read_listing,
    registry_address,
)

PLACES = [("shop/web", f"v{number}") for number in range(20)]


class Tcr:
    """Two namespaces, one of them empty."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def namespaces(self, registry_id: str) -> list[dict[str, Any]]:
        return [{"Name": "shop"}, {"Name": "empty"}, {"Name": "unrelated"}]

    def repositories(self, registry_id: str, namespace: str) -> list[dict[str, Any]]:
        assert namespace != "unrelated"
        return [{"Name": f"shop/{name}"} for name in ("web", "alien", "gone")] if namespace == "shop" else []

    def images(self, registry_id: str, namespace: str, repository: str) -> list[dict[str, Any]]:
        self.asked.append(f"{namespace}/{repository}")
        if repository == "gone":
            raise NotFound("gone meanwhile")
        return [{"ImageVersion": "v1", "Digest": "sha256:a"}, {"ImageVersion": "v2"}]

    region = None

    def known_registry(self, registry_id: str) -> None:
        return None

    def instances(self, registry_ids: list[str], name: str | None = None) -> list[dict[str, Any]]:
        known = {"RegistryId": "tcr-1", "Status": "Running", "PublicDomain": "demo.tencentcloudcr.com"}
        return [known] if registry_ids == ["tcr-1"] else []


class Registry:
    """Answers the check and the questions with what the test says; errors are raised."""

    def __init__(self, checks: list[Exception | None], answer: Any = "sha256:a") -> None:
        self.checks = checks
        self.answer = answer
        self.asked = 0

    def check(self) -> None:
        problem = self.checks.pop(0)
        if problem:
            raise problem

    def digest(self, repository: str, tag: str) -> str | None:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return str(self.answer)


def ask(registry: Any, new_credential: bool = False) -> set[RegistryAnswer]:
    answers = ask_registry(registry, PLACES, new_credential, sleep=lambda seconds: None)
    assert list(answers) == PLACES
    return set(answers.values())


def test_the_listing_asks_for_the_tags_of_what_is_compared() -> None:
    tcr: Any = Tcr()
    listing = read_listing(tcr, "tcr-1", ["shop/web", "shop/gone", "empty/x", "absent/x"])
    assert listing.tags == {"shop/web": {"v1": "sha256:a", "v2": ""}, "shop/alien": {}, "shop/gone": {}}
    assert listing.empty_namespaces == {"empty", "absent"}
    assert sorted(tcr.asked) == ["shop/gone", "shop/web"]


def test_the_address_of_the_registry() -> None:
    tcr: Any = Tcr()
    assert registry_address(tcr, "tcr-1") == "https://demo.tencentcloudcr.com"
    with pytest.raises(NotFound, match="No registry 'tcr-2' was found"):
        registry_address(tcr, "tcr-2")


def test_a_new_credential_may_take_a_moment() -> None:
    refusals = [AuthenticationFailed("not yet"), AuthenticationFailed("not yet"), None]
    assert ask(Registry(list(refusals)), new_credential=True) == {RegistryAnswer("sha256:a")}
    assert ask(Registry(list(refusals))) == {RegistryAnswer(problem="not yet")}
    assert ask(Registry([AuthenticationFailed("never")] * 5), new_credential=True) == {RegistryAnswer(problem="never")}


def test_a_registry_that_cannot_be_reached_is_asked_no_further() -> None:
    registry = Registry([Unreachable("no connection")])
    assert ask(registry, new_credential=True) == {RegistryAnswer(problem="no connection")}
    assert registry.asked == 0
    registry = Registry([None], Unreachable("connection lost"))
    assert ask(registry) == {RegistryAnswer(problem="connection lost")}
    assert registry.asked <= 8, "not much more than what was on its way"


def test_a_refusal_for_one_tag_concerns_that_tag() -> None:
    registry = Registry([None], PermissionDenied("not this one"))
    assert ask(registry) == {RegistryAnswer(problem="not this one")}
    assert registry.asked == len(PLACES)
