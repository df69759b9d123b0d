# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the modules for hosts."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from ..._host.name_records import NameRecordsRequest, OverrideChange, ServiceRestart
from ..._host.probe import HostProbe
from .common import ArgumentGroup, lease_of

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


_OVERRIDE = {
    "path": {"type": "path", "required": True},
    "before": {"type": "str", "default": ""},
    "after": {"type": "str"},
}

_RESTART = {
    "directory": {"type": "path", "required": True},
    "command": {"type": "list", "elements": "str", "required": True},
    "services": {"type": "list", "elements": "str", "required": True},
    "proxy_service": {"type": "str", "required": True},
}

HOST_NAME_RECORDS = ArgumentGroup(
    {
        "migration_id": {"type": "str", "required": True},
        "names": {"type": "list", "elements": "str", "default": []},
        "address": {"type": "str"},
        "hosts_file": {"type": "path"},
        "dnsmasq_file": {"type": "path"},
        "dnsmasq_reload": {"type": "str"},
        "overrides": {"type": "list", "elements": "dict", "options": _OVERRIDE, "default": []},
        "restart": {"type": "dict", "options": _RESTART},
        "note_file": {"type": "path"},
        "note": {"type": "str"},
        "lease_file": {"type": "path"},
        "lease_hours": {"type": "int"},
        "backup": {"type": "bool", "default": True},
    }
)


def host_probe(parameters: Mapping[str, Any]) -> HostProbe:
    """What the options of the group HOST_DEPLOYMENT ask of a host; what is not given is left to its default."""
    given = {name: parameters[name] for name in HOST_DEPLOYMENT.options if parameters[name] is not None}
    return HostProbe(**given)


def name_records(parameters: Mapping[str, Any]) -> NameRecordsRequest:
    """What the options of the module host_name_records ask of a host."""
    restart = parameters["restart"]
    return NameRecordsRequest(
        migration_id=parameters["migration_id"],
        present=parameters["state"] == "present",
        names=parameters["names"],
        address=parameters["address"] or "",
        hosts_file=parameters["hosts_file"] or "",
        dnsmasq_file=parameters["dnsmasq_file"] or "",
        dnsmasq_reload=parameters["dnsmasq_reload"] or "",
        overrides=[_override_change(one) for one in parameters["overrides"]],
        restart=ServiceRestart(**restart) if restart else None,
        note_file=parameters["note_file"] or "",
        note=parameters["note"],
        lease_file=parameters["lease_file"] or "",
        lease=lease_of(parameters),
    )


def _override_change(option: Mapping[str, Any]) -> OverrideChange:
    after = option["after"]
    return OverrideChange(option["path"], option["before"], None if after is None else base64.b64decode(after))
