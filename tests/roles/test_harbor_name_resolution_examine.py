# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point examine of role harbor_name_resolution where Harbor has no containers on the host."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.journey import sentences
from tests.roles.harbor_host import HarborHost
from tests.support.encrypted import encrypted


class Late(BaseHTTPRequestHandler):
    """Tells a time of long ago."""

    def do_HEAD(self) -> None:
        self.send_response_only(400)
        self.send_header("Date", "Sat, 01 Nov 2025 09:16:17 GMT")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        """Nothing is printed."""


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_the_clock_of_a_host_without_containers(make_sandbox: Callable[..., Any], tmp_path: Path) -> None:
    """A clock that cannot be compared is told; without the wish to verify certificates it is compared."""
    host = HarborHost(make_sandbox(seed="none", network="private"), tmp_path / "host", "127.0.30.1")
    host.stop_engine()
    with encrypted(tmp_path, "unknown", Late) as url:
        host.variables = {
            "harbor_name_resolution_methods": ["none"],
            "harbor_name_resolution_clock_url": url,
            "harbor_name_resolution_url": "https://far.example",
        }
        host.call(("check_hosts", {}), ("check_hosts", {"tcr_validate_certs": False}))
    assert host.run.status != 0
    told = " ".join(host.run.output.split())
    assert f"The clock could not be compared: {url} gave no time. " in told, host.run.output
    assert told.count("The clock could not be compared") == 1
    assert "CERTIFICATE_VERIFY_FAILED" in told
    assert "and whether a proxy is in the way, could not be tested, because no container of Harbor was found" in told
    assert "s ahead of TCR's; more than 60 s makes the registry refuse tokens" in sentences(host.run)
