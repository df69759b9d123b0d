# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of modules share."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Retry
from tests.modules.tcr_connection import connection, runner
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
