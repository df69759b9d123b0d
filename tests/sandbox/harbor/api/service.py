# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One Harbor as its handlers see it: flavour, database, settings, rights, connection test, and the engine."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.sandbox.core.unordered import Unordered
from tests.sandbox.harbor.api.flavour import Flavour
from tests.sandbox.harbor.api.health import HealthCheck
from tests.sandbox.harbor.api.identity import Access
from tests.sandbox.harbor.api.logins import Logins
from tests.sandbox.harbor.replication.replication import Engine
from tests.sandbox.harbor.settings import HarborSettings
from tests.sandbox.harbor.state import HarborState


@dataclass
class Service:
    """What a handler can reach. `url` is the external URL, known once the server listens."""

    flavour: Flavour
    state: HarborState
    settings: HarborSettings
    access: Access
    logins: Logins
    health: HealthCheck
    engine: Engine
    url: str = ""
    unordered: Unordered = field(default_factory=Unordered)

    @property
    def read_only(self) -> bool:
        """Whether the read-only mode is on, by setting or by configuration."""
        return self.settings.harbor_read_only or self.state.read_only

    @property
    def version(self) -> str:
        """What systeminfo says about the version."""
        return self.flavour.version if self.settings.harbor_version_shown else "-"
