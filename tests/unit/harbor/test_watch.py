# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Following an execution: lines, restarts, ends; and progress in words."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.wait import Wait
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    Conflict,
    Unreachable,
    WaitFailed,
    WaitTimeout,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.replication.progress import (
    EMPTY,
    FAILED,
    RUNNING,
    STOPPED,
    SUCCEEDED,
    Assessment,
    Progress,
    bytes_of,
    progress_line,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.replication.watch import ExecutionWatcher
from ansible_collections.cloud_registry.migration.plugins.module_utils._module.options.verification import (
    verify_options,
)

STARTED = [{"action": "start", "object": "replication execution", "key": "to-cloud"}]


def result(verdict: str, number: int = 1, failed: dict[str, str] | None = None, **others: Any) -> dict[str, Any]:
    failures = [{"repository": name, "log_line": line} for name, line in (failed or {}).items()]
    return {
        "execution": {"id": number, "failed_repositories": failures},
        "verdict": verdict,
        "finished": verdict != RUNNING,
        "reason": "",
        "line": f"harbor replication {number}: {verdict}",
        **others,
    }


class Script:
    """Plays results (or errors) on a clock that only sleeping moves."""

    def __init__(self, starts: list[Any], looks: list[Any]) -> None:
        self.starts = starts
        self.looks = looks
        self.looked_at: list[int] = []
        self.lines: list[str] = []
        self.now = 0.0
        self.compared_at: list[float] = []

    def compare(self, answers: list[Any]) -> dict[str, Any]:
        self.compared_at.append(self.now)
        answer = answers.pop(0) if answers else False
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, dict) else {"equal": bool(answer)}

    def start(self) -> dict[str, Any]:
        return self.next_of(self.starts)

    def look(self, number: int) -> dict[str, Any]:
        self.looked_at.append(number)
        return self.next_of(self.looks)

    @staticmethod
    def next_of(script: list[Any]) -> dict[str, Any]:
        found = script.pop(0)
        if isinstance(found, Exception):
            raise found
        return dict(found)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def follow(self, restarts: int = 0, timeout: float = 1000, proofs: list[Any] | None = None) -> dict[str, Any]:
        wait = Wait(timeout=timeout, interval=10, clock=lambda: self.now, sleep=self.sleep)
        prove = None if proofs is None else lambda: self.compare(proofs)
        following = ExecutionWatcher(self.start, self.look, wait, restarts, self.lines.append, 30, prove)
        return following.run(self.starts.pop(0))


def test_a_success_reports_at_intervals_and_when_the_verdict_changes() -> None:
    script = Script([result(RUNNING, actions=STARTED)], [*[result(RUNNING)] * 5, result(SUCCEEDED)])
    last = script.follow()
    assert last["verdict"] == SUCCEEDED and last["changed"] is True
    assert script.lines == ["harbor replication 1: running"] * 2 + ["harbor replication 1: succeeded"]


def test_another_execution_is_followed_when_the_look_returns_one() -> None:
    script = Script([result(RUNNING, 7)], [result(RUNNING, 5), result(RUNNING, 5), result(SUCCEEDED, 5)])
    assert script.follow()["execution"]["id"] == 5
    assert script.looked_at == [7, 5, 5]


def test_a_failure_names_the_repositories_and_remembers_their_lines() -> None:
    script = Script(
        [result(RUNNING, actions=STARTED)],
        [result(RUNNING, failed={"p/a": "denied"}), result(FAILED, failed={"p/a": "", "p/b": ""}, reason="2 failed")],
    )
    with pytest.raises(WaitFailed) as caught:
        script.follow()
    assert "Harbor replication 1: failed: 2 failed. Failed: p/a: denied; p/b: no log." in str(caught.value)
    assert caught.value.details["actions"] == STARTED
    assert "changed" not in caught.value.details
    assert caught.value.details["execution"]["failed_repositories"][0]["log_line"] == "denied"


def test_many_failures_are_not_all_listed() -> None:
    failed = {f"p/r{number}": "x" for number in range(9)}
    with pytest.raises(WaitFailed, match="and 4 more"):
        Script([result(FAILED, failed=failed)], []).follow()


def test_what_failed_for_good_is_started_again_as_often_as_allowed() -> None:
    starts = [result(RUNNING, 1), result(RUNNING, 2, actions=STARTED)]
    script = Script(starts, [result(FAILED, 1), result(SUCCEEDED, 2)])
    last = script.follow(restarts=1)
    assert last["execution"]["id"] == 2 and last["changed"] is True
    assert "starting it again, 0 restarts left" in "\n".join(script.lines)
    with pytest.raises(WaitFailed):
        Script([result(FAILED, 1), result(FAILED, 2)], []).follow(restarts=1)


@pytest.mark.parametrize("verdict", [STOPPED, EMPTY])
def test_neither_a_stop_nor_emptiness_is_started_again(verdict: str) -> None:
    with pytest.raises(WaitFailed, match=verdict):
        Script([result(verdict)], []).follow(restarts=3)


def test_a_moment_without_an_answer_is_no_failure() -> None:
    script = Script([result(RUNNING)], [Unreachable("no connection"), Unreachable("no connection"), result(SUCCEEDED)])
    assert script.follow()["verdict"] == SUCCEEDED
    assert "harbor replication 1: running; no answer now (no connection)" in script.lines


def test_whatever_ends_the_following_keeps_what_was_seen_and_done() -> None:
    looks = [result(FAILED, 1), Conflict("gone", details={"request": 1, "reason": "403"})]
    script = Script([result(RUNNING, 1, actions=STARTED, origin="joined"), result(RUNNING, 2, origin="started")], looks)
    with pytest.raises(Conflict, match="gone") as caught:
        script.follow(restarts=1)
    known = caught.value.details
    assert (known["execution"]["id"], known["actions"], known["origin"]) == (2, STARTED, "started")
    assert known["reason"] == ""
    assert (known["request"], known["started"] <= known["ended"], "changed" in known) == (1, True, False)


def test_a_restart_that_fails_is_not_the_end_of_what_was_known() -> None:
    again = [{"action": "start", "object": "replication execution", "key": "another"}]
    script = Script([result(FAILED, 1, actions=STARTED)], [])
    script.starts.append(Conflict("no more", details={"actions": again}))
    with pytest.raises(Conflict) as caught:
        script.follow(restarts=1)
    assert (caught.value.details["execution"]["id"], caught.value.details["actions"]) == (1, STARTED + again)


def test_a_timeout_says_what_was_seen_last() -> None:
    script = Script([result(RUNNING)], [result(RUNNING, 3)] * 99)
    with pytest.raises(WaitTimeout, match="within 60 seconds; last seen: harbor replication 3: running") as caught:
        script.follow(timeout=60)
    assert caught.value.details["execution"]["id"] == 3
    assert "run again" in caught.value.advice


def counted(verdict: str, **counters: int) -> dict[str, Any]:
    found = result(verdict)
    found["execution"].update({"total": 2, **counters})
    return found


def test_equal_digests_end_the_wait_for_a_status_at_once() -> None:
    script = Script([counted(RUNNING, in_progress=2)], [counted(RUNNING, succeed=2)])
    last = script.follow(proofs=[True])
    assert (last["verdict"], last["finished"]) == (SUCCEEDED, True)
    assert last["reason"] == "every tag has the same digest at the target"
    assert script.compared_at == [10] and script.lines[-1].endswith("; every tag has the same digest at the target")


def test_equal_digests_end_the_wait_for_a_retry() -> None:
    script = Script([counted(RUNNING, in_progress=2)], [counted(RUNNING, succeed=1, failed=1)])
    assert script.follow(proofs=[True])["verdict"] == SUCCEEDED
    assert script.now == 10


def test_what_is_stuck_is_compared_less_and_less_often() -> None:
    stuck = counted(RUNNING, succeed=1, in_progress=1)
    script = Script([stuck], [dict(stuck) for _look in range(60)])
    assert script.follow(proofs=[False, False, True])["verdict"] == SUCCEEDED
    assert script.compared_at == [30, 90, 210]


def test_what_moves_is_not_compared() -> None:
    moving = [counted(RUNNING, total=40, succeed=number, in_progress=40 - number) for number in range(40)]
    script = Script(moving[:1], [*moving[1:], counted(SUCCEEDED, total=40, succeed=40)])
    script.follow(proofs=[True])
    assert script.compared_at == []


@pytest.mark.parametrize("verdict", [FAILED, STOPPED, EMPTY])
def test_before_anything_but_a_success_is_told_the_digests_are_compared(verdict: str) -> None:
    assert Script([result(verdict)], []).follow(restarts=1, proofs=[True])["verdict"] == SUCCEEDED
    with pytest.raises(WaitFailed):
        Script([result(verdict)], []).follow(proofs=[False])


def test_the_digests_are_compared_before_the_time_has_run_out() -> None:
    moving = [counted(RUNNING, in_progress=2, succeed=number) for number in range(9)]
    assert Script(moving[:1], moving[1:]).follow(timeout=20, proofs=[True])["verdict"] == SUCCEEDED
    with pytest.raises(WaitTimeout):
        Script(moving[:1], moving[1:]).follow(timeout=20, proofs=[False])


def test_digests_that_cannot_be_compared_prove_nothing() -> None:
    script = Script([counted(RUNNING, succeed=2)], [counted(RUNNING, succeed=2)] * 9)
    assert script.follow(proofs=[Unreachable("no way there"), True])["verdict"] == SUCCEEDED
    assert "source and target could not be compared: no way there" in "\n".join(script.lines)
    assert script.compared_at == [0, 60]


@pytest.mark.parametrize(
    ("options", "compared"),
    [
        ({"verify": {"registry_id": "tcr-1"}}, {"registry_id": "tcr-1", "repositories": ["p/a", "p/b"]}),
        ({"verify": {"projects": ["p"]}}, {"projects": ["p"]}),
        ({"verify": {"repositories": ["p/*"], "tags": ["v*"]}}, {"repositories": ["p/*"], "tags": ["v*"]}),
    ],
)
def test_what_is_compared(options: dict[str, Any], compared: dict[str, Any]) -> None:
    whole = {
        "harbor_url": "h",
        "tcr_region": "r",
        "policy": "x",
        "expected_repositories": {"p/b": 1, "p/a": 2},
        **options,
    }
    always = {"harbor_url": "h", "tcr_region": "r", "untagged": True, "fail_unless_equal": False}
    assert verify_options(whole) == {**always, **compared}


@pytest.mark.parametrize(
    ("verdict", "reason", "progress", "line"),
    [
        (
            RUNNING,
            "",
            Progress(50, 37, 0, 3_400_000_000, 1_200_000_000, 120.0),
            "37/50 repositories, 1.2 of 3.4 GB, 0 failed, about 2 min left",
        ),
        (RUNNING, "", Progress(50, 37, 2, None, None, 7300.0), "37/50 repositories, 2 failed, about 2.0 h left"),
        (RUNNING, "", Progress(50, 49, 0, None, None, 3.0), "49/50 repositories, 0 failed, less than 1 min left"),
        (
            RUNNING,
            "Harbor may still try the failed ones again",
            Progress(2, 1, 1, None, None, 9.0),
            "1/2 repositories, 1 failed, Harbor may still try the failed ones again",
        ),
        (RUNNING, "", Progress(0, 0, 0), "no repositories yet, 0 failed"),
        (SUCCEEDED, "", Progress(2, 2, 0, 900, 900, 0.0), "succeeded, 2/2 repositories, 900 of 900 B, 0 failed"),
    ],
)
def test_lines(verdict: str, reason: str, progress: Progress, line: str) -> None:
    assert progress_line(12, Assessment(verdict, reason, progress)) == f"harbor replication 12: {line}"


def test_amounts() -> None:
    assert bytes_of(0, 999) == "0 of 999 B"
    assert bytes_of(500, 1000) == "0.5 of 1.0 kB"
    assert bytes_of(0, 10**18) == "0.0 of 1000.0 PB"


class TestWhatWillFailAgain:
    LINE = "failed to push: http status code: 412, body: 'p/a:v1' configured as immutable"

    def state(self, done: int = 1, line: str = LINE, **others: Any) -> dict[str, Any]:
        found = result(RUNNING, failed={"p/a": line}, **others)
        found["execution"].update(repositories=2, repositories_done=done, in_progress=0)
        return found

    def test_is_a_failure_at_once_and_names_the_rule(self) -> None:
        script = Script([self.state()], [])
        with pytest.raises(WaitFailed, match="namespace p covers p/a:v1") as caught:
            script.follow(restarts=2, proofs=[False])
        assert script.now == 0 and script.compared_at == [0], "neither a wait nor a restart can help"
        assert caught.value.details["verdict"] == FAILED and "'p/a:v1' configured as immutable" in str(caught.value)

    def test_is_reported_while_others_are_copied_and_ends_the_wait_after_them(self) -> None:
        script = Script([self.state(done=0)], [self.state(done=0, line=""), self.state(done=1, line="")])
        with pytest.raises(WaitFailed):
            script.follow()
        told = [line for line in script.lines if line.startswith("p/a failed, and will again")]
        assert len(told) == 1 and "Switch the rule off" in told[0] and script.now == 20

    def test_is_no_failure_when_everything_is_equal_nevertheless(self) -> None:
        assert Script([self.state()], []).follow(proofs=[True])["verdict"] == SUCCEEDED

    def test_the_rule_that_the_comparison_found_is_named(self) -> None:
        found = {"equal": False, "immutable_advice": "The immutable tag rule 'p: **, tags v*' keeps p/a:v1."}
        with pytest.raises(WaitFailed, match="rule 'p: .*, tags v.*' keeps p/a:v1"):
            Script([self.state()], []).follow(proofs=[found])

    def test_what_may_heal_is_waited_for(self) -> None:
        healing = self.state(line="http status code: 503, body: busy")
        script = Script([healing], [healing, result(SUCCEEDED)])
        assert script.follow()["verdict"] == SUCCEEDED and script.now == 20


@pytest.mark.parametrize(
    ("equal", "text"),
    [(3, ", and so has everything that hangs on it"), (1, "; 2 of 3 accessories have not, which decides nothing here")],
)
def test_the_end_of_a_wait_says_what_was_proven(equal: int, text: str) -> None:
    proof = {"equal": True, "totals": {"accessories": {"compared": 3, "equal": equal}}}
    last = Script([result(STOPPED)], []).follow(proofs=[proof])
    assert last["reason"] == f"every tag has the same digest at the target{text}"
