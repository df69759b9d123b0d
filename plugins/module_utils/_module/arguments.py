# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument groups: options and the constraints between them, each documented in the fragment of the same name."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import env_fallback

_CONSTRAINTS = ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")


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


TCR = ArgumentGroup(
    {
        "tcr_secret_id": {"type": "str"},
        "tcr_secret_key": {"type": "str", "no_log": True},
        "tcr_token": {"type": "str", "no_log": True},
        "tcr_region": {"type": "str"},
        "tcr_endpoint": {"type": "str", "default": "tcr.tencentcloudapi.com"},
        "tcr_validate_certs": {"type": "bool", "default": True},
        "tcr_ca_path": {"type": "path"},
        "tcr_timeout": {"type": "int", "default": 60},
    },
    required_together=[["tcr_secret_id", "tcr_secret_key"]],
)

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

OWNERSHIP = ArgumentGroup({"migration_id": {"type": "str"}})

QUERY = ArgumentGroup({"query": {"type": "str"}})
