# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""States of source, target, access, names and leftovers, as hypothesis makes them up, and how a sandbox gets into one."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies

from tests.journeys.journey import MARKER, Journey
from tests.modules import harbor_connection
from tests.sandbox.core.images import Artifact, chart, image, multi_platform, put_artifact
from tests.sandbox.core.network import HARBOR_CONTAINERS
from tests.sandbox.harbor.demonstration import create_projects
from tests.sandbox.harbor.state import Policy, Registry
from tests.sandbox.tcr.state import SecurityPolicy
from tests.support.host_state import HostState, linked

REPOSITORIES = ("library/base", "library/web", "shop/web", "shop/team/api", "tools/ci")
TAGS = ("1.0", "1.1", "latest")
ONE_PLATFORM = ("one", "two")
KINDS = (*ONE_PLATFORM, "index", "chart")
# Harbor 1.x holds images of one platform only.
VERSIONS = ("1.8", "1.10", "2.0", "2.7", "2.9", "2.15")


@dataclass(frozen=True)
class Tag:
    """A tag of the source, and what the target holds under it.

    :param target: ``absent``, ``equal`` or ``different``.
    """

    repository: str
    name: str
    kind: str
    target: str


@dataclass(frozen=True)
class State:
    """Where a migration begins.

    :param extra: something is only at the target.
    :param namespaces: those that are there without content.
    :param projects: the selection; none is everything.
    :param whitelist: who made the entry for Harbor: ``nobody``, ``ours``, ``theirs``, ``shared``.
    :param obsolete_entry: an entry of this migration that it no longer wants.
    :param path_open: the public endpoint, or the private link.
    :param names: how far an earlier run came on the host: ``none``, ``files`` (services not recreated), ``all``.
    :param credential: ``none``; ``orphan``: Harbor was never given it; ``held``; ``revoked``: Harbor holds what is gone.
    :param policy: ``none``, ``outdated`` (another filter), ``obsolete`` (of another name).
    """

    version: str
    network: str
    tags: tuple[Tag, ...]
    extra: bool
    namespaces: tuple[str, ...]
    projects: tuple[str, ...]
    whitelist: str
    obsolete_entry: bool
    path_open: bool
    names: str
    credential: str
    policy: str


@strategies.composite
def states(draw: strategies.DrawFn) -> State:
    """Any state in which something is selected."""
    version = draw(strategies.sampled_from(VERSIONS))
    kinds = ONE_PLATFORM if version.startswith("1.") else KINDS
    tag = strategies.builds(
        Tag,
        strategies.sampled_from(REPOSITORIES),
        strategies.sampled_from(TAGS),
        strategies.sampled_from(kinds),
        strategies.sampled_from(("absent", "equal", "different")),
    )
    tags = draw(strategies.lists(tag, min_size=1, max_size=5, unique_by=lambda one: (one.repository, one.name)))
    projects = sorted({one.repository.partition("/")[0] for one in tags})
    # A host costs more than all the rest.
    network = draw(strategies.sampled_from((*["public"] * 7, "private")))
    path_open = draw(strategies.booleans())
    return State(
        version,
        network,
        tuple(tags),
        draw(strategies.booleans()),
        tuple(draw(strategies.lists(strategies.sampled_from(projects), max_size=2, unique=True))),
        tuple(draw(strategies.lists(strategies.sampled_from(projects), max_size=2, unique=True))),
        draw(strategies.sampled_from(("nobody", "ours", "theirs", "shared"))),
        draw(strategies.booleans()),
        path_open,
        draw(strategies.sampled_from(("none", "files", "all"))) if path_open else "none",
        draw(strategies.sampled_from(("none", "orphan", "held", "revoked"))),
        draw(strategies.sampled_from(("none", "outdated", "obsolete"))),
    )


def establish(state: State, journey: Journey) -> None:
    """Bring an empty sandbox into a state."""
    sandbox = journey.sandbox
    create_projects(sandbox.harbor, [tag.repository for tag in state.tags])
    for tag in state.tags:
        put_artifact(sandbox.harbor.store, tag.repository, _artifact(tag, tag.kind), tag.name)
    _fill_target(state, journey)
    if state.network == "public":
        _open_endpoint(state, journey)
    elif state.path_open:
        host = HostState(sandbox, journey.directory, linked(sandbox))
        if state.names != "none":
            host.give_names(host.address, recreate=state.names == "all")
    _leave_credential(state, journey)
    sandbox.journal.clear()


def _artifact(tag: Tag, kind: str) -> Artifact:
    if kind == "index":
        return multi_platform(f"{tag.repository}-{tag.name}")
    if kind == "chart":
        return chart(tag.repository.rpartition("/")[2], tag.name)
    return image(["base", kind])


def _fill_target(state: State, journey: Journey) -> None:
    registry, tcr = journey.registry, harbor_connection.tcr(journey.sandbox)
    content = [(tag, tag.kind if tag.target == "equal" else "another") for tag in state.tags if tag.target != "absent"]
    if state.extra:
        content.append((Tag("library/only-here", "1", "one", "equal"), "one"))
    for namespace in sorted({*state.namespaces, *(tag.repository.partition("/")[0] for tag, _kind in content)}):
        tcr.create_namespace(registry.id, namespace, False)
    for tag, kind in content:
        put_artifact(registry.store, tag.repository, _artifact(tag, kind), tag.name)


def _open_endpoint(state: State, journey: Journey) -> None:
    if not state.path_open:
        return
    registry = journey.registry
    registry.endpoint.opened = True
    owners = {"ours": MARKER, "theirs": "theirs", "shared": f"{MARKER.replace('demo', 'other')}; demo"}
    if state.whitelist in owners:
        registry.whitelist.policies.append(SecurityPolicy(f"{HARBOR_CONTAINERS}/32", owners[state.whitelist]))
    if state.obsolete_entry:
        registry.whitelist.policies.append(SecurityPolicy("10.9.9.0/24", MARKER))


def _leave_credential(state: State, journey: Journey) -> None:
    """What an earlier run left in Harbor. It is put there directly: Harbor would test what it is given."""
    if state.credential == "none":
        return
    sandbox, tcr = journey.sandbox, harbor_connection.tcr(journey.sandbox)
    made = tcr.create_token(journey.registry.id, MARKER)
    if state.credential == "revoked":
        tcr.delete_token(journey.registry.id, made["TokenId"])
    if state.credential == "orphan":
        return
    stored = sandbox.harbor.state
    endpoint = Registry(
        stored.next_id("registry"),
        "demo",
        "docker-registry",
        sandbox.facts["registry_url"],
        f"{MARKER}; credential {made['TokenId']}",
        made["Username"],
        made["Token"],
        "basic",
    )
    stored.registries[endpoint.id] = endpoint
    if state.policy != "none":
        policy = Policy(
            stored.next_id("policy"),
            {"outdated": "demo", "obsolete": "demo-shop"}[state.policy],
            MARKER,
            dest_registry_id=endpoint.id,
            filters=[{"type": "name", "value": "nowhere/**"}],
            enabled=True,
        )
        stored.policies[policy.id] = policy
