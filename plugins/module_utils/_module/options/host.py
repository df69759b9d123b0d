# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the modules for hosts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._host.probe import HostProbe
from .common import ArgumentGroup

HOST_DEPLOYMENT = ArgumentGroup(
    {
        "compose_directory": {"type": "str"},
        "compose_command": {"type": "str"},
        "services": {"type": "list", "elements": "str", "default": ["core", "jobservice"]},
        "names": {"type": "list", "elements": "str", "default": []},
        "address": {"type": "str"},
        "url": {"type": "str"},
        "public_url": {"type": "str"},
        "bypass_proxy": {"type": "bool", "default": False},
        "clock_reference": {"type": "float"},
        "clock_tolerance": {"type": "float", "default": 60},
        "detect_helm_release": {"type": "bool", "default": True},
        "unit_directories": {
            "type": "list",
            "elements": "str",
            "default": [
                "/etc/systemd/system",
                "/usr/local/lib/systemd/system",
                "/usr/lib/systemd/system",
                "/lib/systemd/system",
            ],
        },
    }
)


def host_probe(parameters: Mapping[str, Any]) -> HostProbe:
    """What the options of the group HOST_DEPLOYMENT ask of a host; what is not given is left to its default."""
    given = {name: parameters[name] for name in HOST_DEPLOYMENT.options if parameters[name] is not None}
    return HostProbe(**given)
