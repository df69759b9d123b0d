# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument groups: options and the constraints between them, each documented in the fragment of the same name."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import env_fallback


class ArgumentGroup:
    """Options of a module together with the constraints that bind them.

    :param options: Ansible's argument spec of each option.
    :param constraints: Ansible's ``mutually_exclusive``, ``required_if`` and so on.
    """

    def __init__(self, options: dict[str, Any] | None = None, **constraints: Any) -> None:
        self.options = options or {}
        self.constraints = constraints

    def merge(self, *others: ArgumentGroup) -> ArgumentGroup:
        """A group with the options and constraints of all; an option may be defined only once."""
        options = dict(self.options)
        constraints: dict[str, Any] = dict(self.constraints)
        for other in others:
            twice = options.keys() & other.options.keys()
            if twice:
                raise ValueError(f"options defined twice: {sorted(twice)}")
            options.update(other.options)
            for name, value in other.constraints.items():
                if name == "required_by":
                    constraints[name] = {**constraints.get(name, {}), **value}
                else:
                    constraints[name] = [*constraints.get(name, []), *value]
        return ArgumentGroup(options, **constraints)

    def module_arguments(self) -> dict[str, Any]:
        """Keyword arguments for ``AnsibleModule``."""
        return {"argument_spec": self.options, **self.constraints}


def one_or_many(options: dict[str, Any], listed: str) -> ArgumentGroup:
    """The options of one member, and the option ``listed`` with a list of members, each with the same options."""
    items = {**options, "name": {**options["name"], "required": True}}
    return ArgumentGroup(
        {**options, listed: {"type": "list", "elements": "dict", "options": items}},
        mutually_exclusive=[["name", listed]],
        required_one_of=[["name", listed]],
        required_if=[["state", "exact", [listed]]],
    )


def members(parameters: dict[str, Any], group: ArgumentGroup, listed: str) -> list[dict[str, Any]]:
    """The members asked for with a group of :func:`one_or_many`.

    What is given beside the list holds for each item that does not say otherwise.
    """
    common = {name: parameters[name] for name in group.options if name != listed}
    if parameters[listed] is None:
        return [common]
    return [
        {**common, **{name: value for name, value in one.items() if value is not None}} for one in parameters[listed]
    ]


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
    },
    required_together=[["tcr_secret_id", "tcr_secret_key"]],
)

REGISTRY = ArgumentGroup({"registry_id": {"type": "str", "required": True}})

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
    }
)

WAIT = ArgumentGroup(
    {
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 900},
        "wait_interval": {"type": "float", "default": 5},
    }
)

STATE = ArgumentGroup({"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}})

SET_STATE = ArgumentGroup({"state": {"type": "str", "choices": ["present", "absent", "exact"], "default": "present"}})

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

OWNERSHIP = ArgumentGroup({"migration_id": {"type": "str"}})

SELECTION = ArgumentGroup(
    {
        "projects": {"type": "list", "elements": "str"},
        "repositories": {"type": "list", "elements": "str"},
        "tags": {"type": "list", "elements": "str"},
        "namespace_map": {"type": "dict"},
    }
)

_REGISTRY = {
    "registry_id": {"type": "str", "required": True},
    "registry_url": {"type": "str"},
    "registry_connect_to": {"type": "str"},
    "registry_username": {"type": "str"},
    "registry_password": {"type": "str", "no_log": True},
}

VERIFY = ArgumentGroup(
    {
        "verify": {
            "type": "dict",
            "options": {**_REGISTRY, **SELECTION.options},
            "required_together": [["registry_username", "registry_password"]],
        }
    }
)

QUERY = ArgumentGroup({"query": {"type": "str"}})

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
