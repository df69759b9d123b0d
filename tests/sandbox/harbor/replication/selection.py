# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a policy selects, and under which names it arrives at the target."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.sandbox.core.content import ContentStore
from tests.sandbox.harbor.accessories import by_subject, listed_artifacts, tags_by_digest
from tests.sandbox.harbor.api.flavour import Flavour
from tests.sandbox.harbor.replication.patterns import match
from tests.sandbox.harbor.state import HarborState, Policy, Project


class FlatteningError(Exception):
    """A repository has fewer components than the policy wants to replace."""


@dataclass(frozen=True)
class Selected:
    """One repository to copy: its tags, and digests of what has no tag."""

    repository: str
    references: list[str]
    kind: str = ""  # the resource type, where it is not that of the generation


@dataclass(frozen=True)
class _Item:
    """One artifact that may be copied; an accessory knows the tags of the artifact that Harbor lists above it."""

    digest: str
    tags: list[str]
    labels: frozenset[str] = frozenset()
    subject_tags: list[str] | None = None


def select(flavour: Flavour, state: HarborState, policy: Policy) -> list[Selected]:
    """The repositories that a policy copies: by project, and within it in the order in which Harbor lists them."""
    if _kept_out(flavour, policy):
        return []
    names = [item["value"] for item in policy.filters if item["type"] == "name"]
    found = []
    for project in sorted(state.projects.values(), key=lambda item: item.name):
        for repository in _in_listed_order(flavour, state, project):
            if all(match(pattern, repository) for pattern in names):
                references = _references(flavour, state, policy, repository)
                if references:
                    found.append(Selected(repository, references))
    return found


def _in_listed_order(flavour: Flavour, state: HarborState, project: Project) -> list[str]:
    """The repositories of a project as lists have them: newest first (2.x), or by name."""
    names = state.repositories_of(project)
    if "repositories" not in flavour.newest_first.split():
        return names
    return sorted(names, key=lambda name: str(state.store.created_at(name)), reverse=True)


def selects_push(flavour: Flavour, state: HarborState, policy: Policy, repository: str, tag: str) -> bool:
    """Whether a policy copies a tag that was just pushed: that event knows no subject, an accessory is judged by its own tag."""
    project = state.project_named(repository.partition("/")[0])
    if project is None or _kept_out(flavour, policy):
        return False
    names = [item["value"] for item in policy.filters if item["type"] == "name"]
    digest = state.store.tags(repository).get(tag, "")
    pushed = _Item(digest, [tag], frozenset(state.labels.get((repository, digest), ())))
    return all(match(pattern, repository) for pattern in names) and bool(_filtered(flavour, policy, [pushed]))


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
    """The tags that are copied, and the digests of what has none; 1.x copies tags only, in the order of a chance."""
    items = _filtered(flavour, policy, _items(flavour, state, repository))
    if flavour.platforms == "one":
        return state.shuffled(tag for item in items for tag in item.tags)
    return [reference for item in items for reference in item.tags or [item.digest]]


def _items(flavour: Flavour, state: HarborState, repository: str) -> list[_Item]:
    """What can be copied, newest first; each artifact is followed by all that hangs on it, then on its children."""
    store, found = state.store, []
    artifacts = listed_artifacts(flavour, store, repository)
    every_tag, hanging = tags_by_digest(flavour, store, repository), by_subject(flavour, store, repository)

    def below(subject: str) -> Iterator[str]:
        """Digests of all that hangs on a manifest, an accessory before its own accessories (2.8+)."""
        for item in hanging.get(subject, []):
            yield item.digest
            if flavour.knows_subjects:
                yield from below(item.digest)

    for digest in sorted(artifacts, key=lambda digest: _age(store, repository, digest), reverse=True):
        tags, labels = artifacts[digest], frozenset(state.labels.get((repository, digest), ()))
        found.append(_Item(digest, tags, labels))
        manifest = store.manifest(repository, digest)
        children = [child["digest"] for child in manifest.children()] if manifest else []
        for subject in (digest, *children):
            found += [_Item(item, every_tag.get(item, []), labels, tags) for item in below(subject)]
    return found


def _age(store: ContentStore, repository: str, digest: str) -> tuple[str, int]:
    return str(store.pushed_at(repository, digest)), store.number(repository, digest)


def _filtered(flavour: Flavour, policy: Policy, items: list[_Item]) -> list[_Item]:
    """What the filters of a policy leave, one filter after the other."""
    if flavour.platforms == "one":
        items = [item for item in items if item.tags]
    for rule in policy.filters:
        if rule["type"] == "label" and flavour.label_filter_works:
            excludes = rule.get("decoration") == "excludes"
            items = [item for item in items if (set(rule["value"]) <= item.labels) != excludes]
        if rule["type"] == "tag":
            items = [kept for item in items if (kept := _tagged(rule, item)) is not None]
    return items


def _tagged(rule: dict[str, Any], item: _Item) -> _Item | None:
    """What a tag filter leaves of an artifact; no tags count as an empty one.

    An accessory is judged by the tags of its subject and keeps its own; a second filter takes it for an artifact, because
    the first one forgets what it was (goharbor/harbor, src/pkg/reg/filter/artifact.go).
    """
    excludes = rule.get("decoration") == "excludes"
    judged = item.tags if item.subject_tags is None else item.subject_tags
    kept = [tag for tag in judged or [""] if match(rule["value"], tag) != excludes]
    if not kept:
        return None
    return _Item(item.digest, item.tags if not judged or item.subject_tags is not None else kept, item.labels)
