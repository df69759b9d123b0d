# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the tests of the Tencent client: a scripted server and its address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.core.web import serve
from tests.unit.tencent.tencent_support import Script


@pytest.fixture
def script() -> Script:
    """What the server answers; one good answer for ever unless a test says otherwise."""
    return Script()


@pytest.fixture
def url(script: Script) -> Iterator[str]:
    """The address of a server that answers as ``script`` says."""
    server = serve(script, "127.0.0.1")
    yield server.url
    server.close()
