# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection test of an endpoint, which core does whenever one is created, changed or pinged."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.sandbox.harbor.api.flavour import Flavour
from tests.sandbox.harbor.host.outbound import Dropped, Outbound, TokenSession, Unreachable
from tests.sandbox.harbor.state import Registry

_TCR_DOMAIN = ".tencentcloudcr.com"
_TCR_KEY = "AKID"


class Unhealthy(Exception):
    """The target did not answer well; the text says why, which Harbor only logs."""


class AdapterError(Exception):
    """No client could be made for an endpoint."""


class GatewayTimeout(Exception):
    """Core waits for a target that does not answer, longer than nginx waits for core."""


class HealthCheck:
    """Tests endpoints of one Harbor."""

    def __init__(self, flavour: Flavour, outbound: Outbound) -> None:
        self._flavour = flavour
        self._outbound = outbound

    def check(self, registry: Registry) -> None:
        """Ask /v2/ of the target with the credentials of the endpoint. Raises Unhealthy, AdapterError, GatewayTimeout.

        Without credentials, 401 and 403 count as healthy: the target is there.
        """
        if registry.type not in self._flavour.kinds.split():
            raise AdapterError(f"no adapter factory for type '{registry.type}' registered")
        if registry.type == "tencent-tcr":
            self._check_tencent(registry)
        session = session_to(self._outbound, registry)
        try:
            answer = session.request(self._flavour.health_method, "/v2/")
        except Dropped as problem:
            if not self._flavour.dial_timeout:
                raise GatewayTimeout from problem
            raise Unhealthy(str(problem)) from problem
        except Unreachable as problem:
            raise Unhealthy(str(problem)) from problem
        if answer.status // 100 == 2 or (not registry.access_key and answer.status in (401, 403)):
            return
        raise Unhealthy(f"http status code: {answer.status}, body: {answer.text}")

    @staticmethod
    def _check_tencent(registry: Registry) -> None:
        """The kind tencent-tcr wants a cloud API key and reaches the public cloud API, which is not part of the sandbox."""
        if not registry.access_key.startswith(_TCR_KEY):
            raise AdapterError(
                "[tencent-tcr.newAdapter] Please use SecretId/SecretKey, NOT docker login Username/Password"
            )
        if _TCR_DOMAIN not in (urlsplit(registry.url).hostname or ""):
            raise AdapterError("[tencent-tcr.newAdapter] Invalid TCR instance endpoint")
        raise AdapterError("[tencent-tcr.getRegistryInfo] dial tcp: lookup tcr.tencentcloudapi.com: no such host")


def session_to(outbound: Outbound, registry: Registry) -> TokenSession:
    """A session with the stored credentials of an endpoint."""
    return TokenSession(outbound, registry.url, registry.access_key, registry.access_secret, registry.insecure)
