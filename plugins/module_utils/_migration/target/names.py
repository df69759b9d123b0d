# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Under which name each repository arrives at the target. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..._engine.texts import about, as_text
from ..._errors import InvalidInput
from ..._harbor.rules.target_names import target_repository
from ..._tcr.rules.names import namespace_problem, repository_problem

_LONGEST_REPOSITORY_OF_THE_CONSOLE = 200
_SHOWN = 5


@dataclass(frozen=True)
class Targets:
    """Where the selected repositories go.

    :param repositories: source repository to target repository.
    :param namespaces: the namespaces that the target needs, sorted.
    :param projects: for each project how a replication policy of Harbor brings it there:
        ``namespace``, ``dest_namespace`` (empty: names stay), ``dest_namespace_replace_count``.
    :param doubtful: what may not work as intended, in words.
    """

    repositories: dict[str, str]
    namespaces: list[str]
    projects: dict[str, dict[str, Any]] = field(default_factory=dict)
    doubtful: list[str] = field(default_factory=list)

    def as_result(self) -> dict[str, Any]:
        """Plain data with the attributes as keys."""
        return {
            "repositories": dict(self.repositories),
            "namespaces": list(self.namespaces),
            "projects": {name: dict(one) for name, one in self.projects.items()},
            "doubtful": list(self.doubtful),
        }


def plan_targets(
    repositories: Iterable[str], namespace_map: Mapping[str, str] | None = None, replace_count: bool = True
) -> Targets:
    """Compute all target names in advance.

    :param repositories: full names at the source.
    :param namespace_map: project to namespace of the target; a project that is not listed keeps its name.
    :param replace_count: whether this Harbor can replace just the first component (2.3 and later).
    :raises InvalidInput: two sources would land on one target, or a name is not legal at the target.
    """
    with about("namespace_map"):
        wanted = {as_text(project): as_text(namespace) for project, namespace in (namespace_map or {}).items()}
    names = sorted(set(repositories))
    projects: dict[str, dict[str, Any]] = {}
    targets: dict[str, str] = {}
    for name in names:
        project = name.partition("/")[0]
        namespace = wanted.get(project, project)
        mapped = namespace != project
        count = (1 if replace_count else -1) if mapped else None
        projects[project] = {
            "namespace": namespace,
            "dest_namespace": namespace if mapped else "",
            "dest_namespace_replace_count": count if replace_count else None,
        }
        targets[name] = target_repository(name, namespace if mapped else "", count)
    _refuse_illegal_namespaces(projects, wanted)
    _refuse_illegal_repositories(targets)
    _refuse_flattening(targets, projects)
    _refuse_collisions(targets)
    doubtful = [
        f"namespace_map names the project {project!r}, of which nothing is selected."
        for project in wanted
        if project not in projects
    ]
    doubtful += [
        f"The target repository {target!r} is longer than {_LONGEST_REPOSITORY_OF_THE_CONSOLE} characters: "
        "some descriptions of TCR allow no more."
        for target in targets.values()
        if len(target.partition("/")[2]) > _LONGEST_REPOSITORY_OF_THE_CONSOLE
    ]
    namespaces = sorted({target.partition("/")[0] for target in targets.values()})
    return Targets(targets, namespaces, projects, doubtful)


def report_repository_problem(repository: str, targets: Collection[str] = ()) -> str:
    """Why plans and reports cannot be kept in a repository of the target; empty when they can.

    :param targets: the repositories into which the migration copies.
    """
    namespace, _slash, name = repository.partition("/")
    reason = namespace_problem(namespace) or repository_problem(name)
    if reason:
        return f"migration_report_repository is {repository!r}: {reason}. Give it as namespace/repository."
    if repository in targets:
        return (
            f"migration_report_repository is {repository!r}, into which the migration copies. Give a repository that holds "
            "nothing else."
        )
    return ""


def _refuse_illegal_namespaces(projects: Mapping[str, Mapping[str, Any]], namespace_map: Mapping[str, str]) -> None:
    problems = []
    for project, one in projects.items():
        problem = namespace_problem(one["namespace"])
        if problem:
            sent = f"to which namespace_map sends the Harbor project {project!r}"
            origin = sent if project in namespace_map else "which is the name of the Harbor project"
            problems.append(f"{one['namespace']!r}, {origin}: {problem}")
    _raise_illegal(problems, "namespace", "Give each of these projects a legal namespace in namespace_map")


def _refuse_illegal_repositories(targets: Mapping[str, str]) -> None:
    problems = []
    for source, target in targets.items():
        problem = repository_problem(target.partition("/")[2])
        if problem:
            problems.append(f"{target!r}, the target of the Harbor repository {source!r}: {problem}")
    _raise_illegal(problems, "repository", "Leave these repositories out of the selection, or rename them in Harbor")


def _raise_illegal(problems: Sequence[str], kind: str, advice: str) -> None:
    if problems:
        shown = "; ".join(problems[:_SHOWN]) + _and_more(problems)
        raise InvalidInput(
            f"No legal {kind} of TCR: {shown}.", advice=f"{advice}.", details={"illegal_names": list(problems)}
        )


def _refuse_flattening(targets: Mapping[str, str], projects: Mapping[str, Mapping[str, Any]]) -> None:
    """Before 2.3 Harbor drops the middle of a name; that is no mapping of a namespace any more."""
    for source, target in targets.items():
        project, _slash, path = source.partition("/")
        namespace = projects[project]["namespace"]
        if target != f"{namespace}/{path}":
            raise InvalidInput(
                f"The project {project!r} is mapped to the namespace {namespace!r}, but Harbor before 2.3 would make "
                f"{target!r} of {source!r} instead of '{namespace}/{path}'.",
                advice="Take the project out of namespace_map, or leave its repositories with more than two "
                "components out of the selection.",
            )


def _refuse_collisions(targets: Mapping[str, str]) -> None:
    sources: dict[str, list[str]] = {}
    for source, target in targets.items():
        sources.setdefault(target, []).append(source)
    collisions = {target: found for target, found in sources.items() if len(found) > 1}
    if collisions:
        shown = [f"{' and '.join(repr(one) for one in found)} -> {target!r}" for target, found in collisions.items()]
        raise InvalidInput(
            f"{len(collisions)} target repositories would get more than one source: "
            f"{'; '.join(shown[:_SHOWN])}{_and_more(shown)}.",
            advice="Give one of the projects another namespace in namespace_map, or leave one repository out of "
            "the selection.",
            details={"collisions": collisions},
        )


def _and_more(items: Sequence[Any]) -> str:
    return f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
