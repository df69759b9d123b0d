# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of modules share."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Retry
from tests.modules.host_in_process import HostInProcess, MakeHost
from tests.modules.tcr_connection import connection, runner
from tests.support.host_state import linked
from tests.support.steps import succeed


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the pauses between the attempts of a request, which do not matter to a server on loopback."""
    monkeypatch.setattr(Retry, "pause", lambda self, attempt: time.sleep(0.02))


@pytest.fixture
def start_with_namespaces(make_sandbox: Callable[..., Any]) -> Callable[..., tuple[Any, dict[str, Any]]]:
    """Start a sandbox whose registry has the namespaces named; returns it with the connection options."""

    def start(*names: str, **settings: Any) -> tuple[Any, dict[str, Any]]:
        sandbox = make_sandbox(harbor_version=None, **{"rate_limits": False, **settings})
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
