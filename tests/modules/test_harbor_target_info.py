# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module harbor_target_info against every flavour of the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules.harbor_connection import FLAVOURS, connection, harbor, target
from tests.support.modules import run_module
from tests.support.steps import succeed

run = partial(run_module, "harbor_target_info")


@pytest.mark.parametrize("version", FLAVOURS)
def test_harbor_tries_and_stores_nothing(make_sandbox: Callable[..., Any], version: str) -> None:
    sandbox = make_sandbox(harbor_version=version, seed="none", network="public")
    options = connection(sandbox, url=sandbox.facts["registry_url"])
    closed = succeed(run, options)["target"]
    assert closed["ok"] is False
    assert sandbox.facts["registry_url"] in closed["reason"]
    target(sandbox)
    for check in (True, False):
        assert succeed(run, options, check=check)["target"] == {"ok": True, "reason": ""}
    assert succeed(run, {**options, "query": "ok"})["target"] is True
    assert harbor(sandbox).registries() == []
    assert not sandbox.journal.writes("harbor")
