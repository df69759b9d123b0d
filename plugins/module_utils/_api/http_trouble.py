# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a failure of the library requests means: was the request certainly not executed, or is that unknown?"""

from __future__ import annotations

import contextlib
from typing import Any

with contextlib.suppress(ImportError):  # told by the client, which cannot be made without it
    import requests

from ansible_collections.cloud_registry.migration.plugins.module_utils._api.redaction import Redactor
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import OutcomeUnknown, Unreachable


def trouble(
    where: str, error: requests.RequestException, timeout: float, whole: float, redactor: Redactor, option: str
) -> Unreachable | OutcomeUnknown:
    """The failure as an error of the collection.

    :param where: method and address, for the message.
    :param timeout: the seconds that there were for a connection and for each part of the answer.
    :param whole: the seconds that there were for everything.
    :param option: what the user calls the address.
    """
    where, reason = redactor(where), redactor(_root_cause(error))
    if isinstance(error, requests.exceptions.SSLError):
        return Unreachable(
            f"{where}: the TLS certificate was not accepted: {reason}.",
            advice=f"Give the certificate authority that signed it, or correct the host name in {option}.",
        )
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return Unreachable(
            f"{where}: no connection within {timeout:g} seconds.",
            advice=f"Check {option}, and route and firewall between this host and the server.",
        )
    if isinstance(error, requests.exceptions.ProxyError):
        return Unreachable(
            f"{where}: the proxy refused or failed: {reason}.",
            advice="Check HTTPS_PROXY and NO_PROXY here.",
        )
    if isinstance(error, requests.exceptions.Timeout):
        part = isinstance(error, requests.exceptions.ReadTimeout)
        return OutcomeUnknown(
            f"{where}: no {'answer' if part else 'complete answer'} within {timeout if part else whole:g} seconds.",
            advice="Raise the time-out, or check the server's load.",
        )
    if isinstance(error, requests.exceptions.ConnectionError) and _not_connected(error):
        return Unreachable(
            f"{where}: no connection: {reason}.",
            advice=f"Check {option}: that its name resolves, and that a server listens there.",
        )
    return OutcomeUnknown(f"{where}: the connection ended before an answer came: {reason}.")


def _chain(error: BaseException) -> list[BaseException]:
    """The error and its causes, outermost first, through the wrappers of requests and urllib3."""
    chain: list[BaseException] = []
    current: Any = error
    while isinstance(current, BaseException) and current not in chain:
        chain.append(current)
        inner = getattr(current, "reason", None)
        if not isinstance(inner, BaseException):
            inner = next((argument for argument in current.args if isinstance(argument, BaseException)), None)
        current = inner or current.__cause__ or current.__context__
    return chain


def _not_connected(error: BaseException) -> bool:
    return any(type(cause).__name__ in ("NewConnectionError", "NameResolutionError") for cause in _chain(error))


def _root_cause(error: BaseException) -> str:
    last = _chain(error)[-1]
    text = str(last) or type(last).__name__
    return text.rsplit(">: ", maxsplit=1)[-1].rstrip(".")
