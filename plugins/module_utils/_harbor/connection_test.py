# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether Harbor can use registries, stored endpoints or others, seen from inside Harbor."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .._engine.fields import State
from .._engine.fields import url as comparable_url
from .._engine.wait import Wait
from .._errors import ApiError
from .api.client import HarborClient
from .api.errors import GATEWAY_TIMEOUT, UNHEALTHY
from .rules.registry import stored_credential_id

_UNUSABLE = (UNHEALTHY, GATEWAY_TIMEOUT)
_WORKERS = 8
# Seconds between two tests of an endpoint that cannot be used yet.
_INTERVAL = 2.0
_PENDING = "Not tested: the network is changed only by a run without check mode."


def probe_connection(client: HarborClient, registry: Mapping[str, Any]) -> State:
    """Let Harbor use an endpoint that it has stored: ``ok`` and, if it cannot, ``reason``."""
    return _probe(client, {"id": registry["id"]})


def probe_registry(client: HarborClient, url: str, kind: str, insecure: bool) -> State:
    """Let Harbor connect to a registry that it has not stored: ``ok`` and, if it cannot, ``reason``.

    :param kind: the type of endpoint, e.g. ``docker-registry``.
    :param insecure: whether its certificate is not verified.
    """
    return _probe(client, {"url": url, "type": kind, "insecure": insecure})


def with_connections(
    client: HarborClient, registries: Iterable[State], tested: Callable[[State], bool] = lambda one: True
) -> list[State]:
    """The states of endpoints, with ``connection`` (see :func:`probe_connection`) in those that are tested.

    :param tested: which of them; several are tested at a time.
    """
    registries = list(registries)
    chosen = [one for one in registries if tested(one)]
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        connections = pool.map(lambda one: probe_connection(client, one), chosen)
        found = {one["id"]: connection for one, connection in zip(chosen, connections)}
    return [{**one, "connection": found[one["id"]]} if one["id"] in found else one for one in registries]


def list_endpoints(
    client: HarborClient,
    name: str | None = None,
    url: str | None = None,
    connection_test: bool = False,
    patience: float = 0,
    predicted: bool = False,
) -> list[State]:
    """All endpoints, or those of that name and address, each with the ``credential_id`` that its description names.

    :param url: only those that hold this address.
    :param connection_test: add ``connection`` to each.
    :param patience: seconds for which to go on testing while Harbor cannot use one of them, because its network was changed.
    :param predicted: whether that change is only predicted: then a test shows nothing, and ``connection`` is pending.
    """
    found = [
        {**registry, "credential_id": stored_credential_id(registry["description"])}
        for registry in client.registries()
        if name in (None, registry["name"]) and (url is None or comparable_url(url) == comparable_url(registry["url"]))
    ]
    if not connection_test:
        return found
    if predicted and patience:
        return [{**one, "connection": {"ok": False, "pending": True, "reason": _PENDING}} for one in found]
    end = time.monotonic() + patience
    while True:
        tested = with_connections(client, found)
        remaining = end - time.monotonic()
        if remaining <= 0 or all(registry["connection"]["ok"] for registry in tested):
            return tested
        time.sleep(min(_INTERVAL, remaining))


def retry_until_usable(write: Callable[[], Any], patience: Wait) -> None:
    """Write, and repeat that while Harbor cannot use the registry and there is time left.

    :raises ApiError: Harbor's last answer.
    """
    end = patience.clock() + patience.timeout
    while True:
        try:
            write()
            return
        except ApiError as error:
            remaining = end - patience.clock()
            if error.code not in _UNUSABLE or remaining <= 0:
                raise
            patience.sleep(min(patience.interval, remaining))


def _probe(client: HarborClient, target: Mapping[str, Any]) -> State:
    try:
        client.test_registry(target)
    except ApiError as error:
        if error.code not in _UNUSABLE:
            raise
        return {"ok": False, "reason": error.message}
    return {"ok": True, "reason": ""}
