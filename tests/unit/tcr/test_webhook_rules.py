# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Webhook triggers as data: fingerprints in place of secrets, and the peculiarities of the API."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules import webhook

SECRET = "Bearer something-secret"
TARGETS = [{"address": "https://ci.example.com", "headers": {"Authorization": SECRET}}, {"address": "http://b"}]


def test_targets_go_there_and_back() -> None:
    sent = webhook.targets_to_api(TARGETS)
    assert sent[0] == {
        "Address": "https://ci.example.com",
        "Headers": [{"Key": "Authorization", "Values": [SECRET]}],
    }
    back = webhook.targets_from_api(sent)
    assert back == [TARGETS[0], {"address": "http://b", "headers": {}}]
    assert webhook.displayed_targets(back) == webhook.displayed_targets(TARGETS)


def test_fingerprints_tell_values_apart_but_not_what_they_are() -> None:
    displayed = webhook.displayed_targets(TARGETS)
    assert SECRET not in str(displayed)
    other = [{"address": "https://ci.example.com", "headers": {"Authorization": "Bearer other"}}, TARGETS[1]]
    assert webhook.displayed_targets(other) != displayed
    assert webhook.fingerprint("a") == webhook.fingerprint("a")


@pytest.mark.parametrize("headers", [None, [], [{"Key": "", "Values": ["undefined"]}]])
def test_no_headers_in_any_form(headers: Any) -> None:
    assert webhook.targets_from_api([{"Address": "http://b", "Headers": headers}])[0]["headers"] == {}


def test_several_values_are_one() -> None:
    header = {"Key": "X-Team", "Values": ["a", "b"]}
    assert webhook.targets_from_api([{"Address": "http://b", "Headers": [header]}])[0]["headers"] == {"X-Team": "a,b"}


@pytest.mark.parametrize(
    "trigger",
    [
        {"name": ""},
        {"name": "t", "targets": []},
        {"name": "t", "event_types": []},
        {"name": "t", "targets": [{"address": "ftp://b"}]},
    ],
)
def test_what_cannot_be_is_refused(trigger: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        webhook.check_trigger(trigger)


def test_targets_are_compared_by_their_values_in_any_order() -> None:
    assert webhook.target_set(TARGETS) == webhook.target_set([{**TARGETS[1], "headers": None}, TARGETS[0]])
    other = [{"address": "https://ci.example.com", "headers": {"Authorization": "Bearer other"}}, TARGETS[1]]
    assert webhook.target_set(other) != webhook.target_set(TARGETS)


def test_a_new_trigger_needs_everything() -> None:
    webhook.check_new_trigger({"name": "new", "targets": TARGETS, "event_types": ["pushImage"]})
    with pytest.raises(InvalidInput, match="targets and event_types"):
        webhook.check_new_trigger({"name": "new"})
