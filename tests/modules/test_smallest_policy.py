# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy that preflight writes is enough for a migration, and without any single right of it something is refused.

What the roles do with TCR is done here by the same modules with the same options; the journeys run the roles themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import requests

from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules.cam_policy import (
    MigrationPath,
    access_policy,
    needed_actions,
)
from tests.modules.tcr_connection import QUICK_WAIT, connection
from tests.modules.test_tcr_requirements_info import restricted, without
from tests.sandbox.core.network import CONTROLLER
from tests.sandbox.tcr.state import SecurityPolicy
from tests.support.modules import run_module
from tests.unit.sandbox.harbor_support import put_image

REGISTRY, REGION = "tcr-sandbox1", "ap-guangzhou"
PUBLIC = MigrationPath("public", False, REGISTRY, REGION, ("shop",))
PRIVATE = MigrationPath("private", True, REGISTRY, REGION, ("shop",))
WAYS = {"public": PUBLIC, "private": PRIVATE}
QUICK = {
    "endpoint_opening": 0.02, "link_entry": 0.02, "link_running": 0.02, "link_address": 0.02, "dns_enabling": 0.02,
    "dns_disabling": 0.02, "rate_limits": False,
}  # fmt: skip
RIGHTS = [(way, action) for way, path in WAYS.items() for action in needed_actions(path)]
OWNER = {"migration_id": "spring"}


class Refused(Exception):
    """Something was not allowed."""


class Migration:
    """The calls of one migration, in the order of the roles."""

    def __init__(self, sandbox: Any, way: str) -> None:
        self._sandbox = sandbox
        self._way = way
        self._address = sandbox.facts["public_address"]

    def run(self) -> None:
        """Everything from the first look to the last removal. Raises Refused."""
        self._do("tcr_instance_info")
        getattr(self, f"_reach_over_{self._way}")()
        self._do("tcr_namespace", namespaces=[{"name": "shop"}])
        made = self._do("tcr_access_credential", **OWNER, rotate=True)["credential"]
        self._do("tcr_access_credential", **OWNER, credential_id=made["credential_id"], lease_hours=72)
        self._push(made["username"], made["secret"])
        put_image(self._sandbox.tcr.registry.store, "shop/web", "1.0")
        self._do("tcr_repository_info", namespace="shop")
        self._do("tcr_image_info", namespace="shop", repository="web")
        self._do("tcr_immutable_tag", check=True, rules=[{"namespace": "shop"}])  # migration_verify lists the rules
        self._pull(made["username"], made["secret"])
        self._do("tcr_access_credential", **OWNER, state="absent")
        self._do("tcr_public_whitelist", entries=[], **OWNER, state="exact", **QUICK_WAIT)
        if self._way == "private":
            self._names("absent")

    def _reach_over_public(self) -> None:
        self._do("tcr_public_access", **QUICK_WAIT)
        theirs = SecurityPolicy("198.51.100.7/32", "managed by cloud_registry.migration: another")
        self._sandbox.tcr.registry.whitelist.policies.append(theirs)
        entries = [{"cidr": CONTROLLER}, {"cidr": theirs.cidr_block}]
        self._do("tcr_public_whitelist", entries=entries, **OWNER, state="exact", **QUICK_WAIT)

    def _reach_over_private(self) -> None:
        link = {name: self._sandbox.facts[name] for name in ("vpc_id", "subnet_id")}
        self._address = self._do("tcr_private_link", **link, **QUICK_WAIT)["private_link"]["access_ip"]
        self._names("present")

    def _names(self, state: str) -> None:
        vpc_id = self._sandbox.facts["vpc_id"]
        self._do("tcr_private_dns", vpc_id=vpc_id, names=["public"], state=state, **QUICK_WAIT)

    def _do(self, module: str, check: bool = False, **options: Any) -> dict[str, Any]:
        result = run_module(module, restricted(self._sandbox, **options), check=check)
        if result["failed"]:
            raise Refused(result["msg"])
        return result

    def _push(self, username: str, secret: str) -> None:
        if self._registry("POST", "/v2/shop/web/blobs/uploads/", "pull,push", username, secret) != 202:
            raise Refused("tcr:PushRepository or tcr:CreateRepository")

    def _pull(self, username: str, secret: str) -> None:
        if self._registry("HEAD", "/v2/shop/web/manifests/1.0", "pull", username, secret) != 200:
            raise Refused("tcr:PullRepository")

    def _registry(self, method: str, path: str, actions: str, username: str, secret: str) -> int:
        url = f"http://{self._address}:{self._sandbox.facts['registry_port']}"
        scope = {"service": "harbor-registry", "scope": f"repository:shop/web:{actions}"}
        token = requests.get(f"{url}/service/token", params=scope, auth=(username, secret), timeout=10).json()["token"]
        headers = {"Authorization": f"Bearer {token}", "Accept": "*/*"}
        return requests.request(method, f"{url}{path}", headers=headers, timeout=10).status_code


@pytest.fixture
def migrate(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    """Run a migration with a policy; somebody else may have opened the public endpoint before. Returns the sandbox."""

    def migrated(way: str, policy: dict[str, Any], **settings: Any) -> Any:
        sandbox = make_sandbox(harbor_version=None, **{**QUICK, **settings})
        if way == "private":
            run_module("tcr_public_access", connection(sandbox, **QUICK_WAIT))
        sandbox.settings.update(access_policy=policy)
        Migration(sandbox, way).run()
        return sandbox

    return migrated


@pytest.mark.parametrize("settings", [{}, {"network_rights": "service", "repository_creation_by_push": "included"}])
@pytest.mark.parametrize("way", WAYS)
def test_the_policy_is_enough(migrate: Callable[..., Any], way: str, settings: dict[str, Any]) -> None:
    used = migrate(way, access_policy(WAYS[way]), **settings).tcr.access.used
    if not settings:
        assert used == set(needed_actions(WAYS[way]))


@pytest.mark.parametrize("way", WAYS)
def test_it_is_enough_when_nothing_is_known_yet(migrate: Callable[..., Any], way: str) -> None:
    used = migrate(way, access_policy(MigrationPath(way, vpc_dns=True))).tcr.access.used
    assert used == set(needed_actions(WAYS[way]))


@pytest.mark.parametrize(("way", "action"), RIGHTS, ids=[f"{way}-{action}" for way, action in RIGHTS])
def test_no_right_can_be_left_out(migrate: Callable[..., Any], way: str, action: str) -> None:
    with pytest.raises(Refused, match=action):
        migrate(way, without(access_policy(WAYS[way]), action))


ELSEWHERE = [
    replace(PUBLIC, registry_id="tcr-another1"),
    replace(PUBLIC, region="ap-shanghai"),
    replace(PUBLIC, namespaces=("shop-two",)),
]


@pytest.mark.parametrize("path", ELSEWHERE, ids=["registry", "region", "namespace"])
def test_it_is_for_nothing_else(migrate: Callable[..., Any], path: MigrationPath) -> None:
    with pytest.raises(Refused, match="tcr:"):
        migrate("public", access_policy(path))
