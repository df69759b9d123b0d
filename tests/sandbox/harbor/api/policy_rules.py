# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which replication policies Harbor takes."""

from __future__ import annotations

import re
from typing import Any

from tests.sandbox.harbor.api.flavour import Flavour
from tests.sandbox.harbor.api.messages import message
from tests.sandbox.harbor.api.request import Refusal

_NAMESPACE = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*")
_CRON_FIELD = re.compile(r"[0-9A-Za-z*?,/-]+")
_FILTER_TYPES = ("resource", "name", "tag", "label")


def validate(flavour: Flavour, values: dict[str, Any], triggered: bool) -> None:
    """Check the attributes of a policy. Raises Refusal; the legacy handlers collect all reasons, the others say one."""
    problems = list(_problems(flavour, values, triggered))
    if not problems:
        return
    if flavour.dialect == "2":
        raise problems[0]
    text = "".join(message(problem.case, flavour.dialect, **problem.details)[1] for problem in problems)
    raise Refusal("policy_collected", text=text)


def _problems(flavour: Flavour, values: dict[str, Any], triggered: bool) -> Any:
    if not values["name"]:
        yield Refusal("policy_name_empty")
    if bool(values["src_registry_id"]) == bool(values["dest_registry_id"]):
        yield Refusal("policy_sides")
    for item in values["filters"]:
        yield from _filter_problems(flavour, item)
    namespace = values["dest_namespace"]
    if flavour.namespace_checked and namespace and not _NAMESPACE.fullmatch(namespace):
        yield Refusal("policy_namespace", value=namespace)
    if triggered:
        yield from _trigger_problems(flavour, values["trigger_type"], values["cron"])
    if values.get("single_active_replication") and values["trigger_type"] == "event_based":
        yield Refusal("policy_single_event")


def _filter_problems(flavour: Flavour, item: dict[str, Any]) -> Any:
    kind, value = item.get("type"), item.get("value")
    if kind not in _FILTER_TYPES:
        yield Refusal("policy_filter_type")
        return
    if kind == "label" and flavour.label_form == "list":
        if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
            yield Refusal("policy_label_value")
    elif not isinstance(value, str):
        yield Refusal("policy_filter_value")
    elif kind == "resource" and value not in flavour.resource_values.split():
        yield Refusal("policy_resource", value=value)
    if item.get("decoration") and (kind not in ("tag", "label") or item["decoration"] not in ("matches", "excludes")):
        yield Refusal("policy_decoration")


def _trigger_problems(flavour: Flavour, kind: str, cron: str) -> Any:
    if kind not in ("manual", "scheduled", "event_based"):
        yield Refusal("policy_trigger")
    if kind != "scheduled":
        return
    if not cron:
        yield Refusal("policy_cron_missing")
        return
    fields = cron.split()
    counts = (6,) if flavour.strict_cron else (5, 6, 7)
    if len(fields) not in counts or not all(_CRON_FIELD.fullmatch(field) for field in fields):
        yield Refusal("policy_cron", cron=cron)
    elif flavour.strict_cron and fields[0] != "0":
        yield Refusal("policy_cron_seconds")
    elif flavour.strict_cron and fields[1] == "*":
        yield Refusal("policy_cron_minutes")
