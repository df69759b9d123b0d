# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Harbor on loopback: one flavour per API generation, its registry, its replication and its installation."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.sandbox.core.content import DOCKER_MANIFEST, MANIFEST_TYPES, ContentStore
from tests.sandbox.core.helm_charts import chart_archive
from tests.sandbox.core.network import HARBOR_CONTAINERS, Network
from tests.sandbox.core.web import Faults, Journal, Server, observe, on_demand, serve
from tests.sandbox.harbor.api.application import Application
from tests.sandbox.harbor.api.flavours import flavour_of
from tests.sandbox.harbor.api.health import HealthCheck
from tests.sandbox.harbor.api.identity import Access
from tests.sandbox.harbor.api.logins import Logins
from tests.sandbox.harbor.api.service import Service
from tests.sandbox.harbor.api.sessions import Sessions
from tests.sandbox.harbor.data_plane import OwnRegistry
from tests.sandbox.harbor.host.deployment import Deployment
from tests.sandbox.harbor.host.outbound import Outbound
from tests.sandbox.harbor.replication.replication import Engine
from tests.sandbox.harbor.settings import HarborSettings
from tests.sandbox.harbor.state import HarborState

_REGISTRY_PATHS = ("/v2/", "/service/token")
_KNOWN_TYPES = {"docker": frozenset({DOCKER_MANIFEST}), "all": MANIFEST_TYPES}


class HarborServer:
    """One Harbor. `state` and `store` let tests read everything, `deployment` is its installation, `logins` and `sessions` its users."""

    def __init__(
        self,
        version: str,
        network: Network,
        journal: Journal,
        faults: Faults,
        settings: HarborSettings,
        directory: Path,
        control_url: str = "",
    ) -> None:
        self.flavour = flavour_of(version)
        self.username = "admin"
        self.password = f"Harbor-{secrets.token_hex(8)}-1A"
        self.store = ContentStore()
        self.state = HarborState(self.store, self.password, _KNOWN_TYPES[self.flavour.copied_types])
        for project, charts in settings.harbor_charts.items():
            for name, versions in charts.items():
                for chart_version in versions:
                    self.state.charts.put(project, chart_archive(name, chart_version))
        self.deployment = Deployment(self.flavour, network, settings, Path(directory))
        self.url = ""
        self._control_url = control_url
        self.network = network
        self.settings = settings
        self.journal = journal
        self.faults = faults
        self._outbounds = {name: self._outbound(name, network, settings) for name in ("core", "jobservice")}
        self.deployment.outbounds = self._outbounds
        self.logins = Logins(self.state, settings)
        health = HealthCheck(self.flavour, self._outbounds["core"])
        self._service = Service(
            self.flavour,
            self.state,
            settings,
            Access(self.flavour, self.state),
            self.logins,
            health,
            Engine(self.flavour, self.state, settings, self._outbounds["jobservice"]),
        )
        self.sessions = Sessions(self._service)
        self._server: Server | None = None

    def start(self) -> None:
        """Write the installation and listen."""
        self.deployment.install(self._control_url)
        api = Application(self._service, self.sessions, self.deployment.gate)
        own = on_demand(OwnRegistry(self._service, self.sessions).application)
        registry = self.sessions.around(own, self.deployment.gate)
        self._server = serve(self._front(api, registry), HARBOR_CONTAINERS)
        self.url = self._service.url = self._server.url

    def close(self) -> None:
        """Stop replications, stop listening, close connections."""
        self._service.engine.close()
        if self._server is not None:
            self._server.close()
        for outbound in self._outbounds.values():
            outbound.close()

    def compose(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run a command of the stand-in for docker."""
        return self.deployment.run(request)

    @property
    def engine(self) -> Engine:
        """The replication engine."""
        return self._service.engine

    @property
    def hosts_file(self) -> Path:
        """The file that stands for the hosts file of the Harbor host."""
        return self.deployment.hosts_file

    @property
    def compose_directory(self) -> Path:
        """Where docker-compose.yml is."""
        return self.deployment.directory

    @property
    def compose_command(self) -> Path:
        """The command that stands for docker."""
        return self.deployment.command

    def _outbound(self, container: str, network: Network, settings: HarborSettings) -> Outbound:
        return Outbound(
            network,
            HARBOR_CONTAINERS,
            lambda host: self.deployment.resolve(container, host),
            settings,
        )

    def _front(self, api: Application, registry: Callable[..., Any]) -> Callable[..., Iterable[bytes]]:
        """The API and the registry behind one port, each with its own name in the journal."""
        observed_api = observe(api, "harbor", self.journal, self.faults)
        observed_registry = observe(registry, "harbor-registry", self.journal, self.faults)

        def front(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            of_registry = environ["PATH_INFO"].startswith(_REGISTRY_PATHS)
            return (observed_registry if of_registry else observed_api)(environ, start_response)

        return front
