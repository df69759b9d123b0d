# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of the override: what is not known stays, what cannot be changed is refused."""

from __future__ import annotations

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput, MissingLibrary
from ansible_collections.cloud_registry.migration.plugins.module_utils._host import compose_file
from ansible_collections.cloud_registry.migration.plugins.module_utils._host.compose_file import (
    MergedOverride,
    merge_override,
)

BASE = "services: {core: {image: core}, jobservice: {image: jobservice}}\n"
NAME, ADDRESS = "demo.tencentcloudcr.com", "10.0.0.7"
TAGGED = "services:\n  core:\n    ports: !reset []\n    environment: !override\n      A: b\n"


def merge(text: str, address: str = ADDRESS, base: str = BASE) -> MergedOverride:
    texts = {"docker-compose.yml": base, "docker-compose.override.yml": text}
    return merge_override(texts, [], ["core", "jobservice"], [NAME], address, "one")


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
        "",
    ],
)
def test_a_file_that_was_never_changed_stays_as_it_is(theirs: str) -> None:
    merged = merge(theirs, address="")
    assert (merged.text, list(merged.stale)) == (theirs, [])


def test_tags_of_compose_survive_adding_and_taking_back() -> None:
    added = merge(TAGGED).text
    assert f"{NAME}:{ADDRESS}" in added
    assert "ports: !reset []" in added and "environment: !override\n" in added
    assert merge(added).text == added
    assert merge(added, address="").text == TAGGED


def test_a_file_that_was_made_for_the_names_is_empty_without_them() -> None:
    assert merge(merge("").text, address="").text == ""


@pytest.mark.parametrize(
    ("theirs", "reason"),
    [
        ("services: !override {core: {}}\n", "because services in"),
        ("services: {core: !reset null}\n", "because core in"),
        ("services: {core: {extra_hosts: !override []}}\n", "because extra_hosts of core in"),
        ("- no: mapping\n", "docker-compose.override.yml holds no mapping"),
        ("{{ no YAML }\n", "docker-compose.override.yml cannot be read as YAML"),
    ],
)
def test_where_names_cannot_stand_that_is_said(theirs: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        merge(theirs)


def test_a_base_file_that_is_no_yaml_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"docker-compose\.yml cannot be read as YAML"):
        merge("", base="{{ no YAML }\n")


def test_an_entry_under_a_tag_is_not_forgotten() -> None:
    text = merge("").text.replace("extra_hosts:\n    -", "extra_hosts: !override\n    -")
    with pytest.raises(InvalidInput, match="extra_hosts of core"):
        merge(text, address="")


def test_without_pyyaml_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose_file, "YAML_FOUND", False)
    with pytest.raises(MissingLibrary, match="PyYAML"):
        merge("")
