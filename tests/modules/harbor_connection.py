# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the Harbor modules share: connection options, and a TCR registry that Harbor can use."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.api.client import HarborClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.api.client import TcrClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.credentials import Credential

FLAVOURS = ("1.8", "1.10", "2.0", "2.9", "2.15")


def connection(sandbox: Any, **options: Any) -> dict[str, Any]:
    """Options of the group HARBOR, with others added or put in their place; those that are None are left out."""
    names = ("harbor_url", "harbor_username", "harbor_password")
    merged = {**{name: sandbox.facts[name] for name in names}, **options}
    return {name: value for name, value in merged.items() if value is not None}


def harbor(sandbox: Any) -> HarborClient:
    """A client of the sandbox's Harbor."""
    facts = sandbox.facts
    return HarborClient(facts["harbor_url"], facts["harbor_username"], facts["harbor_password"])


@dataclass
class Target:
    """A TCR registry with an open public endpoint, Harbor in its whitelist, and a credential."""

    tcr: TcrClient
    registry_id: str
    url: str
    access_key: str
    access_secret: str

    @property
    def credential(self) -> dict[str, str]:
        """Options of an endpoint that make Harbor log in."""
        return {"access_key": self.access_key, "access_secret": self.access_secret}

    def new_credential(self) -> dict[str, str]:
        """Another credential."""
        token = self.tcr.create_token(self.registry_id, "another")
        return {"access_key": token["Username"], "access_secret": token["Token"]}

    def revoke(self) -> None:
        """Delete all credentials."""
        for token in self.tcr.tokens(self.registry_id):
            self.tcr.delete_token(self.registry_id, token["Id"])

    def open_whitelist(self, address: str) -> None:
        """Let an address in."""
        self.tcr.create_security_policies(self.registry_id, [(address, "Harbor")])

    def close_whitelist(self) -> None:
        """Let nobody in any more."""
        while policies := self.tcr.security_policies(self.registry_id):
            last = policies[-1]
            self.tcr.delete_security_policy(self.registry_id, last["PolicyIndex"], last["PolicyVersion"])


def tcr(sandbox: Any) -> TcrClient:
    """A client of the sandbox's TCR."""
    facts = sandbox.facts
    credential = Credential(facts["tcr_secret_id"], facts["tcr_secret_key"])
    return TcrClient(credential, region=facts["tcr_region"], endpoint=facts["tcr_endpoint"])


def target(sandbox: Any) -> Target:
    """Make the sandbox's registry usable for Harbor."""
    facts, client = sandbox.facts, tcr(sandbox)
    registry_id = facts["registry_id"]
    client.open_external_endpoint(registry_id)
    end = time.monotonic() + 10
    while client.external_endpoint(registry_id)["Status"] != "Opened":
        assert time.monotonic() < end
        time.sleep(0.05)
    client.create_security_policies(registry_id, [(facts["harbor_address"], "Harbor")])
    token = client.create_token(registry_id, "Harbor")
    sandbox.journal.clear()
    return Target(client, registry_id, facts["registry_url"], token["Username"], token["Token"])
