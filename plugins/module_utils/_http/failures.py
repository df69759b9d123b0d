# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a failure of the library requests means: was the request certainly not executed, or is that unknown?

Only whether the request was sent decides about that. The kind of the exception decides which cause is named.
"""

from __future__ import annotations

import contextlib
import ssl
from dataclasses import dataclass
from typing import Any

with contextlib.suppress(ImportError):  # reported by the client, which cannot be made without it
    import requests

from .._errors import CertificateRefused, InvalidInput, OutcomeUnknown, Unreachable
from .redaction import Redactor


@dataclass(frozen=True)
class Limits:
    """The seconds that there were for a connection and for each part of the answer, and for everything."""

    part: float
    whole: float


def failure_of(
    where: str, error: Exception, sent: bool, limits: Limits, redactor: Redactor, option: str
) -> InvalidInput | Unreachable | OutcomeUnknown:
    """The failure as an error of the collection.

    :param where: method and address, for the message.
    :param sent: whether the server may have got something of the request.
    :param option: what the user calls the address.
    """
    where = redactor(where)
    if sent:
        return _outcome_unknown(where, error, limits, redactor)
    return _invalid_request(where, error) or _not_connected(where, error, limits, redactor, option)


def _outcome_unknown(where: str, error: Exception, limits: Limits, redactor: Redactor) -> OutcomeUnknown:
    if isinstance(error, requests.exceptions.Timeout):
        part = isinstance(error, requests.exceptions.ReadTimeout)
        return OutcomeUnknown(
            f"{where}: no {'answer' if part else 'complete answer'} within "
            f"{limits.part if part else limits.whole:g} seconds.",
            advice="Raise the time-out, or check the load of the server.",
        )
    return OutcomeUnknown(f"{where}: the connection ended before an answer came: {redactor(_root_cause(error))}.")


def _invalid_request(where: str, error: Exception) -> InvalidInput | None:
    """What no repetition can repair. The messages of requests quote it, and it may be a secret that no redactor knows."""
    # Older versions of requests leave some of it to http.client, which raises nothing but a ValueError.
    if isinstance(error, (requests.exceptions.InvalidHeader, UnicodeError)) or str(error).startswith("Invalid header"):
        return InvalidInput(
            f"{where}: not sent, because a user name, key or token contains a line break or a character that is not Latin-1.",
            advice="Correct the credentials; perhaps they were read from a file with an empty line in it, or copied "
            "from a page that changed a character.",
        )
    # InvalidURL, InvalidProxyURL, InvalidSchema and MissingSchema are values that are wrong, as requests sees it.
    if isinstance(error, ValueError):
        return InvalidInput(
            f"{where}: not sent, because this address or that of the proxy cannot be used.",
            advice="Correct HTTPS_PROXY or HTTP_PROXY where the module runs: http://user:password@host:port, with "
            "percent-encoded characters in user and password ('/' is %2F); socks5:// needs the Python library PySocks.",
        )
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
        return InvalidInput(
            f"{where}: not sent, because the certificate authorities to trust cannot be read.",
            advice="Set REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE to a PEM file or a directory that exists, or unset them.",
        )
    return None


def _not_connected(where: str, error: Exception, limits: Limits, redactor: Redactor, option: str) -> Unreachable:
    reason = redactor(_root_cause(error))
    if any(_about_certificate(cause) for cause in _chain(error)):
        return CertificateRefused(
            f"{where}: the TLS certificate was not accepted: {reason}.",
            advice=f"Give the certificate authority that signed it, or correct the host name in {option}.",
        )
    if isinstance(error, requests.exceptions.ProxyError):
        return Unreachable(
            f"{where}: the proxy refused or failed: {reason}.",
            advice="Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY where the module runs.",
        )
    if isinstance(error, requests.exceptions.SSLError):
        return Unreachable(
            f"{where}: no TLS connection: {reason}.",
            advice=f"Check {option}: that https and the port are right, and that nothing in between interferes.",
        )
    if isinstance(error, requests.exceptions.Timeout):
        part = isinstance(error, (requests.exceptions.ConnectTimeout, requests.exceptions.ReadTimeout))
        return Unreachable(
            f"{where}: no connection within {limits.part if part else limits.whole:g} seconds.",
            advice=f"Check {option}, and name resolution, route and firewall between this host and the server.",
        )
    return Unreachable(
        f"{where}: no connection: {reason}.",
        advice=f"Check {option}: that its name resolves, and that a server listens there.",
    )


def _about_certificate(cause: BaseException) -> bool:
    # That of urllib3 has no common base in its versions: a certificate for another host.
    return isinstance(cause, ssl.SSLCertVerificationError) or type(cause).__name__ == "CertificateError"


def _chain(error: BaseException) -> list[BaseException]:
    """The error and its causes, outermost first, through the wrappers of requests and urllib3."""
    chain: list[BaseException] = []
    current: Any = error
    while isinstance(current, BaseException) and current not in chain:
        chain.append(current)
        current = _cause(current)
    return chain


def _cause(error: BaseException) -> BaseException | None:
    reason = getattr(error, "reason", None)
    candidates = [reason, *error.args, error.__cause__]
    # What was being handled meanwhile may have nothing to do with it, e.g. an empty queue of urllib3.
    if not error.__suppress_context__ and (isinstance(error.__context__, OSError) or _of_urllib3(error.__context__)):
        candidates.append(error.__context__)
    return next((candidate for candidate in candidates if isinstance(candidate, BaseException)), None)


def _of_urllib3(error: BaseException | None) -> bool:
    return any(kind.__module__.partition(".")[0] == "urllib3" for kind in type(error).__mro__)


def _root_cause(error: BaseException) -> str:
    last = _chain(error)[-1]
    text = str(last) or type(last).__name__
    return text.rsplit(">: ", maxsplit=1)[-1].rstrip(".")
