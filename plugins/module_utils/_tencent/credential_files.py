# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys in the files of the vendor's tools: the credentials file of the SDKs, and the profiles of tccli.

Each function adds to ``tried`` why it found nothing, in words for the user.
"""

from __future__ import annotations

import configparser
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .credentials import Credential, Role

CREDENTIALS_FILE = Path(".tencentcloud") / "credentials"
TCCLI_DIRECTORY = ".tccli"


@dataclass(frozen=True)
class TccliProfile:
    """A profile of tccli: its key, or that it uses the role of the machine; and the region of its settings."""

    key: Credential | None
    of_machine: bool = False
    region: str | None = None


def credentials_file(home: Path, tried: list[str]) -> Credential | None:
    """``~/.tencentcloud/credentials``, an INI file: section ``default`` with ``secret_id``, ``secret_key``, ``token``."""
    path = home / CREDENTIALS_FILE
    content = _read(path, tried)
    if content is None:
        return None
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(content)
    except configparser.Error:
        tried.append(f"{path} (not an INI file)")
        return None
    values = dict(parser["default"]) if parser.has_section("default") else {}
    return _complete(path, values, ("secret_id", "secret_key", "token"), tried)


def tccli_profile(home: Path, name: str, now: float, tried: list[str]) -> TccliProfile | None:
    """``~/.tccli/<name>.credential`` and, for the region, ``<name>.configure``: JSON files.

    As in tccli 3.1, a profile may name a role to assume with its key (``role-arn``, ``role-session-name``), or be of
    the type ``cvm-role``. The key of a sign-in (types ``sso`` and ``oauth``) ends at ``expiresAt``; only tccli renews it.

    :param now: the time in Unix seconds.
    """
    path = home / TCCLI_DIRECTORY / f"{name}.credential"
    content = _read(path, tried)
    if content is None:
        return None
    values = _mapping(content)
    settings = _mapping(_read(path.with_name(f"{name}.configure"), []) or "")
    shared = settings.get("_sys_param")
    region = _text(shared, "region") if isinstance(shared, dict) else None
    if values.get("type") == "cvm-role":
        return TccliProfile(None, of_machine=True, region=region)
    key = _complete(path, values, ("secretId", "secretKey", "token"), tried)
    if key is None:
        return None
    ends = values.get("expiresAt") if values.get("type") in ("sso", "oauth") else None
    if isinstance(ends, (int, float)) and ends <= now:
        tried.append(f"{path} (the sign-in has expired: run a command of tccli, which renews it, or sign in again)")
        return None
    arn = _text(values, "role-arn")
    role = Role(arn, _text(values, "role-session-name")) if arn else None
    return TccliProfile(replace(key, role=role, region=region), region=region)


def _complete(
    path: Path, values: Mapping[str, Any], names: tuple[str, str, str], tried: list[str]
) -> Credential | None:
    secret_id, secret_key, token = (_text(values, name) for name in names)
    if secret_id and secret_key:
        return Credential(secret_id, secret_key, token, source=str(path))
    tried.append(f"{path} (no {names[0]} and {names[1]} in it)")
    return None


def _text(values: Mapping[str, Any], name: str) -> str | None:
    return str(values.get(name) or "").strip().strip("\"'") or None


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
