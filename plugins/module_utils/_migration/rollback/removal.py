# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removes at the target what a migration made: tags, repositories and namespaces, and nothing that came since."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from ..._errors import Conflict, MigrationError, NotFound
from ..._oci.client import DistributionClient
from ..._tcr.api.client import MOST_TAGS
from ..comparison.verdicts import RegistryAnswer
from ..target.listing import TargetRegistry, ask_registry, repository_names, tag_digests
from .rules import Decision, Made, decide, kept, questions

_WORKERS = 8
_SHOWN = 5
_ADVICE = "Remove what keeps it (a rule on immutable tags, for example) and run again: what is gone stays gone."

Entry = dict[str, Any]


@dataclass(frozen=True)
class RemovalRequest:
    """What may be removed.

    :param namespaces: those that the migration made.
    """

    repositories: Sequence[Made]
    namespaces: Sequence[str] = ()


@dataclass
class _Outcome:
    """What became of one repository."""

    removed: list[Entry] = field(default_factory=list)
    kept: list[Entry] = field(default_factory=list)
    gone: bool = False


class TargetRemoval:
    """One removal."""

    def __init__(self, target: TargetRegistry[DistributionClient], request: RemovalRequest) -> None:
        self._target, self._tcr, self._registry_id = target, target.tcr, target.registry_id
        self._request = request
        self._lock = threading.Lock()
        self._registry: DistributionClient | None = None

    def run(self, check_mode: bool) -> dict[str, Any]:
        """Remove, and return what the module returns.

        :param check_mode: ask and decide, but remove nothing.
        :raises MigrationError: the removal of something was refused; the whole outcome is in ``details``.
        """
        request, act = self._request, not check_mode
        there = {str(one["Name"]) for one in self._tcr.namespaces(self._registry_id)}
        present = self._present(there)
        wanted = [one for one in request.repositories if one.name in present]
        with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
            outcomes = list(pool.map(lambda one: self._repository(one, act), wanted))
        gone = {one.name for one, outcome in zip(wanted, outcomes) if outcome.gone}
        made = sorted(there & set(request.namespaces))
        outcomes += [self._namespace(name, present - gone, act) for name in made]
        removed = [entry for one in outcomes for entry in one.removed]
        stays = [entry for one in outcomes for entry in one.kept]
        result = {"actions": removed, "kept": stays, "summary": _summary(removed, stays), "diff": _difference(removed)}
        failed = [one for one in stays if one["failed"]]
        if failed:
            shown = "; ".join(f"{one['object']} {one['key']}: {one['reason']}" for one in failed[:_SHOWN])
            more = f"; and {len(failed) - _SHOWN} more" if failed[_SHOWN:] else ""
            raise MigrationError(f"Not everything could be removed: {shown}{more}.", advice=_ADVICE, details=result)
        return {"changed": bool(removed), **result}

    def _present(self, namespaces: set[str]) -> set[str]:
        """The repositories that are there, in all namespaces that are concerned."""
        request = self._request
        concerned = {one.name.partition("/")[0] for one in request.repositories} | set(request.namespaces)
        with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
            return {name for names in pool.map(self._names, sorted(concerned & namespaces)) for name in names}

    def _names(self, namespace: str) -> list[str]:
        return repository_names(self._tcr, self._registry_id, namespace)

    def _tags(self, name: str) -> dict[str, str]:
        return tag_digests(self._tcr, self._registry_id, name)

    def _repository(self, made: Made, act: bool) -> _Outcome:
        """Decide by a listing that is as new as can be, and act at once."""
        try:
            listed = self._tags(made.name)
            decision = decide(made, listed, self._answers(made, listed, act))
            outcome = _Outcome(kept=list(decision.kept))
            if act:
                self._remove(made, decision, outcome)
            else:
                outcome.removed, outcome.gone = _actions(made.name, decision), decision.whole
        except MigrationError as error:
            return _Outcome(kept=[kept("repository", made.name, str(error), failed=True)])
        return outcome

    def _answers(self, made: Made, listed: Mapping[str, str], act: bool) -> dict[str, RegistryAnswer]:
        """What the registry itself says about the tags that the listing leaves open."""
        tags = questions(made, listed)
        if not tags:
            return {}
        try:
            registry = self._client()
        except MigrationError as error:
            if act:
                raise
            return dict.fromkeys(tags, RegistryAnswer(problem=error.message))
        found = ask_registry(registry, [(made.name, tag) for tag in tags], new_credential=True)
        return {tag: found[(made.name, tag)] for tag in tags}

    def _client(self) -> DistributionClient:
        """The registry itself, with a credential of one hour."""
        with self._lock:
            if self._registry is None:
                self._registry = self._target.client(*self._target.new_credential())
            return self._registry

    def _remove(self, made: Made, decision: Decision, outcome: _Outcome) -> None:
        refused = self._delete_tags(made.name, list(decision.tags))
        outcome.kept += refused
        if decision.whole and not refused:
            stays = self._delete_repository(made.name)
            outcome.kept += stays
            outcome.gone = not stays
        if outcome.gone:
            outcome.removed = _actions(made.name, decision)
        else:
            failed = {one["key"] for one in refused}
            tags = [tag for tag in decision.tags if f"{made.name}:{tag}" not in failed]
            outcome.removed = _actions(made.name, Decision(tuple(tags)))

    def _delete_tags(self, name: str, tags: Sequence[str]) -> list[Entry]:
        """Delete tags, as many in a call as the API takes; returns those that stay because that was refused."""
        refused: list[Entry] = []
        waiting = [list(tags[first : first + MOST_TAGS]) for first in range(0, len(tags), MOST_TAGS)]
        while waiting:
            batch = waiting.pop(0)
            try:
                self._tcr.delete_tags(self._registry_id, *_split(name), batch)
            except NotFound:
                # Another tag of the same image may have taken it along.
                left = [tag for tag in batch if tag in self._tags(name)]
                waiting += [left] if left and left != batch else []
            except Conflict as error:
                if len(batch) == 1:
                    refused.append(kept("image tag", f"{name}:{batch[0]}", str(error), failed=True))
                waiting += [[tag] for tag in batch] if len(batch) > 1 else []
        return refused

    def _delete_repository(self, name: str) -> list[Entry]:
        """Delete a repository without tags; returns it where somebody has pushed meanwhile."""
        place = (self._registry_id, *_split(name))
        try:
            self._tcr.delete_repository(*place, force=False)
        except NotFound:
            return []
        except Conflict:
            pushed = self._tags(name)
            if pushed:
                reason = f"somebody has pushed the tags {', '.join(sorted(pushed)[:_SHOWN])} meanwhile"
                return [kept("repository", name, reason)]
            # What is left has no tag: parts of indexes, and what hangs on images.
            self._tcr.delete_repository(*place, force=True)
        return []

    def _namespace(self, name: str, present: set[str], act: bool) -> _Outcome:
        """Remove a namespace that is empty. Just before, its repositories are listed again: some TCR may empty one that is not."""
        held = self._names(name) if act else sorted(one for one in present if one.startswith(f"{name}/"))
        if held:
            more = f" and {len(held) - _SHOWN} more" if held[_SHOWN:] else ""
            return _Outcome(kept=[kept("namespace", name, f"it holds {', '.join(held[:_SHOWN])}{more}")])
        try:
            if act:
                self._tcr.delete_namespace(self._registry_id, name)
        except NotFound:
            return _Outcome()
        except MigrationError as error:
            return _Outcome(kept=[kept("namespace", name, str(error), failed=True)])
        return _Outcome(removed=[{"action": "delete", "object": "namespace", "key": name}])


def _split(name: str) -> tuple[str, str]:
    namespace, _slash, repository = name.partition("/")
    return namespace, repository


def _actions(name: str, decision: Decision) -> list[Entry]:
    """What is removed: the repository, or single tags of it."""
    if decision.whole:
        return [{"action": "delete", "object": "repository", "key": name}]
    return [{"action": "delete", "object": "image tag", "key": f"{name}:{tag}"} for tag in decision.tags]


def _difference(removed: Sequence[Entry]) -> dict[str, Any]:
    """What the option ``--diff`` shows."""
    kinds = sorted({one["object"] for one in removed})
    before = {kind: [one["key"] for one in removed if one["object"] == kind] for kind in kinds}
    return {"before": before, "after": {kind: [] for kind in kinds}}


def _summary(removed: Sequence[Entry], stays: Sequence[Entry]) -> str:
    kinds = {"repository": "repositories", "image tag": "tags of other repositories", "namespace": "namespaces"}
    counts = {kind: sum(one["object"] == kind for one in removed) for kind in kinds}
    told = ", ".join(f"{count} {kinds[kind]}" for kind, count in counts.items() if count) or "nothing"
    return f"Removed at the target: {told}." + (f" {len(stays)} objects stay." if stays else "")
