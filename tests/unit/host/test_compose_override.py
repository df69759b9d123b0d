# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker-compose.override.yml: what others wrote stays, what was added can be taken back exactly."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._host.compose_override import RECORD, with_hosts

SERVICES = ["core", "jobservice"]
BASE = {"services": {"core": {"image": "core"}, "jobservice": {}, "proxy": {}}}
HOSTS = {"demo.tencentcloudcr.com": "10.0.0.7"}


def apply(override: dict[str, Any] | None, hosts: dict[str, str], name: str = "one", **other: Any) -> Any:
    return with_hosts(override, other.get("base", BASE), SERVICES, hosts, name)


def lines(content: dict[str, Any], service: str = "core") -> Any:
    return content["services"][service]["extra_hosts"]


def test_a_new_file_holds_the_names_for_both_services() -> None:
    content = apply(None, HOSTS)
    assert lines(content) == lines(content, "jobservice") == ["demo.tencentcloudcr.com:10.0.0.7"]
    assert "version" not in content


def test_the_schema_version_of_the_base_file_is_repeated() -> None:
    content = apply(None, HOSTS, base={"version": "2.3", **BASE})
    assert next(iter(content.items())) == ("version", "2.3")


def test_a_second_time_changes_nothing() -> None:
    content = apply(None, HOSTS)
    assert apply(content, HOSTS) == content


def test_a_file_that_was_made_for_the_names_goes_with_them() -> None:
    assert apply(apply(None, HOSTS, base={"version": "2.3", **BASE}), {}) is None


@pytest.mark.parametrize(
    "theirs",
    [
        {"services": {"core": {"environment": {"A": "b"}, "extra_hosts": ["other:10.1.1.1"]}}, "networks": {"x": None}},
        {"services": {"core": {"extra_hosts": {"other": "10.1.1.1"}}}},
        {"services": {"redis": {"mem_limit": "1g"}}},
        {"networks": {"x": None}},
        {"services": {"core": {"extra_hosts": ["other=10.1.1.1"]}}},
    ],
)
def test_what_others_wrote_is_the_same_after_taking_back(theirs: dict[str, Any]) -> None:
    content = apply(theirs, HOSTS)
    assert "demo.tencentcloudcr.com" in str(lines(content))
    assert "10.1.1.1" in str(content) or "10.1.1.1" not in str(theirs)
    back = apply(content, {})
    assert str(back).replace("=", ":") == str(theirs).replace("=", ":")


def test_a_mapping_of_hosts_stays_a_mapping() -> None:
    content = apply({"services": {"core": {"extra_hosts": {"other": "10.1.1.1"}}}}, HOSTS)
    assert lines(content) == {"other": "10.1.1.1", "demo.tencentcloudcr.com": "10.0.0.7"}


def test_a_new_address_replaces_the_old_one() -> None:
    content = apply(apply(None, HOSTS), {"demo.tencentcloudcr.com": "10.0.0.8"})
    assert lines(content) == ["demo.tencentcloudcr.com:10.0.0.8"]


def test_two_migrations_keep_apart() -> None:
    both = apply(apply(None, HOSTS), {"second.tencentcloudcr.com": "10.0.0.9"}, "two")
    left = apply(both, {}, "one")
    assert lines(left) == ["second.tencentcloudcr.com:10.0.0.9"]
    assert apply(left, {}, "two") is None


def test_a_line_of_somebody_else_with_the_same_address_is_left_to_him() -> None:
    theirs = {"services": {name: {"extra_hosts": ["demo.tencentcloudcr.com:10.0.0.7"]} for name in SERVICES}}
    content = apply(theirs, HOSTS)
    assert content["services"] == theirs["services"]
    assert apply(content, {}) == theirs


@pytest.mark.parametrize("place", ["base", "override"])
def test_another_address_of_somebody_else_is_refused(place: str) -> None:
    theirs = {"services": {**BASE["services"], "core": {"extra_hosts": ["demo.tencentcloudcr.com:10.9.9.9"]}}}
    with pytest.raises(InvalidInput, match=r"'demo.tencentcloudcr.com' is given the address 10\.9\.9\.9 .*'core'"):
        apply(theirs if place == "override" else None, HOSTS, base=theirs if place == "base" else BASE)


def test_a_directory_that_is_not_harbors_is_refused() -> None:
    with pytest.raises(InvalidInput, match="has no service 'core', only web"):
        apply(None, HOSTS, base={"services": {"web": {}}})


def test_nothing_to_take_back_leaves_the_file_as_it_is() -> None:
    assert apply({"services": {"core": {"image": "x"}}}, {}) == {"services": {"core": {"image": "x"}}}
    assert apply(None, {}) is None


def test_the_input_is_not_changed() -> None:
    theirs: dict[str, Any] = {"services": {"core": {"extra_hosts": ["other:10.1.1.1"]}}}
    apply(theirs, HOSTS)
    assert theirs == {"services": {"core": {"extra_hosts": ["other:10.1.1.1"]}}}


def test_the_record_is_an_extension_field_that_compose_ignores() -> None:
    assert RECORD.startswith("x-")
    assert apply(None, HOSTS)[RECORD]["one"] == {"hosts": dict.fromkeys(SERVICES, ["demo.tencentcloudcr.com"])}
