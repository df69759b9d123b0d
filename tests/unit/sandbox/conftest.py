# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For the sandbox's own tests: a TCR without Harbor, and Harbors without a TCR, quick in their state changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.contract.target import Target
from tests.sandbox import Sandbox
from tests.sandbox.harbor import HarborServer
from tests.unit.sandbox.harbor_support import Client, put_image, running_harbor, running_target
from tests.unit.sandbox.tcr_support import Api, Opened

QUICK: dict[str, Any] = {"endpoint_opening": 0.1, "endpoint_closing": 0.1, "link_running": 0.1, "link_address": 0.2}


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Sandbox]:
    """A TCR without rate limits, its public endpoint closed."""
    with Sandbox(tmp_path, harbor_version=None, rate_limits=False, **QUICK) as sandbox:
        yield sandbox


@pytest.fixture
def api(box: Sandbox) -> Api:
    """A client of that TCR."""
    return Api(box)


@pytest.fixture
def opened(box: Sandbox, api: Api) -> Opened:
    """That TCR opened for the controller, with two namespaces and a credential."""
    api.open_public_endpoint()
    api.call("CreateSecurityPolicy", CidrBlock="127.0.0.1", Description="controller")
    for name, public in (("shop", False), ("open", True)):
        api.call("CreateNamespace", NamespaceName=name, IsPublic=public)
    token = api.call("CreateInstanceToken", TokenType="longterm", Desc="test")
    url = f"http://127.0.10.1:{box.tcr.port}"
    return Opened(box, api, url, token["Username"], token["Token"], token["TokenId"])


@pytest.fixture
def target() -> Iterator[Target]:
    """A target with the namespace `shop`."""
    with running_target("shop") as server:
        yield server


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., tuple[HarborServer, Client]]]:
    """Start a Harbor with the projects `shop` and `other`, and one image in each."""
    with ExitStack() as stack:

        def run(version: str = "2.15", **settings: Any) -> tuple[HarborServer, Client]:
            harbor = stack.enter_context(running_harbor(version, tmp_path, **settings))
            client = Client(harbor)
            for name in ("shop", "other"):
                client.make("projects", {"project_name": name})
                put_image(harbor.store, f"{name}/web", "v1")
            return harbor, client

        yield run
