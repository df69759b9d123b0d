# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about addresses and networks. Pure."""

from __future__ import annotations

import ipaddress

from ..._errors import InvalidInput


def check_source(cidr: str, allow_any_source: bool) -> None:
    """Refuse what is not a network, and the network of all addresses unless it is permitted.

    :raises InvalidInput: with the correction where one can be guessed.
    """
    given = cidr.strip()
    try:
        network = ipaddress.ip_network(given)
    except ValueError as error:
        raise InvalidInput(f"entries: cidr {given!r} is not a network: {error}.", advice=_correction(given)) from None
    if network.prefixlen == 0 and not allow_any_source:
        raise InvalidInput(
            f"entries: cidr {given!r} would open the registry to every address of the internet.",
            advice="List the addresses that need it, or set allow_any_source: true if that is intended.",
        )


def is_usable(address: str) -> bool:
    """Whether the text is an address to which one can connect: neither empty nor 0.0.0.0."""
    try:
        return not ipaddress.ip_address(address).is_unspecified
    except ValueError:
        return False


def _correction(given: str) -> str:
    try:
        network, address = ipaddress.ip_network(given, strict=False), given.partition("/")[0]
        return f"Did you mean {network}, or the single address {address}?"
    except ValueError:
        return "Give a network such as 203.0.113.0/24, or an address such as 203.0.113.7."
