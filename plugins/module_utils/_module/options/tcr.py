# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the TCR modules."""

from __future__ import annotations

from .common import ArgumentGroup

TCR = ArgumentGroup(
    {
        "tcr_secret_id": {"type": "str"},
        "tcr_secret_key": {"type": "str", "no_log": True},
        "tcr_token": {"type": "str", "no_log": True},
        "tcr_role_arn": {"type": "str"},
        "tcr_role_session_name": {"type": "str"},
        "tcr_role_duration": {"type": "int"},
        "tcr_role_external_id": {"type": "str"},
        "tcr_region": {"type": "str"},
        "tcr_endpoint": {"type": "str", "default": "tcr.tencentcloudapi.com"},
        "tcr_validate_certs": {"type": "bool", "default": True},
        "tcr_ca_path": {"type": "path"},
        "tcr_timeout": {"type": "int", "default": 60},
        "tcr_registry": {"type": "dict"},
    },
    required_together=[["tcr_secret_id", "tcr_secret_key"]],
)

REGISTRY = ArgumentGroup({"registry_id": {"type": "str", "required": True}})
# How the registry itself is reached, which is not the API.
DATA_PLANE = ArgumentGroup({"registry_url": {"type": "str"}, "registry_connect_to": {"type": "str"}})

TCR_CREDENTIAL = ArgumentGroup(
    {
        "credential_id": {"type": "str"},
        "secret": {"type": "str", "no_log": True},
        "description": {"type": "str"},
        "temporary": {"type": "bool", "default": False},
        "enabled": {"type": "bool"},
        "rotate": {"type": "bool", "default": False},
        "keep_credential_ids": {"type": "list", "elements": "str", "default": [], "no_log": False},
    },
    mutually_exclusive=[["credential_id", "secret"]],
    required_if=[["temporary", False, ["credential_id", "secret", "description", "migration_id"], True]],
)

_NAMESPACE_RIGHTS = {
    "namespace": {"type": "str", "required": True},
    "actions": {
        "type": "list",
        "elements": "str",
        "choices": ["pull", "push", "create", "push_chart", "list_charts"],
        "required": True,
    },
}

_ACCOUNT = {
    "name": {"type": "str", "required": True},
    "description": {"type": "str"},
    "permissions": {"type": "list", "elements": "dict", "options": _NAMESPACE_RIGHTS},
    "expires_at": {"type": "str"},
    "valid_days": {"type": "int"},
    "disabled": {"type": "bool"},
    "password": {"type": "str", "no_log": True},
}

SERVICE_ACCOUNT = ArgumentGroup(
    {
        "service_accounts": {"type": "list", "elements": "dict", "required": True, "options": _ACCOUNT},
        "update_password": {"type": "str", "choices": ["on_create", "always"], "default": "on_create", "no_log": False},
    }
)

_TARGET = {"address": {"type": "str", "required": True}, "headers": {"type": "dict", "no_log": True}}

_WEBHOOK = {
    "name": {"type": "str", "required": True},
    "description": {"type": "str"},
    "enabled": {"type": "bool"},
    "event_types": {"type": "list", "elements": "str"},
    "condition": {"type": "str"},
    "targets": {"type": "list", "elements": "dict", "options": _TARGET},
}

WEBHOOK = ArgumentGroup(
    {
        "namespace": {"type": "str", "required": True},
        "triggers": {"type": "list", "elements": "dict", "required": True, "options": _WEBHOOK},
    }
)
