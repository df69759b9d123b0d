# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services that the API endpoint offers: TCR, what changes the tags of a registry, and what gives keys of roles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from tests.sandbox.tcr import parameters, sts
from tests.sandbox.tcr.dispatch import ACTIONS, Action, Call
from tests.sandbox.tcr.errors import ApiError, not_found
from tests.sandbox.tcr.state import Registry

# Importing the package registers the actions of TCR.
import_module("tests.sandbox.tcr.actions")

_RESOURCE = re.compile(r"qcs::tcr:(?P<region>[a-z0-9-]+):uin/(?P<uin>\d*):instance/(?P<id>tcr-[a-z0-9]+)")
_MOST_TAGS = 10


@dataclass(frozen=True)
class Service:
    """A service: its actions, the parameters of each, and the structures in them."""

    name: str
    version: str
    actions: dict[str, Action]
    definitions: dict[str, dict[str, str]]
    structures: dict[str, dict[str, str]]


def modify_resource_tags(call: Call) -> dict[str, Any]:
    """Tag API 2018-08-13, ModifyResourceTags: adds, changes and removes tags; the account's number may be left out."""
    replaced, removed = call.get("ReplaceTags"), call.get("DeleteTags")
    if not (replaced or removed) or [] in (replaced, removed):
        raise ApiError("InvalidParameter", "`ReplaceTags` or `DeleteTags` is needed, and neither may be empty.")
    keys = [item["TagKey"] for item in (*(replaced or ()), *(removed or ()))]
    if len(keys) != len(set(keys)):
        raise ApiError("InvalidParameter", "A tag key must not be given twice.")
    registry = _registry(call)
    tags = {item["Key"]: item["Value"] for item in registry.tags}
    tags.update({item["TagKey"]: item["TagValue"] for item in replaced or ()})
    tags = {key: value for key, value in tags.items() if key not in [item["TagKey"] for item in removed or ()]}
    if len(tags) > _MOST_TAGS:
        raise ApiError("LimitExceeded.ResourceAttachedTags", f"A resource may have {_MOST_TAGS} tags.")
    registry.former_tags, registry.tagged_at = registry.tags, call.now
    registry.tags = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {}


def _registry(call: Call) -> Registry:
    described = _RESOURCE.fullmatch(call["Resource"])
    if described is None or described["uin"] not in ("", call.account.owner_uin):
        message = f"The resource description {call['Resource']} is not valid."
        raise ApiError("InvalidParameterValue.ResourceDescriptionError", message, "资源六段式不合法。")
    registry = call.state.registries.get(described["id"])
    if registry is None or registry.region != described["region"] or registry.gone(call.now, call.settings):
        raise not_found(f"The resource {call['Resource']}")
    return registry


TCR = Service("tcr", "2019-09-24", ACTIONS, parameters.ACTIONS, parameters.STRUCTURES)
TAG = Service(
    "tag",
    "2018-08-13",
    {"ModifyResourceTags": Action(modify_resource_tags, None, "not_found")},
    {"ModifyResourceTags": {"Resource": "string!", "ReplaceTags": "[Tag]", "DeleteTags": "[TagKeyObject]"}},
    {
        "Tag": {"TagKey": "string!", "TagValue": "string!", "Category": "string"},
        "TagKeyObject": {"TagKey": "string!"},
    },
)
STS = Service(
    "sts",
    "2018-08-13",
    {
        "AssumeRole": Action(sts.assume_role, None, "not_found"),
        "AssumeRoleWithWebIdentity": Action(sts.assume_role_with_web_identity, None, "not_found", signed=False),
    },
    sts.DEFINITIONS,
    sts.STRUCTURES,
)
SERVICES = (TCR, TAG, STS)
