# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replications of images with accessories run in the sandbox as they did on a real Harbor 2.15.2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contract.accessory_scenes import RECORD, digests, in_names
from tests.modules.migration_scene import Scene
from tests.sandbox import Sandbox
from tests.sandbox.core.accessories import SPDX, Push, later, referrer, scene
from tests.sandbox.core.content import digest_of
from tests.sandbox.harbor import HarborServer
from tests.sandbox.harbor.demonstration import fill_with_accessories
from tests.sandbox.harbor.replication.execution_state import Execution
from tests.sandbox.tcr.state import ImmutableRule
from tests.unit.sandbox.harbor_support import Client, wait

QUICK = {
    "endpoint_opening": 0.05, "rate_limits": False, "harbor_flow_seconds": 0.05, "harbor_queue_seconds": 0.02,
    "harbor_task_seconds": 0.02, "harbor_status_lag_seconds": 0.05, "harbor_retry_scale": 0.002,
}  # fmt: skip
_TASK = ("src_resource", "dst_resource", "status", "resource_type", "operation")
_LINE = re.compile(r"\S+ \[(?P<level>[A-Z]+)\] \[\S+\]: (?P<text>.*)")
_BEGINNING = "client for source registry"


class Stage:
    """A sandbox with the recorded project, its policy, and the registry to which it is copied."""

    def __init__(self, box: Sandbox, projects: tuple[str, ...] = ("acc",), **policy: Any) -> None:
        assert box.harbor is not None
        self.box = box
        self.harbor: HarborServer = box.harbor
        self.client = Client(self.harbor)
        self.policy = Scene(box, projects, projects, **policy).policy_id

    def run(self) -> Execution:
        """Start the policy and wait until nothing happens any more: failed tasks run three times."""
        execution = self.begin()
        wait(lambda: execution.complete and all(self._over(task.status, task.runs) for task in execution.tasks))
        wait(lambda: self.client.execution(execution.id)["in_progress"] == 0)
        self.client.finished(execution.id)
        return execution

    def begin(self) -> Execution:
        """Start the policy."""
        return self.harbor.state.executions[self.client.start(self.policy)]

    def protect(self, tag: str) -> None:
        """Make the tags of a pattern immutable at the target, and no others."""
        content = {
            "RepositoryPattern": "**", "RepositoryDecoration": "repoMatches",
            "TagPattern": tag, "TagDecoration": "matches",
        }  # fmt: skip
        self.box.tcr.registry.immutable_rules = {1: ImmutableRule(1, "acc", content, False)}

    def seen(self, execution: Execution) -> dict[str, Any]:
        """An execution as it was recorded: its counters, and its tasks with what they copied."""
        shown = self.client.execution(execution.id)
        tasks = []
        for task in self.client.tasks(execution.id):
            known = next(item for item in execution.tasks if item.id == task["id"])
            about = {name: task[name] for name in _TASK}
            tasks.append({**about, "references": in_names(known.references), "runs": in_names(runs(known.log))})
        counters = ("status", "total", "succeed", "failed", "stopped", "in_progress", "status_text")
        return {"execution": {name: shown[name] for name in counters}, "tasks": tasks}

    def arrived(self) -> dict[str, Any]:
        """Which of the recorded digests the target holds, and the tags of its repositories."""
        store = self.box.tcr.registry.store
        found: dict[str, Any] = {}
        for repository in store.repositories():
            found[f"GET /v2/{repository}/tags/list"] = in_names(list(store.tags(repository)))
            for digest, name in digests().items():
                found[f"HEAD /v2/{repository}/manifests/<{name}>"] = store.manifest(repository, digest) is not None
        return found

    def _over(self, status: str, runs: int) -> bool:
        return status == "Succeed" or (status == "Failed" and runs == 3)


def runs(log: list[str]) -> list[list[str]]:
    """Level and text of the lines of each run of a task."""
    found: list[list[str]] = []
    for line in log:
        parts = _LINE.fullmatch(line)
        assert parts is not None, line
        if parts["text"].startswith(_BEGINNING):
            found.append([])
        found[-1].append(f"{parts['level']} {parts['text']}")
    return found


def recorded_execution(name: str) -> dict[str, Any]:
    return dict(RECORD["executions"][name])


def recorded_target(name: str) -> dict[str, Any]:
    """What a record says about the target, in the form of `Stage.arrived`."""
    return {
        line: answer["tags"] if "tags" in answer else answer["status"] == 200
        for line, answer in RECORD["targets"][name].items()
        if "fallback tag" not in line
    }


def compared(found: dict[str, Any], recorded: dict[str, Any]) -> dict[str, Any]:
    """What was found, reduced to what was recorded: of a task that ran several times the log of one run."""
    tasks = []
    for task, known in zip(found["tasks"], recorded["tasks"], strict=True):
        reduced = {name: value for name, value in task.items() if name in known}
        if "log" in known:
            logs = [[line for line in run if not line.startswith("INFO")] for run in task["runs"]]
            reduced["log"] = known["log"] if known["log"] in logs else logs
        tasks.append(reduced)
    return {**recorded, "execution": found["execution"], "tasks": tasks}


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox with the recorded project, ready to copy."""
    with Sandbox(tmp_path, seed="accessories", network="public", **QUICK) as sandbox:
        yield sandbox


def test_the_recorded_replications_run_again(box: Sandbox) -> None:
    stage, pushes = Stage(box), later()

    def push(*names: str) -> None:
        fill_with_accessories(stage.harbor, {name: pushes[name] for name in names})

    def agree(execution: Execution, name: str, target: str) -> None:
        recorded = recorded_execution(name)
        seen = stage.seen(execution)
        assert compared(seen, recorded) == recorded
        arrived = stage.arrived()
        expected = recorded_target(target)
        assert {line: arrived.get(line, False) for line in expected} == expected

    agree(stage.run(), "first", "first")
    push("cosign_sig_tag_2", "late_sbom_referrer")
    expected = recorded_target("after_resign")
    assert {line: stage.arrived().get(line, False) for line in expected} == expected
    push("image_2", "image_1_1")
    stage.protect("1.0")
    agree(stage.run(), "immutable", "after_immutable")
    stage.protect("*.sig")
    push("image_1_2", "cosign_sig_tag_3")
    agree(stage.run(), "sig_refused", "after_sig_refused")


def test_a_tag_filter_takes_what_hangs_on_the_selected_images(box: Sandbox) -> None:
    assert box.harbor is not None
    fill_with_accessories(box.harbor, later())
    recorded = recorded_execution("tag_filter")
    stage = Stage(box, filters=recorded["filters"])
    assert compared(stage.seen(stage.run()), recorded) == recorded


def test_a_large_sbom_is_still_copied_when_its_image_has_arrived(box: Sandbox) -> None:
    assert box.harbor is not None
    image = scene()["image"]
    large = referrer(image.artifact, SPDX, size=100_000)
    fill_with_accessories(
        box.harbor, {"image": replace(image, repository="accslow/app"), "sbom": Push("accslow/app", large)}
    )
    payload = digest_of(large.blobs[-1])
    box.settings.harbor_slow_content = {payload: 60}
    stage = Stage(box, ("accslow",), speed=30)
    execution, recorded = stage.begin(), recorded_execution("slow")
    target = box.tcr.registry.store
    wait(lambda: bool(execution.tasks) and any(f"blob {payload}" in line for line in execution.tasks[0].log))
    wait(lambda: stage.client.execution(execution.id)["total"] == 1)
    assert compared(stage.seen(execution), recorded) == recorded
    lines = "\n".join(runs(execution.tasks[0].log)[-1]).replace(large.digest, "<sbom>")
    log = re.sub(r"sha256:[0-9a-f]{64}", "<blob>", lines).splitlines()
    assert log[2:] == recorded["log"][2:]
    assert target.manifest("accslow/app", "1.0") is not None
    assert target.manifest("accslow/app", large.digest) is None
    box.settings.harbor_slow_content = {}
    wait(lambda: stage.client.execution(execution.id)["status"] == "Succeed")
    assert target.manifest("accslow/app", large.digest) is not None
