# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TCR API 2019-09-24, registries themselves: creation, change and deletion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..._tencent.client import items
from .base import Item, TcrBase

NAME_PROBLEMS = {1: "is not a valid name", 2: "is a reserved name", 3: "is taken"}


class TcrInstancesApi(TcrBase):
    """The calls that create, change and delete a registry ("instance")."""

    def name_problem(self, name: str, region: str) -> str:
        """CheckInstanceName: why a new registry cannot have a name, in words; empty if it can.

        Names are unique among all customers. A registry's own name is taken too.
        """
        answer = self._client.call("CheckInstanceName", {"RegistryName": name}, region)
        if answer.get("IsValidated"):
            return ""
        return NAME_PROBLEMS.get(int(answer.get("DetailCode") or 0), "is refused")

    def instance_reasons(self, registry_id: str) -> list[str]:
        """DescribeInstanceStatus: the reasons that the conditions of a registry give, if there are any."""
        region = self.instance_region(registry_id)
        answer = self._client.call("DescribeInstanceStatus", {"RegistryIds": [registry_id]}, region)
        matching = [one for one in items(answer, "RegistryStatusSet") if one.get("RegistryId") == registry_id]
        reasons = [str(each.get("Reason") or "") for one in matching for each in items(one, "Conditions")]
        return [reason.rstrip(". ") for reason in reasons if reason.strip()]

    def create_instance(
        self, name: str, edition: str, region: str, tags: Mapping[str, str] | None = None, protected: bool = False
    ) -> str:
        """CreateInstance: begin to create a registry that is billed by use; returns its id. It costs money from then on.

        :param edition: ``basic``, ``standard`` or ``premium``.
        :param protected: whether it cannot be deleted.
        """
        parameters: Item = {"RegistryName": name, "RegistryType": edition, "DeletionProtection": protected}
        if tags:
            listed = [{"Key": key, "Value": value} for key, value in tags.items()]
            parameters["TagSpecification"] = {"ResourceType": "instance", "Tags": listed}
        return str(self._client.call("CreateInstance", parameters, region).get("RegistryId") or "")

    def modify_instance_edition(self, registry_id: str, edition: str) -> None:
        """ModifyInstance: begin to change the edition, which can only become larger."""
        self._call("ModifyInstance", registry_id, {"RegistryType": edition})

    def modify_instance_protection(self, registry_id: str, protected: bool) -> None:
        """ModifyInstance: protect against deletion, or not. Never together with the edition, which the API refuses."""
        self._call("ModifyInstance", registry_id, {"DeletionProtection": protected})

    def modify_instance_tags(self, registry_id: str, changed: Mapping[str, str], removed: Sequence[str]) -> None:
        """Tag API 2018-08-13, ModifyResourceTags: set and remove cloud tags of a registry; TCR itself cannot."""
        region = self.instance_region(registry_id)
        parameters: Item = {"Resource": f"qcs::tcr:{region}:uin/:instance/{registry_id}"}
        if changed:
            parameters["ReplaceTags"] = [{"TagKey": key, "TagValue": value} for key, value in changed.items()]
        if removed:
            parameters["DeleteTags"] = [{"TagKey": key} for key in removed]
        self._connect_to_tags().call("ModifyResourceTags", parameters, region)

    def delete_instance(self, registry_id: str, delete_bucket: bool) -> None:
        """DeleteInstance: begin to delete a registry.

        :param delete_bucket: also the storage with everything in it.
        """
        self._call("DeleteInstance", registry_id, {"DeleteBucket": delete_bucket})
