# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the Tencent Cloud credential comes from: options, environment, or the files of the vendor's tools."""

from __future__ import annotations

import configparser
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput

SECRET_ID, SECRET_KEY = "TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"
TOKENS = ("TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN")
REGION = "TENCENTCLOUD_REGION"
PROFILES = ("TCCLI_PROFILE", "TENCENTCLOUD_PROFILE")


@dataclass(frozen=True)
class Credential:
    """What signs requests.

    :param token: the session token of a temporary credential.
    :param region: the region that the user's environment names, if it does.
    """

    secret_id: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    region: str | None = None


def find_credential(
    secret_id: str | None,
    secret_key: str | None,
    token: str | None = None,
    environment: Mapping[str, str] | None = None,
    home: Path | None = None,
) -> Credential:
    """The first complete credential of: options, environment, ``~/.tencentcloud/credentials``, ``~/.tccli`` profile.

    An empty text counts as not given, because AWX and CI systems set variables that way; blanks and line breaks around
    a value do not belong to it. The region is that of
    ``TENCENTCLOUD_REGION``, or of the tccli profile when the credential comes from there.

    :raises InvalidInput: none was found (the message lists what was tried), or one is incomplete.
    """
    given = os.environ if environment is None else environment
    variables = {name: value.strip() for name, value in given.items()}
    home = home or Path.home()
    region = variables.get(REGION) or None
    profile = _first(variables, PROFILES) or "default"
    tried: list[str] = []
    sources: list[Callable[[list[str]], Credential | None]] = [
        lambda tried: _from_options(_bare(secret_id), _bare(secret_key), _bare(token), tried),
        lambda tried: _from_environment(variables, tried),
        lambda tried: _from_credentials_file(home / ".tencentcloud" / "credentials", tried),
        lambda tried: _from_tccli(home / ".tccli", profile, tried),
    ]
    for source in sources:
        credential = source(tried)
        if credential is not None:
            return replace(credential, region=region or credential.region)
    raise InvalidInput(
        f"No Tencent Cloud credential was found. Tried: {'; '.join(tried)}.",
        advice=f"Give tcr_secret_id and tcr_secret_key, or set {SECRET_ID} and {SECRET_KEY} where the module runs.",
    )


def _from_options(
    secret_id: str | None, secret_key: str | None, token: str | None, tried: list[str]
) -> Credential | None:
    if secret_id and secret_key:
        return Credential(secret_id, secret_key, token or None)
    if secret_id or secret_key:
        given, missing = ("tcr_secret_id", "tcr_secret_key") if secret_id else ("tcr_secret_key", "tcr_secret_id")
        raise InvalidInput(f"{given} is given, but {missing} is empty.", advice="Give both, or neither.")
    tried.append("options tcr_secret_id and tcr_secret_key (not given)")
    return None


def _from_environment(variables: Mapping[str, str], tried: list[str]) -> Credential | None:
    secret_id, secret_key = variables.get(SECRET_ID), variables.get(SECRET_KEY)
    if secret_id and secret_key:
        return Credential(secret_id, secret_key, _first(variables, TOKENS))
    if secret_id or secret_key:
        given, missing = (SECRET_ID, SECRET_KEY) if secret_id else (SECRET_KEY, SECRET_ID)
        raise InvalidInput(f"The environment sets {given}, but not {missing}.", advice="Set both, or neither.")
    tried.append(f"environment variables {SECRET_ID} and {SECRET_KEY} (not set)")
    return None


def _from_credentials_file(path: Path, tried: list[str]) -> Credential | None:
    """The INI file of the vendor's SDKs: section ``default`` with ``secret_id``, ``secret_key`` and maybe ``token``."""
    content = _read(path, tried)
    if content is None:
        return None
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(content)
    except configparser.Error:
        tried.append(f"{path} (no INI file)")
        return None
    values = dict(parser["default"]) if parser.has_section("default") else {}
    return _complete(path, values, ("secret_id", "secret_key", "token"), tried)


def _from_tccli(directory: Path, profile: str, tried: list[str]) -> Credential | None:
    """The JSON files of tccli: ``<profile>.credential``, and ``<profile>.configure`` for the region."""
    path = directory / f"{profile}.credential"
    content = _read(path, tried)
    if content is None:
        return None
    credential = _complete(path, _mapping(content), ("secretId", "secretKey", "token"), tried)
    if credential is None:
        return None
    settings = _mapping(_read(directory / f"{profile}.configure", []) or "")
    shared = settings.get("_sys_param")
    region = shared.get("region") if isinstance(shared, dict) else None
    return replace(credential, region=str(region) if region else None)


def _complete(
    path: Path, values: Mapping[str, Any], names: tuple[str, str, str], tried: list[str]
) -> Credential | None:
    secret_id, secret_key, token = (str(values.get(name) or "").strip().strip("\"'") for name in names)
    if secret_id and secret_key:
        return Credential(secret_id, secret_key, token or None)
    tried.append(f"{path} (no {names[0]} and {names[1]} in it)")
    return None


def _read(path: Path, tried: list[str]) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        tried.append(f"{path} (does not exist)")
    except (OSError, UnicodeDecodeError) as error:
        tried.append(f"{path} (cannot be read: {type(error).__name__})")
    return None


def _mapping(content: str) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _bare(text: str | None) -> str:
    return (text or "").strip()


def _first(variables: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((variables[name] for name in names if variables.get(name)), None)
