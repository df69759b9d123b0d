# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a container of Harbor reaches the registry and trusts its certificate, asked of programs inside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from .._http.readable import readable
from .commands import Host

# Where programs in Go look, in their order (crypto/x509, root_linux.go). Harbor's images have the second and append the
# authorities of the site to it when they start (make/photon/common/install_cert.sh).
BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
# The status is one that neither a container engine nor a shell gives by itself.
NO_BUNDLE = 33
FIND_BUNDLE = ("sh", "-c", f"for file in {' '.join(BUNDLES)}; do test -s $file && exit 0; done; exit {NO_BUNDLE}")

# The container engine's own statuses: it cannot run this, or there is no such program in the image.
CANNOT_RUN = (125, 126, 127)
_CURL = ("curl", "--silent", "--show-error", "--output", "/dev/null", "--max-time", "20", "--write-out", "%{http_code}")
_CURL_UNTRUSTED = frozenset({51, 58, 60, 77, 83, 91})
# The handshake failed. Whoever is not let in by the registry gets a reset there, which says nothing about certificates.
_CURL_HANDSHAKE = 35
_CURL_UNREACHED = {
    5: "cannot resolve the name of the proxy",
    6: "cannot resolve the name",
    7: "finds nobody listening",
    28: "gets no answer in time",
}
_CERTIFICATE = re.compile(r"certificate|unknown ca\b", re.IGNORECASE)
_CUT = re.compile(r"reset by peer|SSL_ERROR_SYSCALL|unexpected eof|(?:read|write):errno", re.IGNORECASE)
_CUT_OFF = "has its connection cut, by a firewall or because the whitelist lacks its address, at the host"
_OPENSSL_UNTRUSTED = re.compile(r"verif(?:y|ication) error|certificate verify failed|verify error", re.IGNORECASE)
_OPENSSL_UNREACHED = re.compile(r"connect:errno|BIO_|getaddrinfo|Connection refused|timed out", re.IGNORECASE)

Problem = dict[str, str]


class ProbeStatus(Enum):
    """What a program found out about an address."""

    REACHED = "reached"
    UNTRUSTED = "untrusted"
    UNREACHED = "unreached"
    UNKNOWN = "unknown"
    NO_PROGRAM = "no program"


@dataclass(frozen=True)
class ProbeResult:
    """What was found out about an address, and the program's sentence about it."""

    status: ProbeStatus
    text: str = ""


def probe_registry_access(
    host: Host, inside: Sequence[str], container: str, url: str, public_url: str | None
) -> Iterator[Problem]:
    """What keeps a container from the registry, as ``{kind, text}`` with kind trust, connection or untested.

    :param inside: the command that runs something in the container.
    :param url: an address of the registry.
    :param public_url: an address that everybody trusts. It is tried where the registry is not reached yet, because the
        registry's certificate comes from a public authority as well; none when the registry must be reached now. Without
        encryption it tells nothing.
    """
    encrypted = url.startswith("https:")
    if encrypted and host.run([*inside, *FIND_BUNDLE]).status == NO_BUNDLE:
        yield _problem("trust", without_authorities(container))
        return
    result = _probe(host, inside, url)
    if result.status is ProbeStatus.UNTRUSTED:
        yield _problem("trust", untrusted(container, url, result.text))
        return
    if result.status is ProbeStatus.UNREACHED:
        yield _problem("connection", unreached(container, url, result.text))
    if result.status is ProbeStatus.REACHED or not encrypted:
        return
    fallback = (public_url or "").startswith("https:") and result.status is ProbeStatus.UNREACHED
    other = _probe(host, inside, str(public_url)) if fallback else result
    if other.status is ProbeStatus.UNTRUSTED:
        yield _problem("trust", untrusted(container, str(public_url), other.text))
    elif other.status is not ProbeStatus.REACHED:
        yield _problem("untested", untested(container, url, _reason(result, str(public_url) if fallback else "")))


def _probe(host: Host, inside: Sequence[str], url: str) -> ProbeResult:
    """Try an address with curl, or with openssl where the image has no curl."""
    ended = host.run([*inside, *curl_command(url)])
    result = parse_curl_result(ended.status, ended.errors)
    if result.status is not ProbeStatus.NO_PROGRAM or not url.startswith("https:"):
        return result
    ended = host.run([*inside, *openssl_command(url)])
    return parse_openssl_result(ended.status, ended.output, ended.errors)


def curl_command(url: str) -> list[str]:
    """The curl command that asks for a URL."""
    return [*_CURL, url]


def parse_curl_result(status: int, errors: str) -> ProbeResult:
    """What the end of :func:`curl_command` means."""
    if status in CANNOT_RUN:
        return ProbeResult(ProbeStatus.NO_PROGRAM)
    if status in _CURL_UNTRUSTED or (status == _CURL_HANDSHAKE and _CERTIFICATE.search(errors)):
        return ProbeResult(ProbeStatus.UNTRUSTED, readable(errors))
    if status and _CUT.search(errors):
        return ProbeResult(ProbeStatus.UNREACHED, _CUT_OFF)
    if status in _CURL_UNREACHED:
        return ProbeResult(ProbeStatus.UNREACHED, _CURL_UNREACHED[status])
    return ProbeResult(ProbeStatus.REACHED if status == 0 else ProbeStatus.UNKNOWN, readable(errors))


def openssl_command(url: str) -> list[str]:
    """The openssl command that connects to the host of a URL and demands a certificate that is trusted."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    options = ["-servername", host, "-verify_return_error", "-verify_hostname", host]
    return ["openssl", "s_client", "-connect", f"{host}:{parts.port or 443}", *options]


def parse_openssl_result(status: int, output: str, errors: str) -> ProbeResult:
    """What the end of :func:`openssl_command` means."""
    if status in CANNOT_RUN:
        return ProbeResult(ProbeStatus.NO_PROGRAM)
    both = f"{errors}\n{output}"
    reason = next((line.strip() for line in both.splitlines() if _OPENSSL_UNTRUSTED.search(line)), "")
    if reason and status:
        return ProbeResult(ProbeStatus.UNTRUSTED, readable(reason))
    if status and _OPENSSL_UNREACHED.search(both):
        return ProbeResult(ProbeStatus.UNREACHED, "cannot connect to the host")
    if status and _CUT.search(both):
        return ProbeResult(ProbeStatus.UNREACHED, _CUT_OFF)
    return ProbeResult(ProbeStatus.REACHED if status == 0 else ProbeStatus.UNKNOWN, readable(errors[-200:]))


def untrusted(container: str, url: str, reason: str) -> str:
    """The sentence about a certificate that is not trusted."""
    return (
        f"{container} does not trust the certificate of {url}: {reason}. If the registry or a firewall in between has "
        "a certificate of your own authority, put that authority into Harbor's trust store (2.0 and later: "
        "common/config/shared/trust-certificates beside docker-compose.yml; chart: caBundleSecretName) and restart "
        "core and jobservice."
    )


def without_authorities(container: str) -> str:
    """The sentence about a container that has no list of authorities at all."""
    return (
        f"{container} has no list of certificate authorities ({BUNDLES[1]} is missing or empty), so it trusts no "
        "registry. Remove what is mounted over it, and recreate the container from Harbor's own image."
    )


def unreached(container: str, url: str, reason: str) -> str:
    """The sentence about an address that is not reached."""
    return f"{container} {reason} of {url}."


def untested(container: str, url: str, reason: str) -> str:
    """The sentence about a certificate about which nothing was found out."""
    return (
        f"Whether {container} trusts the certificate of {url} could not be tested: {reason}. Harbor itself tries it "
        "when its endpoint is made, before anything is copied."
    )


def _reason(result: ProbeResult, public_url: str) -> str:
    if result.status is ProbeStatus.NO_PROGRAM:
        return "its image has neither curl nor openssl"
    if result.status is ProbeStatus.UNREACHED:
        return f"it reaches neither that nor {public_url}" if public_url else "it is not reached"
    return result.text or "the program that tried it gave no known reason"


def _problem(kind: str, text: str) -> Problem:
    return {"kind": kind, "text": text}
