# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every recorded call of a real Harbor, made again against the sandbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.contract.comparison import Given, differences
from tests.contract.replay_harbor import RECORDS, excuses, replay

_RECORDED = {
    "status": 200,
    "headers": {"Content-Type": "application/json", "X-Total-Count": "1"},
    "response": [{"id": 1, "tags": [{"name": "v1"}], "labels": None}],
}


@pytest.mark.parametrize("record", RECORDS)
def test_sandbox_answers_as_recorded(record: str, record_property: Callable[[str, object], None]) -> None:
    outcome = replay(record)
    record_property("recorded calls", str(outcome))
    assert outcome.differing == []
    assert outcome.calls == outcome.equal + outcome.excused
    stale = [
        item["note"] for number, item in enumerate(excuses()) if record in item["records"] and not outcome.used[number]
    ]
    assert stale == [], "these entries of excused.yml excuse nothing any more"


@pytest.mark.parametrize(
    ("status", "headers", "body", "found"),
    [
        (404, {}, [{"id": 1, "tags": [{"name": "v1"}], "labels": None}], "status: recorded 200, given 404"),
        (
            200,
            {"X-Total-Count": "2"},
            [{"id": 1, "tags": [], "labels": None}],
            "header X-Total-Count: recorded '1', given '2'",
        ),
        (200, {}, [{"id": "1", "tags": [{"name": "v1"}], "labels": None}], "body[].id: recorded 'int', given 'str'"),
        (200, {}, [{"id": 1, "tags": [{"name": "v1"}]}], "body[].labels: missing"),
        (200, {}, [{"id": 1, "tags": [{"name": "v1", "size": 1}], "labels": None}], "body[].tags[].size: not recorded"),
        (
            200,
            {},
            [{"id": 1, "tags": [{"name": "v1"}], "labels": []}],
            "body[].labels: recorded 'NoneType', given 'list'",
        ),
    ],
)
def test_each_kind_of_difference_is_seen(status: int, headers: dict[str, str], body: object, found: str) -> None:
    given = Given(status, {**_RECORDED["headers"], **headers}, body)  # type: ignore[dict-item]
    assert found in list(differences(_RECORDED, given))


def test_an_equal_answer_has_no_differences() -> None:
    assert list(differences(_RECORDED, Given(200, _RECORDED["headers"], _RECORDED["response"]))) == []  # type: ignore[arg-type]


def test_messages_of_errors_are_compared_word_by_word() -> None:
    recorded = {
        "status": 404,
        "headers": {},
        "response": {"errors": [{"code": "NOT_FOUND", "message": "registry 9 not found"}]},
    }
    given = Given(404, {}, {"errors": [{"code": "NOT_FOUND", "message": "registry not found"}]})
    assert any(line.startswith("error:") for line in differences(recorded, given))
