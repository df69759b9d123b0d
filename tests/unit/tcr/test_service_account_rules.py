# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service accounts as data: both forms of names, rights and times."""

from __future__ import annotations

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules import service_account as accounts


@pytest.mark.parametrize(("name", "bare"), [("harbor", "harbor"), ("tcr$harbor", "harbor"), ("tcr", "tcr")])
def test_names(name: str, bare: str) -> None:
    assert accounts.without_prefix(name) == bare


def test_rights_go_there_and_back() -> None:
    given = [
        {"namespace": "b", "actions": ["push", "pull", "pull"]},
        {"namespace": "a", "actions": ["create"]},
        {"namespace": "b", "actions": ["list_charts"]},
    ]
    sent = accounts.to_api(given)
    assert sent == [
        {"Resource": "a", "Actions": ["tcr:CreateRepository"]},
        {"Resource": "b", "Actions": ["tcr:DescribeHelmCharts", "tcr:PullRepository", "tcr:PushRepository"]},
    ]
    assert accounts.rights(accounts.from_api(sent)) == accounts.rights(given)
    assert accounts.rights(None) == accounts.rights([]) == []


def test_a_right_of_tomorrow_is_shown_as_it_is() -> None:
    shown = accounts.from_api([{"Resource": "a", "Actions": ["tcr:Fly", "tcr:PullRepository"]}, {"Resource": "b"}])
    assert shown == [{"namespace": "a", "actions": ["pull", "tcr:Fly"]}, {"namespace": "b", "actions": []}]


@pytest.mark.parametrize(
    "spelling",
    ["2027-01-31T12:00:00+00:00", "2027-01-31T12:00:00Z", "2027-01-31T12:00:00", "2027-01-31T20:00:00+08:00"],
)
def test_one_time_in_many_spellings(spelling: str) -> None:
    assert accounts.format_timestamp(spelling) == "2027-01-31T12:00:00+00:00"
    assert accounts.to_milliseconds(spelling) == 1801396800000


@pytest.mark.parametrize(
    ("number", "time"),
    [
        (1801396800000, "2027-01-31T12:00:00+00:00"),
        (1801396800653, "2027-01-31T12:00:00+00:00"),
        (1801396800, "2027-01-31T12:00:00+00:00"),
        (0, None),
        (-1, None),
        (None, None),
    ],
)
def test_the_end_in_seconds_and_milliseconds(number: int | None, time: str | None) -> None:
    assert accounts.parse_expiry(number) == time
    assert accounts.format_timestamp(time) == (time or "")


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("Abcdefg1", True),
        ("A1" + "b" * 18, True),
        ("A1" + "b" * 19, False),
        ("Abcdef1", False),
        ("abcdefg1", False),
        ("ABCDEFG1", False),
        ("Abcdefgh", False),
        ("", False),
    ],
)
def test_passwords(password: str, good: bool) -> None:
    account = {"name": "harbor", "password": password}
    if good:
        accounts.check_account(account)
        return
    with pytest.raises(InvalidInput, match="8 to 20 characters") as refusal:
        accounts.check_account(account)
    assert not password or password not in str(refusal.value)


@pytest.mark.parametrize("name", ["", "-a", "a-", "a b", "a/b", "tcr$", "robot$a"])
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be the name"):
        accounts.check_account({"name": name})


def test_a_new_account_needs_rights() -> None:
    accounts.check_new_account({"name": "new", "permissions": [{"namespace": "shop", "actions": ["pull"]}]})
    with pytest.raises(InvalidInput, match="'new'"):
        accounts.check_new_account({"name": "tcr$new", "permissions": []})
