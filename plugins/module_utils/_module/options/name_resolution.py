# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the action harbor_name_resolution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._dns.server import ALGORITHMS, ServerAddress
from ..._migration.name_resolution.request import NameResolutionRequest, parse_clock_offset
from .common import ArgumentGroup
from .host import HOST_DEPLOYMENT

_METHODS = ["hosts_file", "compose_override", "vpc_dns", "dnsmasq", "helm", "dns_update", "manual", "none"]
# Handed on to NameResolutionRequest under their own names.
_SAME = (
    "address",
    "names",
    "url",
    "methods",
    "hosts_file",
    "dnsmasq_file",
    "dnsmasq_reload",
    "compose_directory",
    "compose_command",
    "services",
    "proxy_service",
    "unit_directories",
    "helm_release",
    "helm_namespace",
    "address_pending",
    "insecure",
    "bypass_proxy",
    "restart",
    "backup",
    "clock_tolerance",
    "health_retries",
    "verify_retries",
    "interval",
    "first_host",
    "wait_timeout",
    "lease_hours",
)

HARBOR_NAME_RESOLUTION = ArgumentGroup(
    {
        "state": {"type": "str", "choices": ["checked", "present", "absent", "verified"], "default": "present"},
        "migration_id": {"type": "str", "required": True},
        "address": {"type": "str"},
        "address_pending": {"type": "bool", "default": False},
        "names": {"type": "list", "elements": "str", "default": []},
        "url": {"type": "str"},
        "public_url": {"type": "str"},
        "insecure": {"type": "bool", "default": False},
        "bypass_proxy": {"type": "bool", "default": False},
        "methods": {"type": "list", "elements": "str", "choices": _METHODS, "default": []},
        "hosts_file": {"type": "str", "default": "/etc/hosts"},
        "dnsmasq_file": {"type": "str"},
        "dnsmasq_reload": {"type": "str"},
        "compose_directory": {"type": "str"},
        "compose_command": {"type": "str"},
        "services": HOST_DEPLOYMENT.options["services"],
        "proxy_service": {"type": "str", "default": "proxy"},
        "unit_directories": HOST_DEPLOYMENT.options["unit_directories"],
        "helm_release": {"type": "str"},
        "helm_namespace": {"type": "str"},
        "restart": {"type": "bool", "default": True},
        "backup": {"type": "bool", "default": True},
        "clock_offset": {"type": "raw"},
        "clock_tolerance": {"type": "float", "default": 60},
        "dns_update_server": {"type": "str"},
        "dns_update_zone": {"type": "str"},
        "dns_update_key_name": {"type": "str"},
        "dns_update_key_secret": {"type": "str", "no_log": True},
        "dns_update_key_algorithm": {"type": "str", "choices": list(ALGORITHMS), "default": ALGORITHMS[0]},
        "first_host": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 900},
        "lease_hours": {"type": "int"},
        "registry_id": {"type": "str"},
        "vpc_id": {"type": "str"},
        "state_directory": {"type": "str", "default": "/var/lib/cloud_registry.migration"},
        "health_retries": {"type": "int", "default": 60},
        "verify_retries": {"type": "int", "default": 6},
        "interval": {"type": "float", "default": 5},
        "applied": {"type": "dict"},
        "play_actions": {"type": "list", "elements": "dict", "default": []},
        "ask_harbor": {"type": "bool", "default": True},
    },
    required_if=[["state", "verified", ["applied"]]],
)


def name_resolution(options: Mapping[str, Any], host: str, kubernetes_found: bool) -> NameResolutionRequest:
    """What the options ask for a host. An option that is empty or null is not given.

    :param kubernetes_found: whether the collection kubernetes.core is installed.
    :raises InvalidInput: the migration has no name, or the offset of the clock is no number.
    """
    given = {name: options[name] for name in _SAME if options[name] not in (None, "")}
    public_url = options["public_url"] or ""
    return NameResolutionRequest(
        host=host,
        migration_id=options["migration_id"],
        public_url=public_url if "://" in public_url or not public_url else f"https://{public_url}",
        clock_offset=parse_clock_offset(options["clock_offset"]),
        vpc_record=f"{options['registry_id'] or ''} {options['vpc_id'] or ''}".strip(),
        note_file=f"{options['state_directory']}/{options['migration_id']}-vpc-dns",
        dns=ServerAddress(
            options["dns_update_server"] or "",
            options["dns_update_zone"] or "",
            options["dns_update_key_name"] or "",
            options["dns_update_key_secret"] or "",
            options["dns_update_key_algorithm"],
        ),
        dns_note_file=f"{options['state_directory']}/{options['migration_id']}-dns-update",
        lease_file=f"{options['state_directory']}/{options['migration_id']}-lease",
        kubernetes_found=kubernetes_found,
        **given,
    )
