# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the Harbor modules."""

from __future__ import annotations

from ansible.module_utils.basic import env_fallback

from .common import ArgumentGroup, one_or_many

HARBOR = ArgumentGroup(
    {
        "harbor_url": {"type": "str", "required": True, "fallback": (env_fallback, ["HARBOR_URL"])},
        "harbor_username": {"type": "str", "required": True, "fallback": (env_fallback, ["HARBOR_USERNAME"])},
        "harbor_password": {
            "type": "str",
            "required": True,
            "no_log": True,
            "fallback": (env_fallback, ["HARBOR_PASSWORD"]),
        },
        "harbor_validate_certs": {"type": "bool", "default": True},
        "harbor_ca_path": {"type": "path"},
        "harbor_timeout": {"type": "int", "default": 120},
        "harbor_detected": {"type": "dict"},
    }
)

_ENDPOINT = {
    "name": {"type": "str"},
    "url": {"type": "str"},
    "type": {"type": "str"},
    "description": {"type": "str"},
    "insecure": {"type": "bool"},
    "access_key": {"type": "str", "no_log": False},
    "access_secret": {"type": "str", "no_log": True},
    "ca_certificate": {"type": "str"},
}

HARBOR_ENDPOINT = one_or_many(_ENDPOINT, "registries")

_FILTER = {
    "type": {"type": "str", "choices": ["name", "tag", "label", "resource"], "required": True},
    "value": {"type": "raw", "required": True},
    "decoration": {"type": "str", "choices": ["matches", "excludes"]},
}

_TRIGGER = {
    "type": {"type": "str", "choices": ["manual", "scheduled", "event_based"], "required": True},
    "cron": {"type": "str"},
}

_POLICY = {
    "name": {"type": "str"},
    "description": {"type": "str"},
    "enabled": {"type": "bool"},
    "registry": {"type": "str"},
    "direction": {"type": "str", "choices": ["push", "pull"]},
    "filters": {"type": "list", "elements": "dict", "options": _FILTER},
    "dest_namespace": {"type": "str"},
    "dest_namespace_replace_count": {"type": "int"},
    "trigger": {"type": "dict", "options": _TRIGGER},
    "override": {"type": "bool"},
    "deletion": {"type": "bool"},
    "speed": {"type": "int"},
    "copy_by_chunk": {"type": "bool"},
    "single_active_replication": {"type": "bool"},
}

HARBOR_POLICY = one_or_many(_POLICY, "policies")

_PERMISSION = {"project": {"type": "str"}, "access": {"type": "dict", "required": True}}

_ROBOT = {
    "name": {"type": "str", "required": True},
    "description": {"type": "str"},
    "purpose": {"type": "str", "choices": ["migration", "replication"]},
    "permissions": {"type": "list", "elements": "dict", "options": _PERMISSION},
    "duration": {"type": "int"},
    "disabled": {"type": "bool"},
}

HARBOR_ROBOT = ArgumentGroup(
    {
        "project": {"type": "str"},
        "robots": {"type": "list", "elements": "dict", "required": True, "options": _ROBOT},
        "rotate": {"type": "bool", "default": False},
    }
)
