# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets programs inside a container of Harbor try the registry: curl, else openssl."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import tls_probe
from .commands import Host
from .tls_probe import ProbeResult, ProbeStatus

Problem = dict[str, str]


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
    if encrypted and host.run([*inside, *tls_probe.FIND_BUNDLE]).status == tls_probe.NO_BUNDLE:
        yield _problem("trust", tls_probe.without_authorities(container))
        return
    said = _ask(host, inside, url)
    if said.word is ProbeStatus.UNTRUSTED:
        yield _problem("trust", tls_probe.untrusted(container, url, said.text))
        return
    if said.word is ProbeStatus.UNREACHED:
        yield _problem("connection", tls_probe.unreached(container, url, said.text))
    if said.word is ProbeStatus.REACHED or not encrypted:
        return
    tells = (public_url or "").startswith("https:") and said.word is ProbeStatus.UNREACHED
    other = _ask(host, inside, str(public_url)) if tells else said
    if other.word is ProbeStatus.UNTRUSTED:
        yield _problem("trust", tls_probe.untrusted(container, str(public_url), other.text))
    elif other.word is not ProbeStatus.REACHED:
        yield _problem("untested", tls_probe.untested(container, url, _reason(said, str(public_url) if tells else "")))


def _ask(host: Host, inside: Sequence[str], url: str) -> ProbeResult:
    ended = host.run([*inside, *tls_probe.curl_command(url)])
    said = tls_probe.parse_curl_result(ended.status, ended.errors)
    if said.word is not ProbeStatus.NO_PROGRAM or not url.startswith("https:"):
        return said
    ended = host.run([*inside, *tls_probe.openssl_command(url)])
    return tls_probe.parse_openssl_result(ended.status, ended.output, ended.errors)


def _reason(said: ProbeResult, public_url: str) -> str:
    if said.word is ProbeStatus.NO_PROGRAM:
        return "its image has neither curl nor openssl"
    if said.word is ProbeStatus.UNREACHED:
        return f"it reaches neither that nor {public_url}" if public_url else "it is not reached"
    return said.text or "the program that tried it says nothing that is known"


def _problem(kind: str, text: str) -> Problem:
    return {"kind": kind, "text": text}
