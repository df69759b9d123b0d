# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the Tencent Cloud credential comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._api.tencent_credentials import (
    Credential,
    find_credential,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput

ENVIRONMENT = {"TENCENTCLOUD_SECRET_ID": "id-e", "TENCENTCLOUD_SECRET_KEY": "key-e"}


def write(path: Path, content: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")


def write_credentials_file(home: Path, content: str = "[default]\nsecret_id = id-f\nsecret_key = key-f\n") -> None:
    write(home / ".tencentcloud" / "credentials", content)


def write_tccli(home: Path, profile: str = "default", region: str | None = None, **more: str) -> None:
    credential = {"secretId": f"id-{profile}", "secretKey": f"key-{profile}", **more}
    write(home / ".tccli" / f"{profile}.credential", json.dumps(credential))
    if region:
        settings = {"_sys_param": {"region": region, "output": "json"}, "tcr": {"version": "2019-09-24"}}
        write(home / ".tccli" / f"{profile}.configure", json.dumps(settings))


def test_the_order_of_the_sources(tmp_path: Path) -> None:
    write_credentials_file(tmp_path)
    write_tccli(tmp_path)
    assert find_credential("id-o", "key-o", None, ENVIRONMENT, tmp_path) == Credential("id-o", "key-o")
    assert find_credential(None, None, None, ENVIRONMENT, tmp_path) == Credential("id-e", "key-e")
    assert find_credential(None, None, None, {}, tmp_path) == Credential("id-f", "key-f")
    (tmp_path / ".tencentcloud" / "credentials").unlink()
    assert find_credential(None, None, None, {}, tmp_path) == Credential("id-default", "key-default")


@pytest.mark.parametrize("name", ["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"])
def test_the_token_goes_with_the_key_of_its_source(tmp_path: Path, name: str) -> None:
    environment = {**ENVIRONMENT, name: "token-e"}
    assert find_credential(None, None, None, environment, tmp_path).token == "token-e"
    assert find_credential("id-o", "key-o", None, environment, tmp_path).token is None
    assert find_credential("id-o", "key-o", "token-o", environment, tmp_path).token == "token-o"


def test_blanks_and_line_breaks_around_a_value_do_not_belong_to_it(tmp_path: Path) -> None:
    expected = Credential("id", "key", "token")
    assert find_credential(" id", "key\n", "token\n", {}, tmp_path) == expected
    environment = {"TENCENTCLOUD_SECRET_ID": "id\n", "TENCENTCLOUD_SECRET_KEY": " key", "TENCENTCLOUD_TOKEN": "token\n"}
    assert find_credential(None, None, None, environment, tmp_path) == expected


def test_empty_texts_are_not_given(tmp_path: Path) -> None:
    environment = {
        **ENVIRONMENT,
        "TENCENTCLOUD_TOKEN": "",
        "TENCENTCLOUD_SECURITY_TOKEN": "t",
        "TENCENTCLOUD_REGION": "",
    }
    assert find_credential("", "", "", environment, tmp_path) == Credential("id-e", "key-e", "t")


def test_the_region_of_the_environment_counts_for_every_source(tmp_path: Path) -> None:
    write_tccli(tmp_path, region="ap-shanghai")
    assert find_credential(None, None, None, {}, tmp_path).region == "ap-shanghai"
    environment = {"TENCENTCLOUD_REGION": "ap-beijing"}
    assert find_credential(None, None, None, environment, tmp_path).region == "ap-beijing"
    assert find_credential("id", "key", None, environment, tmp_path).region == "ap-beijing"
    assert find_credential("id", "key", None, {}, tmp_path).region is None


@pytest.mark.parametrize("variable", ["TCCLI_PROFILE", "TENCENTCLOUD_PROFILE"])
def test_a_tccli_profile_can_be_chosen(tmp_path: Path, variable: str) -> None:
    write_tccli(tmp_path)
    write_tccli(tmp_path, "work", "ap-tokyo", token="token-work")
    found = find_credential(None, None, None, {variable: "work"}, tmp_path)
    assert found == Credential("id-work", "key-work", "token-work", "ap-tokyo")


def test_quotes_and_token_in_the_credentials_file(tmp_path: Path) -> None:
    write_credentials_file(tmp_path, "[default]\nsecret_id = \"id%f\"\nsecret_key = 'key-f'\ntoken = t\n")
    assert find_credential(None, None, None, {}, tmp_path) == Credential("id%f", "key-f", "t")


@pytest.mark.parametrize(
    ("credentials", "tccli", "words"),
    [
        (None, None, ("credentials (does not exist)", "default.credential (does not exist)")),
        ("[other]\nsecret_id = a\n", None, ("credentials (no secret_id and secret_key in it)",)),
        ("no sections", "no JSON", ("(no INI file)", "(no secretId and secretKey in it)")),
        ("[default]\nsecret_id = a\n", "[]", ("(no secret_id and secret_key in it)",)),
    ],
)
def test_without_a_credential_it_is_said_what_was_tried(
    tmp_path: Path, credentials: str | None, tccli: str | None, words: tuple[str, ...]
) -> None:
    if credentials is not None:
        write_credentials_file(tmp_path, credentials)
    if tccli is not None:
        write(tmp_path / ".tccli" / "default.credential", tccli)
    with pytest.raises(InvalidInput) as caught:
        find_credential(None, None, None, {}, tmp_path)
    message = str(caught.value)
    assert all(word in message for word in ("tcr_secret_id", "TENCENTCLOUD_SECRET_ID", *words)), message


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / ".tencentcloud" / "credentials").mkdir(parents=True)
    with pytest.raises(InvalidInput) as caught:
        find_credential(None, None, None, {}, tmp_path)
    assert "credentials (cannot be read: IsADirectoryError)" in str(caught.value)


@pytest.mark.parametrize(
    ("options", "environment", "words"),
    [
        (("id", None), {}, ("tcr_secret_id is given, but tcr_secret_key is empty",)),
        (("", "key"), {}, ("tcr_secret_key is given, but tcr_secret_id is empty",)),
        ((None, None), {"TENCENTCLOUD_SECRET_ID": "id"}, ("TENCENTCLOUD_SECRET_ID, but not TENCENTCLOUD_SECRET_KEY",)),
        ((None, None), {"TENCENTCLOUD_SECRET_KEY": "k"}, ("TENCENTCLOUD_SECRET_KEY, but not TENCENTCLOUD_SECRET_ID",)),
    ],
)
def test_half_a_credential_is_refused(
    tmp_path: Path, options: tuple[str | None, str | None], environment: dict[str, str], words: tuple[str, ...]
) -> None:
    write_credentials_file(tmp_path)
    with pytest.raises(InvalidInput) as caught:
        find_credential(*options, None, environment, tmp_path)
    assert all(word in str(caught.value) for word in words)
