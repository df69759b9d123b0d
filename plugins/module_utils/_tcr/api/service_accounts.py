# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TCR API 2019-09-24, service accounts: users of a registry with rights on namespaces."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..._errors import ApiError, NotFound, ServerFault
from ..._tencent.client import collect_pages
from .base import PAGE, Item, TcrBase

PREFIX = "tcr$"
_UNKNOWN_ACCOUNT = "FailedOperation"


class TcrServiceAccountsApi(TcrBase):
    """The calls for service accounts; names are given without their prefix.

    The sources do not agree which actions want the prefix in the name. None of the changes accumulates, so that an action
    which does not know the one form is called with the other.
    """

    def service_accounts(self, registry_id: str) -> list[Item]:
        """DescribeServiceAccounts: ``{Name (with prefix), Description, Disable, ExpiresAt, Permissions, ...}`` each.

        The rights are only returned on demand. Whether ``All`` overrides ``Limit`` is not documented.
        """
        return collect_pages(
            lambda offset: self._call(
                "DescribeServiceAccounts",
                registry_id,
                {"All": True, "EmbedPermission": True, "Limit": PAGE, "Offset": offset},
            ),
            "ServiceAccounts",
            key=lambda one: one.get("Name"),
            offsets=lambda pages, count: [count],
            first=0,
        )

    def create_service_account(
        self,
        registry_id: str,
        name: str,
        permissions: Sequence[Mapping[str, Any]],
        description: str | None = None,
        disabled: bool | None = None,
        days: int | None = None,
        expires_at: int | None = None,
    ) -> Item:
        """CreateServiceAccount: ``{Name (with prefix), Password, ExpiresAt, CreateTime}``; the password is returned once.

        :param permissions: ``{Resource (a namespace), Actions}`` each.
        :param days: after how many days it expires; wins over ``expires_at``.
        :param expires_at: when it expires, in milliseconds.
        """
        given = {"Description": description, "Disable": disabled, "Duration": days, "ExpiresAt": expires_at}
        created = self._call(
            "CreateServiceAccount", registry_id, {"Name": name, "Permissions": list(permissions), **given}
        )
        self.redactor.add(created.get("Password"))
        return created

    def modify_service_account(self, registry_id: str, name: str, changes: Mapping[str, Any]) -> None:
        """ModifyServiceAccount: change ``Description``, ``Disable``, ``ExpiresAt`` (ms) or all ``Permissions``.

        Not ``Duration``: it counts from now, so that the same value is another end with every call.
        """
        self._with_either_name(
            [PREFIX + name, name],
            lambda form: self._call("ModifyServiceAccount", registry_id, {"Name": form, **changes}),
        )

    def set_service_account_password(self, registry_id: str, name: str, password: str | None) -> str:
        """ModifyServiceAccountPassword: set a password, or with ``None`` a random one; returns it."""
        self.redactor.add(password)
        chosen: Item = {"Random": password is None, "Password": password}
        answer = self._with_either_name(
            [name, PREFIX + name],
            lambda form: self._call("ModifyServiceAccountPassword", registry_id, {"Name": form, **chosen}),
        )
        self.redactor.add(answer.get("Password"))
        return str(answer.get("Password") or password or "")

    def delete_service_account(self, registry_id: str, name: str) -> None:
        """DeleteServiceAccount; whoever uses it is refused from then on."""
        self._with_either_name(
            [PREFIX + name, name], lambda form: self._call("DeleteServiceAccount", registry_id, {"Name": form})
        )

    def _with_either_name(self, forms: Sequence[str], call: Callable[[str], Item]) -> Item:
        """Call with the documented form of the name, and if no account is known under it, with the other form."""
        try:
            return call(forms[0])
        except ApiError as error:
            if not isinstance(error, (NotFound, ServerFault)) and error.code != _UNKNOWN_ACCOUNT:
                raise
            first = error
        try:
            return call(forms[1])
        except ApiError:
            raise first from None
