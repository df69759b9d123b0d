# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets clients find what hangs on images at a target without a referrers API: writes the index that they look for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ..._errors import MigrationError
from ..._oci.push import DistributionWriter
from ..._oci.referrers import INDEX_MEDIA_TYPE, listed_digests, merged_index, referrer_descriptor
from ..comparison.verdicts import EQUAL, MISSING
from ..source.accessories import subject_tag
from .listing import TargetRegistry

_WORKERS = 4


@dataclass(frozen=True)
class _Wanted:
    """One index: where it lies, and which digests it must list."""

    repository: str
    subject: str
    digests: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.repository}:{subject_tag(self.subject)}"


class ReferrersTags:
    """One look at, or completion of, all indexes of referrers that a comparison shows to be needed.

    :param repositories: what a comparison found, see :meth:`RepositoryVerdict.as_result`.
    """

    def __init__(self, target: TargetRegistry[DistributionWriter], repositories: Sequence[Mapping[str, Any]]) -> None:
        self._target = target
        self._repositories = repositories

    def run(self, check_mode: bool) -> dict[str, Any]:
        """Write what is missing, and return what the module returns.

        :param check_mode: predict only; what will be copied counts as there. Where the registry cannot be asked, it counts as
            one that has no such API and no such index.
        :raises MigrationError: the registry cannot be reached, or refuses a tag.
        """
        wanted = _wanted(self._repositories, (EQUAL, MISSING) if check_mode else (EQUAL,))
        registry = self._log_in(check_mode) if wanted else None
        served = self._served(registry, wanted, check_mode)
        pending = [] if served else wanted
        with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
            found = list(pool.map(lambda one: self._complete(registry, one, check_mode), pending))
        actions = [
            {"action": action, "object": "referrers tag", "key": one.key}
            for one, action in zip(pending, found)
            if action
        ]
        return {"changed": bool(actions), "referrers_api": served, "actions": actions}

    def _log_in(self, check_mode: bool) -> DistributionWriter | None:
        try:
            return self._target.log_in()
        except MigrationError:
            if not check_mode:
                raise
            return None

    @staticmethod
    def _served(registry: DistributionWriter | None, wanted: Sequence[_Wanted], check_mode: bool) -> bool | None:
        if registry is None:
            return None
        try:
            return registry.serves_referrers(wanted[0].repository, wanted[0].subject)
        except MigrationError:
            if not check_mode:
                raise
            return None

    @staticmethod
    def _complete(registry: DistributionWriter | None, one: _Wanted, check_mode: bool) -> str:
        """Complete one index; returns what was done, or in check mode would be, and nothing if it is complete."""
        tag = subject_tag(one.subject)
        try:
            index = registry.manifest(one.repository, tag) if registry else None
        except MigrationError:
            if not check_mode:
                raise
            index = None
        missing = [digest for digest in one.digests if digest not in listed_digests(index, one.key)]
        action = "create" if index is None else "update"
        if not missing or check_mode or registry is None:
            return action if missing else ""
        manifests = [registry.manifest(one.repository, digest) for digest in missing]
        described = [referrer_descriptor(manifest, one.subject) for manifest in manifests if manifest is not None]
        descriptors = [descriptor for descriptor in described if descriptor is not None]
        if not descriptors:
            return ""
        registry.push_manifest(one.repository, tag, INDEX_MEDIA_TYPE, merged_index(index, descriptors, one.key))
        return action


def _wanted(repositories: Iterable[Mapping[str, Any]], verdicts: Sequence[str]) -> list[_Wanted]:
    """The indexes that must be there, by repository and subject.

    What has a tag that names its subject is found by that tag. An index that the source has is copied, and stays as it is.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for repository in repositories:
        accessories = repository["accessories"]
        copied = {tag["tag"] for tag in repository["tags"] if tag["verdict"] != "extra"}
        copied.update(tag for one in accessories for tag in one.get("tags", ()))
        for one in accessories:
            subject = one.get("subject", "")
            own = subject_tag(subject)
            named = any(tag.startswith(own) for tag in one.get("tags", ()))
            if subject and not named and own not in copied and one["verdict"] in verdicts:
                found.setdefault((repository["target"], subject), []).append(one["digest"])
    return [_Wanted(*place, tuple(sorted(digests))) for place, digests in sorted(found.items())]
