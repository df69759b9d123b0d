# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of an option through the code: at most six files from the module to the request or the command.

A route are the files of the collection that are on the stack when a request or a command is issued, each once, the
module's file first. What leads through a pool of threads goes on where the work was handed to the pool.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._host.commands import Host
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Http
from tests.modules import harbor_connection
from tests.modules.migration_scene import POLICY, Scene
from tests.modules.tcr_connection import runner
from tests.support.steps import succeed
from tests.tools.environments import ROOT

LONGEST = 6
PLUGINS = f"{ROOT / 'plugins'}/"

Route = tuple[str, ...]


class Tracer:
    """Records the route of each call of the methods that it watches, in whatever thread they are called."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.routes: dict[Route, list[Any]] = {}
        self._thread = threading.local()
        self._patch = monkeypatch
        submit = ThreadPoolExecutor.submit

        def carry(pool: ThreadPoolExecutor, work: Callable[..., Any], *given: Any, **options: Any) -> Any:
            begun = self._stack()

            def go_on(*given: Any, **options: Any) -> Any:
                self._thread.begun = begun
                return work(*given, **options)

            return submit(pool, go_on, *given, **options)

        monkeypatch.setattr(ThreadPoolExecutor, "submit", carry)

    def watch(self, owner: type, name: str) -> None:
        """Record calls of a method; the file in which it stands belongs to the route."""
        method = getattr(owner, name)
        place = _shown(method.__code__.co_filename)

        def recorded(this: Any, *given: Any, **options: Any) -> Any:
            route = tuple(dict.fromkeys([*self._stack(), place]))
            self.routes.setdefault(route, []).append(given)
            return method(this, *given, **options)

        self._patch.setattr(owner, name, recorded)

    def _stack(self) -> list[str]:
        frame, found = sys._getframe(1), []
        while frame is not None:
            found.append(frame.f_code.co_filename)
            frame = frame.f_back  # type: ignore[assignment]
        here = [_shown(name) for name in reversed(found) if name.startswith(PLUGINS)]
        return [*getattr(self._thread, "begun", ()), *here]


def _shown(path: str) -> str:
    return str(Path(path).relative_to(PLUGINS))


@pytest.fixture
def tracer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracer]:
    tracing = Tracer(monkeypatch)
    yield tracing
    assert tracing.routes, "nothing was issued"
    for route in tracing.routes:
        assert len(route) <= LONGEST, f"{len(route)} files: {' -> '.join(route)}"


def test_an_option_of_a_replication(sandbox: Any, tracer: Tracer) -> None:
    stage = Scene(sandbox, ["library"])
    known = succeed(runner("harbor_info"), harbor_connection.connection(sandbox))
    tracer.watch(Http, "request")
    options = stage.execution(policy=POLICY, wait=False, harbor_detected=known["harbor"]["detected"])
    result = succeed(runner("harbor_replication_execution"), options)
    assert result["changed"]
    started = [route for route, calls in tracer.routes.items() if any(given[0] == "POST" for given in calls)]
    assert started, "the replication was started through the watched client"
    for route in started:
        assert route[0] == "modules/harbor_replication_execution.py" and route[-1] == "module_utils/_http/client.py"


def test_a_fact_of_a_host(make_sandbox: Callable[..., Any], tracer: Tracer, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = make_sandbox(seed="none", network="private")
    monkeypatch.setenv("PATH", f"{Path(sandbox.facts['compose_command']).parent}:/usr/bin:/bin")
    tracer.watch(Host, "run")
    url = sandbox.facts["registry_url"]
    succeed(runner("host_deployment_info"), {"unit_directories": [], "url": url})
    asked = [route for route, calls in tracer.routes.items() if any(url in " ".join(given[0]) for given in calls)]
    assert asked, "a container was asked for the address"
    for route in asked:
        assert route[0] == "modules/host_deployment_info.py" and route[-1] == "module_utils/_host/commands.py"
