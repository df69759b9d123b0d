# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of modules share."""

from __future__ import annotations

import time

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._api.http import Retry


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the pauses between the attempts of a request, which do not matter to a server on loopback."""
    monkeypatch.setattr(Retry, "pause", lambda self, attempt: time.sleep(0.02))
