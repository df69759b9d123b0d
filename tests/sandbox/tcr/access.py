# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CAM: what the identity with an access policy may do, in the API and with the credentials that it makes.

Strict about the document: version, lower-case keys, known effects, actions with a service, resources of six segments.
The resources of actions are those of TCR's list of actions known to CAM; actions that it lacks belong to the instance.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from tests.sandbox.tcr.errors import ApiError
from tests.sandbox.tcr.settings import TcrSettings
from tests.sandbox.tcr.state import Account

_SEGMENTS = 6
_STATEMENT = {"effect", "action", "resource"}
_NAMESPACE_ACTIONS = {"CreateNamespace", "ModifyNamespace", "DeleteNamespace"}
# What TCR does elsewhere for an action, with the caller's rights if setting `network_rights` says so.
_ELSEWHERE = {
    ("ManageInternalEndpoint", "Create"): ("vpc:DescribeVpcs", "vpc:DescribeSubnets"),
    ("CreateInternalEndpointDns", ""): (
        "privatedns:DescribePrivateZoneList",
        "privatedns:CreatePrivateZone",
        "privatedns:ModifyPrivateZoneVpc",
        "privatedns:DescribePrivateZoneRecordList",
        "privatedns:CreatePrivateZoneRecord",
        "privatedns:ModifyPrivateZoneRecord",
    ),
    ("DeleteInternalEndpointDns", ""): (
        "privatedns:DescribePrivateZoneList",
        "privatedns:DescribePrivateZoneRecordList",
        "privatedns:DeletePrivateZoneRecord",
    ),
}


class Access:
    """The policy of setting `access_policy` holds for one identity; an empty one forbids nothing.

    `used` collects the actions for which that identity was asked for a right and had it.
    """

    def __init__(self, settings: TcrSettings, restricted: Account) -> None:
        self._settings = settings
        self._restricted = restricted
        self.used: set[str] = set()

    def check(self, service: str, account: Account, region: str, action: str, parameters: dict[str, Any]) -> None:
        """Refuse a call that the policy does not allow, before anything of it is done. Raises ApiError."""
        if account.uin != self._restricted.uin:
            return
        for resource in _resources(service, region, action, parameters):
            self._demand(account, f"{service}:{action}", resource)
        if self._settings.network_rights == "caller":
            operation = str(parameters.get("Operation", ""))
            for needed in _ELSEWHERE.get((action, operation), ()):
                self._demand(account, needed, "*")

    def permits(self, uin: str, action: str, resource: str) -> bool:
        """Whether an identity may do an action (with its service in front) to a resource of six segments, or `*`."""
        if uin != self._restricted.uin:
            return True
        document = self._settings.access_policy
        allowed = not document or _allows(document, action, resource)
        if allowed:
            self.used.add(action)
        return allowed

    def _demand(self, account: Account, action: str, resource: str) -> None:
        if not self.permits(account.uin, action, resource):
            message = (
                f"[request id:sandbox]you are not authorized to perform operation ({action})\nresource ({resource}) "
                "has no permission"
            )
            raise ApiError(self._settings.unauthorized_code, message, f"您没有执行该操作的权限（{action}）。")


def repository_resource(region: str, registry_id: str, path: str) -> str:
    """The resource of a namespace, repository or what is in it."""
    return f"qcs::tcr:{region}::repository/{registry_id}/{path}"


def _resources(service: str, region: str, action: str, parameters: dict[str, Any]) -> list[str]:
    """The resources that a call touches."""
    registry, namespace = parameters.get("RegistryId", ""), parameters.get("NamespaceName", "")
    repository = parameters.get("RepositoryName", "")
    if service != "tcr":
        return ["*"]
    if action == "DescribeInstances":
        where = "" if parameters.get("AllRegion") else region
        return [f"qcs::tcr:{where}::instance/{one}" for one in parameters.get("Registryids") or ["*"]]
    if action in _NAMESPACE_ACTIONS:
        return [repository_resource(region, registry, namespace)]
    if action == "DescribeNamespaces":
        return [repository_resource(region, registry, "*")]
    if action == "DescribeRepositories":
        return [repository_resource(region, registry, f"{namespace}/*" if namespace else "*")]
    if action.startswith(("DescribeImage", "DeleteImage", "DeleteRepository", "CreateRepository", "ModifyRepository")):
        return [repository_resource(region, registry, f"{namespace}/{repository}")]
    instances = [registry or parameters.get("InstanceId", "")]
    if action == "DescribeInternalEndpointDnsStatus":
        instances = [one["InstanceId"] for one in parameters["VpcSet"]]
    return [f"qcs::tcr:{region}::instance/{one}" if one else "*" for one in instances]


def _allows(document: dict[str, Any], action: str, resource: str) -> bool:
    """Whether a policy allows an action on a resource; a denial wins. Raises ValueError for what CAM would not take."""
    if document.get("version") != "2.0" or set(document) != {"version", "statement"}:
        raise ValueError(f"a policy has version 2.0 and a statement, not {document}")
    effects = set()
    for statement in document["statement"]:
        if set(statement) != _STATEMENT or statement["effect"] not in ("allow", "deny"):
            raise ValueError(f"a statement has effect, action and resource, not {statement}")
        if any(":" not in one for one in statement["action"]):
            raise ValueError(f"an action names its service: {statement['action']}")
        concerns = any(fnmatchcase(action, pattern) for pattern in statement["action"])
        covered = [_covers(pattern, resource) for pattern in statement["resource"]]
        if concerns and True in covered:
            effects.add(statement["effect"])
    return effects == {"allow"}


def _covers(pattern: str, resource: str) -> bool:
    """Whether a resource of a policy covers one: an empty region means all, an empty account the own one."""
    if pattern == "*":
        return True
    wanted = pattern.split(":", _SEGMENTS - 1)
    if len(wanted) != _SEGMENTS or wanted[:2] != ["qcs", ""]:
        raise ValueError(f"a resource has six segments and begins with qcs::, not {pattern}")
    given = resource.split(":", _SEGMENTS - 1)
    if len(given) != _SEGMENTS or wanted[2] not in ("", given[2]):
        return False
    region, account = wanted[3] in ("", given[3]), wanted[4] in ("", "uin/", given[4])
    return region and account and fnmatchcase(given[5], wanted[5])
