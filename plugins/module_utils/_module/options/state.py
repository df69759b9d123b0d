# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of migration_state_info, and the request that is built from them."""

from __future__ import annotations

from ..._migration.state import PURPOSES, StateRequest
from ..._migration.variables.access import DEFAULT_HOURS
from ..._migration.variables.settings import Settings
from ..._migration.variables.survey_values import as_switch
from ..call import ModuleCall
from .common import ArgumentGroup
from .migration import selection_of

_TEXT = {"type": "str", "default": ""}
_TEXTS = {"type": "list", "elements": "str", "default": []}
_SWITCH = {"type": "bool", "default": False}
_SETTINGS = (
    "registry_id",
    "registry_name",
    "network",
    "public_cidrs",
    "access",
    "lease_hours",
    "vpc_id",
    "subnet_id",
    "registry_connect_to",
    "harbor_hosts",
    "hosts_methods",
)
_TEXT_OPTIONS = ("registry_id", "registry_name", "registry_url", "registry_connect_to", "vpc_id", "subnet_id")

STATE_INFO = ArgumentGroup(
    {
        "purpose": {"type": "str", "choices": list(PURPOSES), "default": "migrate"},
        "migration_id": {"type": "str", "required": True},
        "network": {"type": "str", "default": "public"},
        "access": {"type": "str", "default": "lease"},
        "lease_hours": {"type": "int", "default": DEFAULT_HOURS},
        "charts": {"type": "raw", "default": "auto"},
        "chart_prefix": _TEXT,
        "report_repository": _TEXT,
        **dict.fromkeys(_TEXT_OPTIONS, _TEXT),
        **dict.fromkeys(("public_cidrs", "harbor_hosts", "hosts_methods"), _TEXTS),
        **dict.fromkeys(("allow_any_source", "stop_running", "continuous"), _SWITCH),
    }
)


def state_request(call: ModuleCall) -> StateRequest:
    """What to gather, from the options of the group STATE_INFO and those of SELECTION and WAIT."""
    options = call.parameters
    return StateRequest(
        purpose=options["purpose"],
        settings=Settings(options["migration_id"], **{name: options[name] for name in _SETTINGS}),
        selection=selection_of(options),
        namespace_map=options["namespace_map"] or {},
        charts=as_switch(options["charts"], "auto"),
        wait=call.wait,
        **{
            name: options[name]
            for name in (
                "registry_url",
                "chart_prefix",
                "report_repository",
                "allow_any_source",
                "accessories",
                "stop_running",
                "continuous",
            )
        },
    )
