# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the journeys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.journey import RETRY_SCALE, Journey, PlayedJourney
from tests.tools.matrix import Core, cores

MakeJourney = Callable[..., Journey]


@pytest.fixture
def make_journey(make_sandbox: Callable[..., Any], tmp_path: Path) -> MakeJourney:
    """Start a sandbox and return a journey through it: ``make_journey(core, network="private", variables={...})``."""
    return _maker(Journey, make_sandbox, tmp_path)


@pytest.fixture
def make_played_journey(make_sandbox: Callable[..., Any], tmp_path: Path) -> MakeJourney:
    """The same for a journey that needs no ansible-playbook, which is ten times as fast."""
    return _maker(PlayedJourney, make_sandbox, tmp_path)


def _maker(kind: type[Journey], make_sandbox: Callable[..., Any], directory: Path) -> MakeJourney:
    def make(
        core: Core | None = None,
        network: str = "public",
        variables: dict[str, Any] | None = None,
        **settings: Any,
    ) -> Journey:
        sandbox = make_sandbox(network=network, harbor_retry_scale=RETRY_SCALE, **settings)
        return kind(sandbox, core or cores()[-1], directory / "journey", network, dict(variables or {}))

    return make
