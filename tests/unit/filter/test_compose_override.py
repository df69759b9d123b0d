# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter compose_override on the text of files: what it does not know stays, what it cannot change is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.filter.compose_override import FilterModule

BASE = "services: {core: {image: core}, jobservice: {image: jobservice}}\n"
HOSTS = {"demo.tencentcloudcr.com": "10.0.0.7"}
TAGGED = "services:\n  core:\n    ports: !reset []\n    environment: !override\n      A: b\n"


def change(text: str, hosts: dict[str, str], **other: Any) -> dict[str, Any]:
    changed: dict[str, Any] = FilterModule().filters()["compose_override"](
        text, BASE, ["core", "jobservice"], hosts, "one", **other
    )
    return changed


@pytest.mark.parametrize(
    "theirs",
    [
        TAGGED,
        "services: {core: !reset null}\n",
        "services: !reset {}\n",
        "services: {core: {extra_hosts: !reset []}}\n",
        "services:\n",
        "- no: mapping\n",
        "{{ no YAML }\n",
    ],
)
def test_a_file_that_was_never_changed_stays_as_it_is(theirs: str) -> None:
    assert change(theirs, {}, names=list(HOSTS)) == {"text": theirs, "problem": "", "stale": []}


def test_tags_of_compose_survive_adding_and_taking_back() -> None:
    added = change(TAGGED, HOSTS)
    assert added["problem"] == ""
    assert "demo.tencentcloudcr.com:10.0.0.7" in added["text"]
    assert "ports: !reset []" in added["text"] and "environment: !override\n" in added["text"]
    assert change(added["text"], {})["text"] == TAGGED


@pytest.mark.parametrize(
    ("theirs", "what"),
    [
        ("services: !override {core: {}}\n", "because services in"),
        ("services: {core: !reset null}\n", "because core in"),
        ("services: {core: {extra_hosts: !override []}}\n", "because extra_hosts of core in"),
        ("- no: mapping\n", "holds no mapping"),
        ("{{ no YAML }\n", "cannot be read as YAML"),
    ],
)
def test_where_names_cannot_stand_that_is_said(theirs: str, what: str) -> None:
    changed = change(theirs, HOSTS)
    assert what in changed["problem"]
    assert changed["text"] == theirs


def test_an_entry_under_a_tag_is_not_forgotten() -> None:
    text = change("", HOSTS)["text"].replace("extra_hosts:\n    -", "extra_hosts: !override\n    -")
    changed = change(text, {})
    assert "extra_hosts of core" in changed["problem"]
    assert changed["text"] == text
