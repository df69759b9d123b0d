# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole sandbox: TCR, Harbor, their network, journal, faults and remote control in one process."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.sandbox.core.control import control_application
from tests.sandbox.core.network import CONTROLLER, HARBOR_CONTAINERS, PUBLIC_DATA_PLANE, Network
from tests.sandbox.core.web import Faults, Journal, Server, on_demand, serve
from tests.sandbox.harbor import HarborServer
from tests.sandbox.harbor.demonstration import fill, fill_with_accessories
from tests.sandbox.settings import Settings
from tests.sandbox.tcr.server import REGION, SECOND_SUBNET, SUBNET, VPC, TcrServer

SEEDS: dict[str, Callable[[HarborServer], dict[str, dict[str, str]]]] = {
    "demo": fill,
    "accessories": fill_with_accessories,
    "none": lambda _harbor: {},
}
NETWORKS = {"public": [CONTROLLER], "private": [CONTROLLER, HARBOR_CONTAINERS]}


class Sandbox:
    """A TCR and, unless `harbor_version` is None, a Harbor; use it as a context manager.

    `seed` "demo" fills Harbor with images, "accessories" with images that have signatures and SBOMs (see
    core/accessories.py), "none" leaves it empty. `network` "public" puts Harbor outside the
    VPC, so that no private link helps it; "private" puts it inside. Further keyword arguments are settings.
    Raises ValueError for an unknown seed, network, setting or Harbor version.
    """

    def __init__(
        self,
        directory: Path,
        harbor_version: str | None = "2.15",
        seed: str = "demo",
        network: str = "private",
        **settings: Any,
    ) -> None:
        if seed not in SEEDS:
            raise ValueError(f"seed {seed!r} is not one of {', '.join(SEEDS)}")
        if network not in NETWORKS:
            raise ValueError(f"network {network!r} is not one of {', '.join(NETWORKS)}")
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.settings = Settings(vpc_members=list(NETWORKS[network]))
        self.settings.update(**settings)
        self.journal = Journal()
        self.faults = Faults()
        self.network = Network(lambda: self.settings.vpc_members)
        self.tcr = TcrServer(self.network, self.journal, self.faults, self.settings)
        self.harbor: HarborServer | None = None
        self._control: Server | None = None
        self.images: dict[str, dict[str, str]] = {}
        self._harbor_version = harbor_version
        self._seed = seed

    def start(self) -> Sandbox:
        """Open all ports, fill Harbor and write sandbox.json."""
        try:
            self.tcr.start()
            self._control = serve(on_demand(lambda: control_application(self)), CONTROLLER)
            if self._harbor_version is not None:
                self._start_harbor(self._harbor_version, self._control.url)
        except BaseException:
            self.close()
            raise
        self._write_facts()
        return self

    def close(self) -> None:
        """Close all ports and wait for their threads."""
        self.facts_file.unlink(missing_ok=True)
        if self._control is not None:
            self._control.close()
        if self.harbor is not None:
            self.harbor.close()
        self.tcr.close()

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def facts(self) -> dict[str, Any]:
        """Everything that a client must know: addresses, credentials, ids, paths (the content of sandbox.json)."""
        tcr = self.tcr
        known = {
            "directory": str(self.directory),
            "control_url": self._control.url if self._control else "",
            "tcr_endpoint": tcr.url,
            "tcr_secret_id": tcr.account.secret_id,
            "tcr_secret_key": tcr.account.secret_key,
            "restricted_secret_id": tcr.restricted.secret_id,
            "restricted_secret_key": tcr.restricted.secret_key,
            "tcr_region": REGION,
            "registry_id": tcr.registry.id,
            "registry_name": tcr.registry.name,
            "public_domain": tcr.registry.public_domain,
            "registry_port": tcr.port,
            "registry_url": f"http://{tcr.registry.public_domain}:{tcr.port}",
            "public_address": PUBLIC_DATA_PLANE,
            "vpc_id": VPC,
            "subnet_id": SUBNET,
            "second_subnet_id": SECOND_SUBNET,
            "harbor_address": HARBOR_CONTAINERS,
        }
        if self.harbor is not None:
            known.update(
                harbor_url=self.harbor.url,
                harbor_username=self.harbor.username,
                harbor_password=self.harbor.password,
                hosts_file=str(self.harbor.hosts_file),
                compose_directory=str(self.harbor.compose_directory),
                compose_command=str(self.harbor.compose_command),
            )
        return known

    @property
    def facts_file(self) -> Path:
        """Path of sandbox.json, which exists while the sandbox is up."""
        return self.directory / "sandbox.json"

    def _write_facts(self) -> None:
        """Write the facts whole or not at all: whoever waits for the file may read it as soon as it is there."""
        temporary = self.directory / "sandbox.json.new"
        temporary.write_text(json.dumps(self.facts, indent=2) + "\n", encoding="utf-8")
        os.replace(temporary, self.facts_file)

    def _start_harbor(self, version: str, control_url: str) -> None:
        self.harbor = HarborServer(
            version, self.network, self.journal, self.faults, self.settings, self.directory, control_url
        )
        self.harbor.start()
        self.images = SEEDS[self._seed](self.harbor)
