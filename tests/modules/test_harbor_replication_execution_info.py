# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module harbor_replication_execution_info against every flavour of the sandbox."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules.harbor_connection import FLAVOURS, connection, harbor, target
from tests.support.modules import run_module
from tests.support.steps import succeed

run = partial(run_module, "harbor_replication_execution_info")


@pytest.mark.parametrize("version", FLAVOURS)
def test_what_runs_is_listed_until_it_ends(make_sandbox: Callable[..., Any], version: str) -> None:
    sandbox = make_sandbox(
        harbor_version=version, network="public", harbor_stuck=["library/nginx"], harbor_status_lag_seconds=0.1
    )
    assert succeed(run, connection(sandbox))["executions"] == []
    client, usable = harbor(sandbox), target(sandbox)
    registry = client.create_registry({"name": "x", "type": "docker-registry", "url": usable.url, **usable.credential})
    body = {"name": "nightly", "dest_registry": {"id": registry}, "enabled": True, "trigger": {"type": "manual"}}
    policy = client.create_policy({**body, "filters": [{"type": "name", "value": "library/nginx"}]})
    execution = client.start_execution(policy)
    (found,) = succeed(run, connection(sandbox), check=True)["executions"]
    assert (found["id"], found["policy"]) == (execution, "nightly")
    assert succeed(run, connection(sandbox, query="[].policy"))["executions"] == ["nightly"]
    client.stop_execution(execution)
    end = time.monotonic() + 20
    while succeed(run, connection(sandbox))["executions"] and time.monotonic() < end:
        time.sleep(0.1)
    assert succeed(run, connection(sandbox))["executions"] == []
