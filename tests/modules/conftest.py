# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of modules share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Retry
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.client import RateLimiter
from tests.modules.host_in_process import HostInProcess, MakeHost
from tests.modules.tcr_connection import connection, runner
from tests.support.direct import direct_calls
from tests.support.host_state import linked
from tests.support.steps import succeed


@pytest.fixture(autouse=True)
def held_back(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Let no request wait: neither before another attempt, nor for the sake of a rate limit unless this is not empty."""
    limited: list[bool] = []
    wait = RateLimiter.wait
    monkeypatch.setattr(Retry, "pause", lambda self, attempt: time.sleep(0.02))
    monkeypatch.setattr(RateLimiter, "wait", lambda self, action: wait(self, action) if limited else None)
    return limited


@pytest.fixture(autouse=True)
def direct(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let calls of modules reach the sandbox without a connection, but in tests that are about connections."""
    if request.node.get_closest_marker("over_http"):
        yield
        return
    with direct_calls():
        yield


@pytest.fixture
def make_sandbox(make_sandbox: Callable[..., Any], held_back: list[bool]) -> Callable[..., Any]:
    """Start sandboxes as everywhere, but without the rate limits of the API unless the test asks for them."""

    def start(**settings: Any) -> Any:
        settings = {"rate_limits": False, **settings}
        if settings["rate_limits"]:
            held_back.append(True)
        return make_sandbox(**settings)

    return start


@pytest.fixture
def start_with_namespaces(make_sandbox: Callable[..., Any]) -> Callable[..., tuple[Any, dict[str, Any]]]:
    """Start a sandbox whose registry has the namespaces named; returns it with the connection options."""

    def start(*names: str, **settings: Any) -> tuple[Any, dict[str, Any]]:
        sandbox = make_sandbox(harbor_version=None, **settings)
        options = connection(sandbox)
        succeed(runner("tcr_namespace"), {**options, "namespaces": [{"name": name} for name in names]})
        sandbox.journal.clear()
        return sandbox, options

    return start


@pytest.fixture
def make_host(make_sandbox: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeHost:
    """Start a sandbox with a private link; returns the host on which its Harbor runs."""

    def make(seed: str = "none", harbor_version: str = "2.15", **settings: Any) -> HostInProcess:
        sandbox = make_sandbox(seed=seed, harbor_version=harbor_version, network="private", **settings)
        host = HostInProcess(sandbox, tmp_path / "host", linked(sandbox))
        host.directory.mkdir()
        host.use_programs(monkeypatch)
        return host

    return make


@pytest.fixture
def host(make_host: MakeHost) -> HostInProcess:
    """The host of a Harbor without images."""
    return make_host()
