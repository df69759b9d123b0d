# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What plays playbooks without Ansible's engine does as Ansible does, and refuses what it does not know."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from tests.support.in_process.player import Player, Run
from tests.support.in_process.templates import OMIT, Layer, Variables

GROUPS = {"harbor": ["sandbox"]}


def play(tmp_path: Path, tasks: str, check: bool = False, head: str = "hosts: localhost", **variables: object) -> Run:
    """Play tasks, given as YAML of a list."""
    playbook = tmp_path / "playbook.yml"
    indented = "".join(f"    {line}\n" for line in tasks.strip("\n").splitlines())
    playbook.write_text(f"- {head}\n  tasks:\n{indented}")
    return Player({}, variables, GROUPS).run(playbook, check)


def test_a_rescue_knows_the_reason_and_always_comes_last(tmp_path: Path) -> None:
    run = play(
        tmp_path,
        """
- block:
    - ansible.builtin.fail: {msg: broken}
    - ansible.builtin.debug: {msg: never}
  rescue:
    - ansible.builtin.debug: {msg: "rescued {{ ansible_failed_result.msg }}"}
  always:
    - ansible.builtin.debug: {msg: always}
- ansible.builtin.debug: {msg: goes on}
""",
    )
    assert (run.status, run.screen) == (0, ["rescued broken", "always", "goes on"])


def test_a_failure_without_rescue_ends_the_run_after_always(tmp_path: Path) -> None:
    run = play(
        tmp_path,
        """
- block:
    - ansible.builtin.assert: {that: [1 == 1, answer == 42], fail_msg: "{{ answer }} is wrong", quiet: true}
  always:
    - ansible.builtin.debug: {msg: always}
- ansible.builtin.debug: {msg: never}
""",
        answer=41,
    )
    assert (run.status, run.failure, run.screen) == (2, "41 is wrong", ["always"])


def test_loops_hold_results_and_conditions_are_asked_for_each_item(tmp_path: Path) -> None:
    run = play(
        tmp_path,
        """
- ansible.builtin.debug: {msg: "{{ one }}"}
  loop: "{{ [1, 2, 3] }}"
  loop_control: {loop_var: one}
  when: one != 2
  register: found
- ansible.builtin.debug: {msg: "{{ found.results | map(attribute='msg', default='skipped') | join(' ') }}"}
- ansible.builtin.debug: {msg: "{{ nothing_there }}"}
  loop: "{{ also_nothing }}"
  when: false
  register: skipped
- ansible.builtin.debug: {msg: "{{ skipped.results | length }}"}
""",
    )
    assert (run.status, run.screen) == (0, ["1", "3", "1 skipped 3", "0"])


def test_what_is_registered_is_no_template_and_stronger_than_the_inventory(tmp_path: Path) -> None:
    run = play(
        tmp_path,
        """
- ansible.builtin.set_fact: {migration_id: "{{ '{{' }} 1 }}"}
- ansible.builtin.debug: {msg: "{{ migration_id }}"}
- ansible.builtin.debug: {msg: "{{ migration_id }}"}
  vars: {migration_id: of the task}
- ansible.builtin.debug: {msg: "{{ migration_network }}"}
""",
        migration_network="given",
    )
    assert run.screen == ["{{ 1 }}", "of the task", "given"]


@pytest.mark.parametrize(
    ("head", "check", "expected"),
    [
        ("hosts: localhost", False, [False, True]),
        ("hosts: localhost", True, [True, True]),
        ("{hosts: localhost, check_mode: true}", False, [True, True]),
    ],
)
def test_check_mode_comes_from_the_command_the_play_and_the_task(
    tmp_path: Path, head: str, check: bool, expected: list[bool]
) -> None:
    if head.startswith("{"):
        head = "hosts: localhost\n  check_mode: true"
    run = play(
        tmp_path,
        "- ansible.builtin.debug: {msg: a}\n- ansible.builtin.debug: {msg: b}\n  check_mode: true",
        check,
        head,
    )
    assert [one.check for one in run.tasks] == expected


def test_a_play_without_hosts_costs_nothing(tmp_path: Path) -> None:
    run = play(tmp_path, "- ansible.builtin.debug: {msg: never}", head='hosts: "{{ [] }}"')
    assert (run.status, run.tasks) == (0, [])


@pytest.mark.parametrize(
    "tasks",
    [
        "- ansible.builtin.debug: {msg: a}\n  until: true",
        "- ansible.builtin.command: {cmd: ls}",
        "- block: [{ansible.builtin.debug: {msg: a}}]\n  tags: x",
    ],
)
def test_what_it_does_not_know_is_refused(tmp_path: Path, tasks: str) -> None:
    with pytest.raises(NotImplementedError):
        play(tmp_path, tasks)


def test_templates_give_values_and_leave_out_what_is_omitted() -> None:
    layer = Layer(
        {"number": 3, "text": "n{{ number }}", "deep": {"a": "{{ number + 1 }}", "b": "{{ omit }}"}, "omit": OMIT}
    )
    variables = Variables([layer])
    assert variables.template("{{ number }}") == 3
    assert variables["text"] == "n3"
    assert variables["deep"] == {"a": 4}
    assert variables.template("{{ missing.a.b | default('d') }}") == "d"
    with pytest.raises(UndefinedError):
        variables.template("{{ missing.a }}")
