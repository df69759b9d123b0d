# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A TCR client that answers what a test says, and a clock that does not wait."""

from __future__ import annotations

from typing import Any

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.wait import Wait

REGISTRY = "tcr-1"
RUNNING = {"RegistryId": REGISTRY, "RegistryName": "demo", "Status": "Running", "RegionName": "ap-guangzhou"}


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def wait(self, timeout: float = 60) -> Wait:
        return Wait(timeout=timeout, interval=1, clock=lambda: self.now, sleep=self.sleep)


class Client:
    """A TCR client whose methods answer what a test says: values, exceptions to raise, or functions to call."""

    region: str | None = "ap-guangzhou"

    def __init__(self, **answers: Any) -> None:
        self.answers = {"instances": [RUNNING], **answers}
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            self.calls.append((name, arguments))
            answer = self.answers.get(name)
            if callable(answer):
                answer = answer(*arguments, **options)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call

    def count(self, name: str) -> int:
        return sum(called == name for called, _arguments in self.calls)
