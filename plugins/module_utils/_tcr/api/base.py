# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of the TCR client: the connection, the registries, and the region of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ..._errors import NotFound, ServerFault
from ..._http.client import Retry
from ..._tencent.client import TencentClient, collect_pages
from ..._tencent.credentials import CredentialSource
from ..._tencent.endpoints import sibling_endpoint
from ..._tencent.errors import UNKNOWN_REGISTRY_SUSPECTS

DEFAULT_ENDPOINT = "tcr.tencentcloudapi.com"
Item = dict[str, Any]

_ANY_REGION = "ap-guangzhou"
PAGE = 100
# What must be handed over about a registry, named as module tcr_instance_info returns it.
_KNOWN = ("registry_id", "status", "region", "type", "public_domain")
_LIMITS = {
    "DescribeInstances": 100.0,
    "DescribeImages": 100.0,
    "DescribeRepositories": 100.0,
    "CreateInstanceToken": 100.0,
    "ManageInternalEndpoint": 2.0,
}


class TcrBase:
    """Calls for one registry in the region where it is; thread-safe.

    Every method raises the errors of ``_errors``. A registry is only visible in its own region: when no region is
    given (nor named by the user's environment) it is looked up once for each registry.

    :param region: e.g. ``ap-guangzhou``.
    :param endpoint: host or URL of the API.
    :param timeout: seconds to wait for a connection and for each part of an answer; for all of it, twice as long.
    :param known_registry: a registry that was looked up before, see :meth:`known_registry`.
    """

    def __init__(
        self,
        credential: CredentialSource,
        region: str | None = None,
        endpoint: str = DEFAULT_ENDPOINT,
        validate_certs: bool = True,
        ca_path: str | None = None,
        timeout: float = 60,
        retry: Retry | None = None,
        known_registry: Mapping[str, Any] | None = None,
    ) -> None:
        self.region = region or credential.region
        self._known_registry = known_registry or {}
        self._regions: dict[str, str] = {}
        connect = partial(
            TencentClient, credential, validate_certs=validate_certs, ca_path=ca_path, timeout=timeout, retry=retry
        )
        self._client = connect("tcr", "2019-09-24", endpoint, limits=_LIMITS)
        self._connect_to_tags = partial(connect, "tag", "2018-08-13", sibling_endpoint(endpoint, "tcr", "tag"))
        self.redactor = self._client.redactor

    def instances(
        self, registry_ids: Sequence[str] | None = None, name: str | None = None, all_regions: bool = False
    ) -> list[Item]:
        """DescribeInstances: the registries of the region; without a region, those of all regions.

        An unknown id gives an empty list; the API answers it with an empty list or with an error.

        :param name: exact name; the API's own filter may be fuzzy.
        """
        parameters: Item = {"Limit": PAGE}
        if registry_ids:
            parameters["Registryids"] = list(registry_ids)
        if name:
            parameters["Filters"] = [{"Name": "RegistryName", "Values": [name]}]
        if all_regions or not self.region:
            parameters["AllRegion"] = True
        try:
            found = collect_pages(
                lambda offset: self._client.call(
                    "DescribeInstances", {**parameters, "Offset": offset}, self.region or _ANY_REGION
                ),
                "Registries",
                key=lambda one: one.get("RegistryId"),
                offsets=lambda pages, count: [count],
                first=0,
            )
        except NotFound:
            return []
        except ServerFault as error:
            if registry_ids and error.code in UNKNOWN_REGISTRY_SUSPECTS:
                return []
            raise
        return [one for one in found if name is None or one.get("RegistryName") == name]

    @property
    def clock_offset(self) -> float | None:
        """Seconds by which the clock of the API was ahead of this host's at the last answer; ``None`` before one."""
        return self._client.clock_offset

    def remember_registry(self, registry: Item) -> None:
        """Use what was just found out about a registry, as :meth:`known_registry` returns it, instead of asking again."""
        self._known_registry = dict(registry)

    def known_registry(self, registry_id: str) -> Item | None:
        """What was handed over about a registry, if it is this one, was Running, and lies where this client looks.

        Anything else is looked up again, so that errors are the same as if nothing had been handed over.
        """
        known = self._known_registry
        complete = all(known.get(name) for name in _KNOWN)
        if not complete or known["registry_id"] != registry_id or known["status"] != "Running":
            return None
        return dict(known) if self.region in (None, known["region"]) else None

    def instance_region(self, registry_id: str) -> str:
        """The region of a registry: the one given, else the one in which the registry is found.

        :raises NotFound: the account has no such registry in any region.
        """
        if self.region:
            return self.region
        known = self.known_registry(registry_id)
        if known is not None:
            return str(known["region"])
        if registry_id not in self._regions:
            for one in self.instances([registry_id]):
                self._regions[str(one.get("RegistryId"))] = str(one.get("RegionName"))
        if registry_id not in self._regions:
            raise NotFound(
                f"No registry {registry_id!r} was found in any region of this account.",
                advice="Check registry_id (tcr_instance_info lists all registries) and whose key is used.",
            )
        return self._regions[registry_id]

    def _call(self, action: str, registry_id: str, parameters: Mapping[str, Any] | None = None) -> Item:
        return self._client.call(
            action, {"RegistryId": registry_id, **(parameters or {})}, self.instance_region(registry_id)
        )
