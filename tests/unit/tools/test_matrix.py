# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The choice of ansible-core lines and Pythons."""

from __future__ import annotations

from tests.tools.matrix import LINES, module_requirements, plan


def test_oldest_and_newest_line_on_their_newest_python() -> None:
    planned = plan(["3.13", "3.12", "3.11", "3.10", "3.9", "3.8"])
    assert planned.cores == {"2.16": "3.12", "2.21": "3.13"}
    assert planned.target == "3.9"
    assert set(planned.left_out) == set(LINES) - {"2.16", "2.21"}


def test_lines_that_no_python_can_run_are_named_with_the_reason() -> None:
    planned = plan(["3.13"])
    assert planned.cores == {"2.18": "3.13", "2.21": "3.13"}
    assert planned.left_out["2.16"] == "needs a Python from 3.10 to 3.12, found 3.13"


def test_one_line_is_enough() -> None:
    assert plan(["3.9", "3.14"]).cores == {"2.20": "3.14", "2.21": "3.14"}
    assert plan(["3.10"]).cores == {"2.16": "3.10", "2.17": "3.10"}


def test_nothing_fits() -> None:
    planned = plan(["3.8"])
    assert planned.cores == {}
    assert planned.target == ""


def test_modules_need_no_ansible_core() -> None:
    names = [line.split(">")[0] for line in module_requirements()]
    assert names == ["jmespath", "PyYAML", "requests"]
