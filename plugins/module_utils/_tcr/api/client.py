# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TCR API 2019-09-24: one method for each call, with the API's own field names in and out, all pages read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..._errors import NotFound
from ..._tencent.client import collect_pages, items
from .base import PAGE, Item
from .instances import TcrInstancesApi
from .network import TcrNetworkApi
from .rules import TcrRulesApi
from .service_accounts import TcrServiceAccountsApi

# Of one call of DeleteRepositoryTags.
MOST_TAGS = 20


class TcrClient(TcrNetworkApi, TcrInstancesApi, TcrServiceAccountsApi, TcrRulesApi):
    """The client of the TCR API: credentials and content, and what the classes on which it builds offer."""

    def tokens(self, registry_id: str) -> list[Item]:
        """DescribeInstanceToken: the long-term credentials, ``{Id, Desc, Enabled, CreatedAt, ExpiredAt}``, no secret.

        The sources do not agree whether ``Offset`` counts items or pages, nor whether pages begin with 0 or 1.
        """
        return collect_pages(
            lambda offset: self._call("DescribeInstanceToken", registry_id, {"Limit": PAGE, "Offset": offset}),
            "Tokens",
            key=lambda one: one.get("Id"),
            offsets=lambda pages, count: [count, pages, pages + 1],
        )

    def probe_token_access(self, registry_id: str) -> list[Item]:
        """DescribeInstanceToken: at most one long-term credential; shows whether listing them is permitted."""
        return items(self._call("DescribeInstanceToken", registry_id, {"Limit": 1}), "Tokens")

    def create_token(self, registry_id: str, description: str = "", long_term: bool = True) -> Item:
        """CreateInstanceToken: ``{Username, Token, TokenId, ExpTime (ms)}``; the only time that the secret is returned.

        :param long_term: ten years, listed and deletable; otherwise one hour and neither.
        """
        parameters = {"TokenType": "longterm", "Desc": description} if long_term else {"TokenType": "temp"}
        created = self._call("CreateInstanceToken", registry_id, parameters)
        self.redactor.add(created.get("Token"))
        return created

    def modify_token_description(self, registry_id: str, token_id: str, description: str) -> None:
        """ModifyInstanceToken with ModifyFlag 1, which changes the description only."""
        self._call("ModifyInstanceToken", registry_id, {"TokenId": token_id, "Desc": description, "ModifyFlag": 1})

    def modify_token_enabled(self, registry_id: str, token_id: str, enabled: bool) -> None:
        """ModifyInstanceToken with ModifyFlag 2, which changes enabled only."""
        self._call("ModifyInstanceToken", registry_id, {"TokenId": token_id, "Enable": enabled, "ModifyFlag": 2})

    def delete_token(self, registry_id: str, token_id: str) -> None:
        """DeleteInstanceToken."""
        self._call("DeleteInstanceToken", registry_id, {"TokenId": token_id})

    def namespaces(self, registry_id: str) -> list[Item]:
        """DescribeNamespaces: ``{Name, Public, NamespaceId, CreationTime, ...}`` each.

        "None" may also come as ``ResourceNotFound``, which is distinguished from a missing registry.
        """
        return self._none_if_absent(
            registry_id,
            lambda: items(self._call("DescribeNamespaces", registry_id, {"All": True}), "NamespaceList"),
        )

    def create_namespace(self, registry_id: str, name: str, public: bool) -> None:
        """CreateNamespace."""
        self._call("CreateNamespace", registry_id, {"NamespaceName": name, "IsPublic": public})

    def modify_namespace(self, registry_id: str, name: str, public: bool) -> None:
        """ModifyNamespace."""
        self._call("ModifyNamespace", registry_id, {"NamespaceName": name, "IsPublic": public})

    def delete_namespace(self, registry_id: str, name: str) -> None:
        """DeleteNamespace; the sources do not agree whether one that is not empty is refused or emptied."""
        self._call("DeleteNamespace", registry_id, {"NamespaceName": name})

    def repositories(self, registry_id: str, namespace: str | None = None) -> list[Item]:
        """DescribeRepositories: ``{Name ("namespace/repository"), Namespace, Public, ...}`` each.

        TCR API 2019-09-24 describes this form of ``Name``; some of its examples lack the namespace there. "None" may
        also come as ``ResourceNotFound``, also for a namespace that does not exist.
        """
        found = self._none_if_absent(
            registry_id,
            lambda: collect_pages(
                lambda offset: self._call(
                    "DescribeRepositories", registry_id, {"NamespaceName": namespace, "Limit": PAGE, "Offset": offset}
                ),
                "RepositoryList",
                key=lambda one: (one.get("Namespace"), one.get("Name")),
                offsets=lambda pages, count: [pages + 1],
                first=1,
            ),
        )
        return [one for one in _with_full_names(found) if namespace is None or one.get("Namespace") == namespace]

    def delete_repository(self, registry_id: str, namespace: str, repository: str, force: bool = True) -> None:
        """DeleteRepository: delete a repository (its name without the namespace).

        :param force: with its images; otherwise one that holds any is refused.
        :raises Conflict: it holds images.
        """
        where = {"NamespaceName": namespace, "RepositoryName": repository}
        self._call("DeleteRepository", registry_id, {**where, "ForceDelete": force})

    def delete_tags(self, registry_id: str, namespace: str, repository: str, tags: Sequence[str]) -> None:
        """DeleteRepositoryTags: delete at most :data:`MOST_TAGS` tags of a repository, all of them or none.

        Whether other tags of the same image go with them is not documented.

        :param repository: its name without the namespace.
        :raises NotFound: one of them is not there.
        :raises Conflict: a rule keeps one of them.
        """
        where = {"NamespaceName": namespace, "RepositoryName": repository}
        self._call("DeleteRepositoryTags", registry_id, {**where, "Tags": list(tags)})

    def images(self, registry_id: str, namespace: str, repository: str) -> list[Item]:
        """DescribeImages: one entry for each tag, ``{ImageVersion (the tag), Digest, Size, Kind, ...}``.

        :param repository: its name without the namespace.
        """
        return collect_pages(
            lambda offset: self._call(
                "DescribeImages",
                registry_id,
                {"NamespaceName": namespace, "RepositoryName": repository, "Limit": PAGE, "Offset": offset},
            ),
            "ImageInfoList",
            key=lambda one: one.get("ImageVersion"),
            offsets=lambda pages, count: [pages + 1],
            first=1,
        )

    def image_manifest(self, registry_id: str, namespace: str, repository: str, tag: str) -> str | None:
        """DescribeImageManifests: the manifest of a tag as text; ``None`` when there is no such tag.

        :param repository: its name without the namespace.
        """
        where = {"NamespaceName": namespace, "RepositoryName": repository, "ImageVersion": tag}
        try:
            return str(self._call("DescribeImageManifests", registry_id, where).get("Manifest") or "")
        except NotFound:
            return None

    def image_count(self, registry_id: str, namespace: str, repository: str) -> int:
        """DescribeImages: how many tags a repository has, without listing them; its name is without the namespace."""
        where = {"NamespaceName": namespace, "RepositoryName": repository}
        answer = self._call("DescribeImages", registry_id, {**where, "Limit": 1, "Offset": 1})
        return int(answer.get("TotalCount") or 0)

    def _none_if_absent(self, registry_id: str, listing: Callable[[], list[Item]]) -> list[Item]:
        """A listing in which nothing is found, unless it is the registry that is not found."""
        try:
            return listing()
        except NotFound:
            if self.instances([registry_id]):
                return []
            raise


def _with_full_names(repositories: Sequence[Item]) -> list[Item]:
    """The repositories with the namespace in front of each ``Name``.

    One listing has one form: a single ``Name`` without its namespace shows that all lack it. Otherwise the repositories
    ``a/b`` and ``b`` of the namespace ``a`` would both be called ``a/b``.
    """
    prefixes = [f"{one['Namespace']}/" if one.get("Namespace") else "" for one in repositories]
    names = [str(one.get("Name")) for one in repositories]
    if all(name.startswith(prefix) for name, prefix in zip(names, prefixes)):
        prefixes = [""] * len(names)
    return [{**one, "Name": prefix + name} for one, prefix, name in zip(repositories, prefixes, names)]
