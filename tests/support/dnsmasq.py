# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real dnsmasq on loopback."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import socket
import struct
import subprocess
from pathlib import Path

PLACES = "/usr/local/sbin:/usr/sbin:/sbin"


def find_dnsmasq() -> str | None:
    """The program of the Debian package dnsmasq-base, which is installed where that is possible."""
    found = shutil.which("dnsmasq", path=f"{os.environ.get('PATH', '')}:{PLACES}")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "dnsmasq-base"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False
        )
        found = shutil.which("dnsmasq", path=PLACES)
    return found


class Resolver:
    """A dnsmasq that reads one directory, started again by a script as a service manager would."""

    def __init__(self, program: str, directory: Path) -> None:
        self.records = directory / "records"
        self.records.mkdir(parents=True)
        self._pid = directory / "dnsmasq.pid"
        self.port = _free_port()
        self.restart = directory / "restart"
        self.restart.write_text(
            f"#!/bin/sh\n{self._stop()}\nexec {program} --port={self.port} --listen-address=127.0.0.1 --bind-interfaces "
            f"--no-resolv --no-hosts --user= --conf-file=/dev/null --conf-dir={self.records} --pid-file={self._pid}\n"
        )
        self.restart.chmod(0o755)
        subprocess.run([str(self.restart)], timeout=10, check=True)

    def _stop(self) -> str:
        return (
            f'if [ -s {self._pid} ]; then kill "$(cat {self._pid})"; while [ -s {self._pid} ]; do sleep 0.05; done; fi'
        )

    def close(self) -> None:
        """Stop it."""
        subprocess.run(["sh", "-c", self._stop()], timeout=10, check=True)

    def ask(self, name: str) -> str | None:
        """The address of a name; None when there is none."""
        labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
        question = struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", 1, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(5)
            client.sendto(question, ("127.0.0.1", self.port))
            answer = client.recv(512)
        count = struct.unpack(">H", answer[6:8])[0]
        return socket.inet_ntoa(answer[-4:]) if count else None


def _free_port() -> int:
    """A port of loopback that is free for UDP and TCP, and that no server or client gets that asks for any port.

    Servers of other tests take those that the system hands out, between the choice of this one and its use as well.
    """
    for port in random.sample(range(15000, 30000), 50):
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as streams,
            contextlib.suppress(OSError),
        ):
            datagrams.bind(("127.0.0.1", port))
            streams.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port between 15000 and 30000")
