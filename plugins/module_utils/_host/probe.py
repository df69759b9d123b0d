# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a host on which Harbor may run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class HostProbe:
    """What to look at, and what the containers are expected to find.

    :param services: the services of Harbor whose containers are looked at.
    :param unit_directories: where systemd units may be.
    :param compose_directory: where Harbor's docker-compose.yml is; empty: where its containers come from.
    :param compose_command: the command of the site, with its options; empty: what this host has.
    :param names: the names of the registry that containers are asked for.
    :param address: the address that these names must have; empty: any.
    :param url: the address of the registry that containers must reach; empty: none is tried.
    :param public_url: an address that everybody trusts, see :func:`probe_registry_access`.
    :param bypass_proxy: the registry is reached over a private link, so that no proxy may be in between.
    :param clock_reference: the right time in seconds since the epoch; ``None``: clocks are not compared.
    :param clock_tolerance: seconds by which a clock may be wrong.
    :param detect_helm_release: ask kubectl where neither containers nor a compose file are found.
    """

    services: Sequence[str]
    unit_directories: Sequence[str]
    compose_directory: str = ""
    compose_command: str = ""
    names: Sequence[str] = ()
    address: str = ""
    url: str = ""
    public_url: str = ""
    bypass_proxy: bool = False
    clock_reference: float | None = None
    clock_tolerance: float = 60
    detect_helm_release: bool = True
