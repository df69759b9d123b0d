# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose key is used: the order of the places, what each gives, and what is said when none has one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput, Unreachable
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Retry
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent import credential_chain, sts
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.credentials import (
    Credential,
    CredentialSource,
    Role,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.sts import SecurityTokenService
from tests.sandbox.core.web import serve
from tests.sandbox.tcr.clock import Clock
from tests.sandbox.tcr.metadata import PATH, MetadataService
from tests.sandbox.tcr.state import Role as SandboxRole
from tests.sandbox.tcr.state import State

ENVIRONMENT = {"TENCENTCLOUD_SECRET_ID": "id-e", "TENCENTCLOUD_SECRET_KEY": "key-e"}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[MetadataService]:
    """The metadata service of a machine with the role `migration`."""
    service = MetadataService(State(), Clock(), SandboxRole("1", "migration", "100000000001"))
    server = serve(service, "127.0.0.1")
    monkeypatch.setattr(sts, "METADATA_URL", server.url + PATH)
    yield service
    server.close()


def find_credential(
    secret_id: str | None,
    secret_key: str | None,
    token: str | None,
    environment: dict[str, str],
    home: Path | None,
    role: Role | None = None,
    region: str | None = None,
) -> CredentialSource:
    """Nothing is asked for: neither a security token service nor a metadata service is there."""
    sts = SecurityTokenService("http://127.0.0.1:9", retry=Retry(attempts=1))
    given = secret_id, secret_key, token, role or Role(), sts, region, environment, home
    return credential_chain.find_credential(*given)


def write(path: Path, content: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")


def write_credentials_file(home: Path, content: str = "[default]\nsecret_id = id-f\nsecret_key = key-f\n") -> None:
    write(home / ".tencentcloud" / "credentials", content)


def write_tccli(home: Path, profile: str = "default", region: str | None = None, **more: Any) -> None:
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
    assert find_credential(None, None, None, environment, tmp_path).current().token == "token-e"
    assert find_credential("id-o", "key-o", None, environment, tmp_path).current().token is None
    assert find_credential("id-o", "key-o", "token-o", environment, tmp_path).current().token == "token-o"


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


@pytest.mark.parametrize(
    ("credentials", "tccli", "words"),
    [
        (None, None, ("credentials (does not exist)", "default.credential (does not exist)")),
        (
            None,
            None,
            (
                "identity of a pod in TKE (TKE_PROVIDER_ID",
                "role of this machine (no metadata service of a CVM answered: GET http://127",
            ),
        ),
        ("[other]\nsecret_id = a\n", None, ("credentials (no secret_id and secret_key in it)",)),
        ("no sections", "no JSON", ("(not an INI file)", "(no secretId and secretKey in it)")),
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


@pytest.mark.parametrize("failure", [KeyError("getpwuid(): uid not found: 1000660000"), RuntimeError("no home")])
def test_a_user_without_a_home_directory(monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    def nowhere() -> Path:
        raise failure

    monkeypatch.setattr(Path, "home", nowhere)
    assert find_credential("id-o", "key-o", None, {}, None) == Credential("id-o", "key-o")
    assert find_credential(None, None, None, ENVIRONMENT, None) == Credential("id-e", "key-e")
    with pytest.raises(InvalidInput, match=r"no home directory.*identity of a pod in TKE.*role of this machine"):
        find_credential(None, None, None, {}, None)


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


@pytest.mark.parametrize("set_by", [["options"], ["environment"], ["profile"], ["options", "environment", "profile"]])
def test_a_role_may_be_named_in_three_places(tmp_path: Path, set_by: list[str]) -> None:
    write_tccli(tmp_path, **({"role-arn": "profile", "role-session-name": "s-p"} if "profile" in set_by else {}))
    environment = {"TENCENTCLOUD_ROLE_ARN": "environment", "TENCENTCLOUD_ROLE_SESSION_NAME": "s-e"}
    role = Role("options", " s-o ", 900, "x-o\n") if "options" in set_by else None
    asked: list[tuple[Any, ...]] = []

    class Sts(SecurityTokenService):
        def assume_role(self, base: CredentialSource, role: Role, region: str | None = None) -> Credential:
            asked.append((base.current().secret_id, role, region))
            return Credential("id-r", "key-r", "token-r", expires_at=time.time() + 7200)

    given = environment if "environment" in set_by else {}
    place = {**given, "TENCENTCLOUD_REGION": "ap-tokyo"}
    options = None, None, None, role or Role(), Sts("tcr.tencentcloudapi.com"), None, place, tmp_path
    found = credential_chain.find_credential(*options)
    assert found.current().secret_id == "id-r"
    assert found.region == "ap-tokyo"
    first = set_by[0]
    wanted = {
        "options": Role("options", "s-o", 900, "x-o"),
        "environment": Role("environment", "s-e"),
        "profile": Role("profile", "s-p"),
    }
    assert asked == [("id-default", wanted[first], "ap-tokyo")]


def test_the_names_of_terraform_count_too(tmp_path: Path) -> None:
    names = {"ARN": "arn", "SESSION_NAME": "s", "SESSION_DURATION": "900", "EXTERNAL_ID": "x"}
    environment = {**ENVIRONMENT, **{f"TENCENTCLOUD_ASSUME_ROLE_{name}": value for name, value in names.items()}}
    with pytest.raises(Unreachable, match="The role arn could not be assumed with the key from TENCENTCLOUD_SECRET_ID"):
        find_credential(None, None, None, environment, tmp_path).current()
    here = credential_chain._Environment(environment, tmp_path)
    base = Credential("id", "key")
    assert credential_chain._role(Role(), here, base) == Role("arn", "s", 900, "x")
    environment["TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION"] = "2h"
    with pytest.raises(InvalidInput, match="'2h' is not a number of seconds"):
        find_credential(None, None, None, environment, tmp_path)


def test_the_role_of_a_profile_is_not_assumed_with_another_key(tmp_path: Path) -> None:
    write_tccli(tmp_path, **{"role-arn": "profile"})
    assert find_credential(None, None, None, ENVIRONMENT, tmp_path) == Credential("id-e", "key-e")


@pytest.mark.parametrize("role", [Role(session_name="s"), Role(duration=900), Role(external_id="x")])
def test_what_belongs_to_a_role_is_refused_without_one(tmp_path: Path, role: Role) -> None:
    with pytest.raises(InvalidInput, match="but no role"):
        find_credential(None, None, None, ENVIRONMENT, tmp_path, role)


POD = {
    "TKE_PROVIDER_ID": "cls-1",
    "TKE_WEB_IDENTITY_TOKEN_FILE": "missing-token",
    "TKE_ROLE_ARN": "qcs::cam::uin/1:roleName/pod",
    "TKE_REGION": "ap-tokyo",
}


@pytest.mark.parametrize("missing", sorted(POD))
def test_half_an_identity_of_a_pod_is_refused(tmp_path: Path, missing: str) -> None:
    environment = {name: value for name, value in POD.items() if name != missing}
    with pytest.raises(InvalidInput) as caught:
        find_credential(None, None, None, environment, tmp_path)
    assert f"but not {missing}." in str(caught.value)


def test_the_region_of_a_pod_alone_is_no_identity(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"identity of a pod in TKE \(TKE_PROVIDER_ID.* are not set\)"):
        find_credential(None, None, None, {"TKE_REGION": "ap-tokyo"}, tmp_path)


def test_a_pod_is_not_taken_for_its_node(tmp_path: Path, machine: MetadataService) -> None:
    found = find_credential(None, None, None, POD, tmp_path)
    with pytest.raises(InvalidInput, match=r"TKE_WEB_IDENTITY_TOKEN_FILE: missing-token cannot be read"):
        found.current()
    assert not machine.requests
    assert found.region is None


@pytest.mark.parametrize("name", [None, "migration"])
def test_the_role_of_the_machine_comes_last(tmp_path: Path, machine: MetadataService, name: str | None) -> None:
    assert find_credential(None, None, None, ENVIRONMENT, tmp_path).current().secret_id == "id-e"
    assert not machine.requests
    environment = {"TENCENTCLOUD_CAM_ROLE_NAME": name or "", "TENCENTCLOUD_REGION": "ap-tokyo"}
    found = find_credential(None, None, None, environment, tmp_path)
    assert found.current().source == "the role migration of this machine"
    assert found.region == "ap-tokyo"
    assert len(machine.requests) == (1 if name else 2)


def test_a_profile_may_use_the_role_of_the_machine(tmp_path: Path, machine: MetadataService) -> None:
    write_tccli(tmp_path, region="ap-shanghai", type="cvm-role", secretId="", secretKey="")
    found = find_credential(None, None, None, POD, tmp_path)
    assert found.current().source == "the role migration of this machine"
    assert found.region == "ap-shanghai"


def test_a_profile_that_uses_the_role_of_a_machine_without_one(tmp_path: Path) -> None:
    write_tccli(tmp_path, "work", type="cvm-role")
    with pytest.raises(InvalidInput) as caught:
        find_credential(None, None, None, {"TCCLI_PROFILE": "work", **POD}, tmp_path)
    assert all(word in str(caught.value) for word in ("'work'", "127.0.0.1:9", "TCCLI_PROFILE")), str(caught.value)
