# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How role harbor_name_resolution replaces the hosts file: at once and as a whole, with what belongs to the old file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.journey import MARKER, sentences
from tests.roles.harbor_host import HarborHost, linked

MAIN: tuple[str, dict[str, Any]] = ("main", {"harbor_name_resolution_methods": ["hosts_file"]})
TARGET = Path(__file__).parent / "target"
LABEL = "system_u:object_r:net_conf_t:s0"


@pytest.fixture
def host(make_sandbox: Callable[..., Any], tmp_path: Path) -> HarborHost:
    """A host without containers, so that nothing but the file counts; Harbor gets the address from elsewhere."""
    sandbox = make_sandbox(seed="none", network="private")
    host = HarborHost(sandbox, tmp_path / "host", linked(sandbox))
    host.stop_engine()
    sandbox.network.recreate_containers({host.name: host.address})
    return host


def test_the_file_is_replaced_with_mode_owner_and_label(host: HarborHost, tmp_path: Path) -> None:
    """A stand-in for libselinux keeps the labels: a new file has another label until it is given that of the old one."""
    file, labels = host.hosts_file, tmp_path / "labels.json"
    before = file.read_text()
    file.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(file, 1234, 1234)
    old = file.stat()
    # An open file shows what a reader sees that began before the change.
    with file.open() as reader:
        labels.write_text(json.dumps({str(old.st_ino): LABEL}))
        host.environment = {"PYTHONPATH": str(TARGET), "LABELS": str(labels)}
        assert host.call(MAIN) == [["create hosts block"]]
        assert host.run.status == 0, host.run.output
        assert reader.read() == before
    new = file.stat()
    assert new.st_ino != old.st_ino
    assert (new.st_mode, new.st_uid, new.st_gid) == (old.st_mode, old.st_uid, old.st_gid)
    assert json.loads(labels.read_text())[str(new.st_ino)] == LABEL
    assert f"# BEGIN {MARKER}\n" in file.read_text()
    (copy,) = file.parent.glob(f"{file.name}.*~")
    assert copy.read_text() == before


def test_a_file_that_cannot_be_replaced_is_told(host: HarborHost) -> None:
    """As the hosts file of a host that is a container, where it is mounted by itself."""
    before = host.hosts_file.read_text()
    host.environment = {"PYTHONPATH": str(TARGET), "MOUNTED": str(host.hosts_file)}
    host.call(MAIN)
    assert host.run.status != 0
    said = sentences(host.run)
    assert f"{host.hosts_file} could not be written: " in said, host.run.output
    assert "set migration_hosts_file to the file that is mounted there, or leave hosts_file out" in said
    assert host.hosts_file.read_text() == before
    assert "Traceback" not in host.run.output
