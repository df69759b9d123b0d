# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys in the files of the vendor's tools, as those tools write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.credential_files import (
    TccliProfile,
    credentials_file,
    tccli_profile,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.credentials import Credential, Role

NOW = 1_700_000_000.0


def write_profile(home: Path, credential: dict[str, Any], settings: Any = None) -> None:
    (home / ".tccli").mkdir(exist_ok=True)
    (home / ".tccli" / "work.credential").write_text(json.dumps(credential), encoding="utf-8")
    if settings is not None:
        (home / ".tccli" / "work.configure").write_text(json.dumps(settings), encoding="utf-8")


def test_quotes_and_token_in_the_credentials_file(tmp_path: Path) -> None:
    (tmp_path / ".tencentcloud").mkdir()
    path = tmp_path / ".tencentcloud" / "credentials"
    path.write_text("[default]\nsecret_id = \"id%f\"\nsecret_key = 'key-f'\ntoken = t\n")
    found = credentials_file(tmp_path, [])
    assert found == Credential("id%f", "key-f", "t")
    assert found.source == str(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / ".tencentcloud" / "credentials").mkdir(parents=True)
    tried: list[str] = []
    assert credentials_file(tmp_path, tried) is None
    assert "credentials (cannot be read: IsADirectoryError)" in tried[0]


def test_a_profile_with_region_and_role(tmp_path: Path) -> None:
    credential = {"secretId": "id", "secretKey": "key", "token": None, "type": "default"}
    write_profile(
        tmp_path, {**credential, "role-arn": "arn", "role-session-name": "s"}, {"_sys_param": {"region": "r"}}
    )
    found = tccli_profile(tmp_path, "work", NOW, [])
    assert found == TccliProfile(Credential("id", "key", None, "r", Role("arn", "s")), region="r")


@pytest.mark.parametrize("settings", [None, [], {"_sys_param": []}, {"_sys_param": {"region": ""}}])
def test_a_profile_without_more(tmp_path: Path, settings: Any) -> None:
    write_profile(tmp_path, {"secretId": "id", "secretKey": "key", "role-session-name": "of no role"}, settings)
    assert tccli_profile(tmp_path, "work", NOW, []) == TccliProfile(Credential("id", "key"))


def test_a_profile_of_the_machine(tmp_path: Path) -> None:
    write_profile(
        tmp_path, {"type": "cvm-role", "secretId": "old", "secretKey": "old"}, {"_sys_param": {"region": "r"}}
    )
    assert tccli_profile(tmp_path, "work", NOW, []) == TccliProfile(None, of_machine=True, region="r")


@pytest.mark.parametrize("kind", ["sso", "oauth"])
def test_the_key_of_a_sign_in_ends(tmp_path: Path, kind: str) -> None:
    credential = {"type": kind, "secretId": "id", "secretKey": "key", "token": "t"}
    write_profile(tmp_path, {**credential, "expiresAt": NOW + 1})
    assert tccli_profile(tmp_path, "work", NOW, []) == TccliProfile(Credential("id", "key", "t"))
    write_profile(tmp_path, {**credential, "expiresAt": NOW})
    tried: list[str] = []
    assert tccli_profile(tmp_path, "work", NOW, tried) is None
    assert "work.credential (the sign-in has expired: run a command of tccli" in tried[0]
