# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a policy selects, and under which names it arrives at the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.sandbox.core.content import ContentStore
from tests.sandbox.harbor.api.flavour import Flavour
from tests.sandbox.harbor.replication.patterns import match
from tests.sandbox.harbor.state import HarborState, Policy


class FlatteningError(Exception):
    """A repository has fewer components than the policy wants to replace."""


@dataclass(frozen=True)
class Selected:
    """One repository to copy: its tags, and digests of what has no tag."""

    repository: str
    references: list[str]
    kind: str = ""  # the resource type, where it is not that of the generation


def select(flavour: Flavour, state: HarborState, policy: Policy) -> list[Selected]:
    """The repositories that a policy copies, in the order of their projects and names."""
    if _kept_out(flavour, policy):
        return []
    names = [item["value"] for item in policy.filters if item["type"] == "name"]
    found = []
    for project in sorted(state.projects.values(), key=lambda item: item.name):
        if project.registry_id:
            continue
        for repository in state.repositories_of(project):
            if all(match(pattern, repository) for pattern in names):
                references = _references(flavour, state, policy, repository)
                if references:
                    found.append(Selected(repository, references))
    return found


def top_level(store: ContentStore, repository: str) -> dict[str, list[str]]:
    """Digest to tags of the artifacts that Harbor lists: children of an index are hidden unless they have a tag."""
    tags: dict[str, list[str]] = {}
    for tag, digest in store.tags(repository).items():
        tags.setdefault(digest, []).append(tag)
    manifests = store.manifests(repository)
    children = {child["digest"] for manifest in manifests for child in manifest.children()}
    return {
        item.digest: tags.get(item.digest, [])
        for item in manifests
        if item.digest in tags or item.digest not in children
    }


def destination(policy: Policy, repository: str) -> str:
    """The name of a repository at the target. Raises FlatteningError."""
    namespace, count = policy.dest_namespace, policy.dest_namespace_replace_count
    if not namespace:
        return repository
    components = repository.split("/")
    if count < 0:
        return f"{namespace}/{components[-1]}"
    if count > len(components) - 1:
        above = " ".join(components[:-1])
        raise FlatteningError(
            f'the source repository "{repository}" contains only {len(components) - 1} path components [{above}] '
            f"excepting the last one, but the destination namespace flattening level is {count}"
        )
    return "/".join([namespace, *components[count:]])


def _kept_out(flavour: Flavour, policy: Policy) -> bool:
    """Whether the resource filter leaves no images: only where it still has an effect."""
    if not flavour.resource_filter_works:
        return False
    wanted = [item["value"] for item in policy.filters if item["type"] == "resource"]
    return bool(wanted) and all(value == "chart" for value in wanted)


def _references(flavour: Flavour, state: HarborState, policy: Policy, repository: str) -> list[str]:
    artifacts = top_level(state.store, repository)
    newest_first = sorted(artifacts, key=lambda digest: str(state.store.pushed_at(repository, digest)), reverse=True)
    by_tag = flavour.platforms == "one"
    selected: list[str] = []
    for digest in newest_first:
        tags = artifacts[digest]
        if by_tag and not tags:
            continue
        for item in policy.filters:
            if (
                item["type"] == "label"
                and flavour.label_filter_works
                and not _labelled(state, repository, digest, item)
            ):
                break
            if item["type"] == "tag":
                kept = _tags(item, tags)
                if kept is None:
                    break
                tags = kept
        else:
            selected.extend(tags or [digest])
    return sorted(selected) if by_tag else selected


def _tags(item: dict[str, Any], tags: list[str]) -> list[str] | None:
    """The tags that a tag filter leaves, None when nothing is left; an artifact without tags counts as an empty tag."""
    excludes = item.get("decoration") == "excludes"
    if not tags:
        return [] if match(item["value"], "") != excludes else None
    return [tag for tag in tags if match(item["value"], tag) != excludes] or None


def _labelled(state: HarborState, repository: str, digest: str, item: dict[str, Any]) -> bool:
    has_all = set(item["value"]) <= state.labels.get((repository, digest), set())
    return has_all != (item.get("decoration") == "excludes")
