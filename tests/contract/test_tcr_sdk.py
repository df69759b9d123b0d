# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The official SDK calls every action that the sandbox offers: no warning, and answers as the vendor defines them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tencentcloud.tcr.v20190924 import models

from tests.contract.tcr_definitions import definition
from tests.contract.tcr_report import FACT
from tests.contract.tcr_sdk import change_tags, walk
from tests.sandbox import Sandbox
from tests.sandbox.tcr.services import TCR


def test_every_action(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    with Sandbox(tmp_path, harbor_version=None, link_address=0.1, link_running=0.1) as box:
        answers = walk(box).answers
    called = {action for action, _answer in answers}
    assert called == set(TCR.actions)
    vendor = definition("tcr")
    wrong = {line for action, answer in answers for line in vendor.answer_differences(action, answer)}
    assert not wrong, "\n".join(sorted(wrong))
    record_property(FACT, f"actions called by the official SDK: {len(called)}, with {len(answers)} answers as defined")


def test_definitions_match_the_sdk() -> None:
    for action, parameters in TCR.definitions.items():
        request = getattr(models, f"{action}Request")()
        assert {name.lstrip("_") for name in vars(request)} == set(parameters), action


def test_tags_are_changed_through_the_tag_service(tmp_path: Path) -> None:
    with Sandbox(tmp_path, harbor_version=None, instance_tagging=0.0) as box:
        answer = change_tags(box, {"stage": "test", "team": "a"}, [])
        assert list(definition("tag").answer_differences("ModifyResourceTags", answer)) == []
        change_tags(box, {"stage": "live"}, ["team"])
        assert box.tcr.registry.tags == [{"Key": "stage", "Value": "live"}]
