# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small in-memory server that can be slow, lossy and shared, and a resource over it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.engine import Engine
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.fields import Field, State, text
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.history import History
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.resource import Resource
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.wait import READY, Phase, Readiness, Wait
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import NotFound


@dataclass
class Server:
    """Keeps things and a journal; ``before`` and ``after`` may raise around the commit of a write."""

    things: list[State] = field(default_factory=list)
    journal: list[tuple[str, Any]] = field(default_factory=list)
    before: Callable[[str, Any], None] = lambda verb, name: None
    after: Callable[[str, Any], None] = lambda verb, name: None
    reads: int = 0

    def write(self, verb: str, name: Any, commit: Callable[[], None]) -> None:
        self.journal.append((verb, name))
        self.before(verb, name)
        commit()
        self.after(verb, name)


class Things(Resource):
    kind = "thing"
    key = "name"
    fields = (
        Field("name"),
        Field("size"),
        Field("shape", immutable=True),
        Field("description", text),
        Field("secret", write_only=True),
    )
    owner_field = "description"

    def __init__(self, server: Server) -> None:
        self.server = server
        self.secret_is_broken = False

    def find(self, keys: Collection[Any] | None) -> list[State]:
        self.server.reads += 1
        return [dict(thing) for thing in self.server.things if keys is None or thing["name"] in keys]

    def create(self, desired: State) -> State | None:
        stored = {name: value for name, value in desired.items() if name != "secret" and value is not None}
        self.server.write("create", desired["name"], lambda: self.server.things.append(stored))
        return {"token": "told once"}

    def update(self, current: State, desired: State, changed: frozenset[str]) -> State | None:
        def commit() -> None:
            thing = next(one for one in self.server.things if one["name"] == desired["name"])
            thing.update({name: desired[name] for name in changed if name != "secret"})

        self.server.write("update", desired["name"], commit)
        return None

    def delete(self, current: State) -> None:
        def commit() -> None:
            index = next((i for i, one in enumerate(self.server.things) if one["name"] == current["name"]), None)
            if index is None:
                raise NotFound("gone")
            del self.server.things[index]

        self.server.write("delete", current["name"], commit)

    def readiness(self, current: State, history: History) -> Readiness:
        phase = Phase(current.get("phase", "ready"))
        return READY if phase is Phase.READY else Readiness(phase, f"state {phase.value}")

    def must_write_secret(self, current: State, desired: State) -> bool:
        return self.secret_is_broken


class Clock:
    """Time that passes only while somebody sleeps; ``on_sleep`` lets the server move on."""

    def __init__(self, on_sleep: Callable[[float], None] = lambda now: None) -> None:
        self.now = 0.0
        self.on_sleep = on_sleep

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.on_sleep(self.now)

    def wait(self, timeout: float = 60, enabled: bool = True) -> Wait:
        return Wait(enabled=enabled, timeout=timeout, interval=5, clock=lambda: self.now, sleep=self.sleep)


def run(server: Server, desired_members: list[State], state: str = "present", **options: Any) -> Any:
    options.setdefault("wait", Clock().wait())
    return Engine(Things(server), desired_members, state=state, **options).run()
