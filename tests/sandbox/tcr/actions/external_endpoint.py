# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The public endpoint of a registry."""

from __future__ import annotations

from typing import Any

from tests.sandbox.tcr.dispatch import Call, action
from tests.sandbox.tcr.errors import ApiError


@action()
def manage_external_endpoint(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, ManageExternalEndpoint: asynchronous; Operation is Create or Delete, in this spelling."""
    operation = call["Operation"]
    if operation not in ("Create", "Delete"):
        message = f"The value of parameter `Operation` must be `Create` or `Delete`, not `{operation}`."
        raise ApiError("InvalidParameter", message, "参数 `Operation` 只能为 `Create` 或 `Delete`。")
    registry = call.registry(running=True)
    status = registry.endpoint.status(call.now, call.settings)
    stable, target = ("Closed", "Opened") if operation == "Create" else ("Opened", "Closed")
    if status != stable:
        if status == target and call.settings.repeated_endpoint_operation == "success":
            return {"RegistryId": registry.id}
        raise _refused(operation, status)
    registry.endpoint.opened = operation == "Create"
    registry.endpoint.changed_at = call.now
    if operation == "Delete" and not call.settings.whitelist_survives_closing:
        registry.whitelist.policies.clear()
        registry.whitelist.version += 1
    return {"RegistryId": registry.id}


@action()
def describe_external_endpoint_status(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DescribeExternalEndpointStatus."""
    endpoint = call.registry().endpoint
    return {
        "Status": endpoint.status(call.now, call.settings),
        "Reason": endpoint.reason(call.now, call.settings),
    }


def _refused(operation: str, status: str) -> ApiError:
    verb, chinese = ("open", "开启") if operation == "Create" else ("close", "关闭")
    return ApiError(
        "UnsupportedOperation",
        f"Failed to {verb} public network access. The current public network access status is {status}.",
        f"{chinese}公网访问失败，当前公网访问状态为 {status}。",
    )
