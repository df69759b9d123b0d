# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose key is used: the places where a Tencent Cloud key may be, in the order of the vendor's tools."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from .._errors import ApiError, InvalidInput, OutcomeUnknown, Unreachable
from .credential_files import credentials_file, tccli_profile
from .credentials import Credential, CredentialSource, Role, TemporaryCredential
from .sts import InstanceRole, SecurityTokenService, WebIdentity

SECRET_ID, SECRET_KEY = "TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"
TOKENS = ("TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN")
REGION = "TENCENTCLOUD_REGION"
PROFILES = ("TCCLI_PROFILE", "TENCENTCLOUD_PROFILE")
# The names of tccli first, then those of Terraform.
ROLE_ARNS = ("TENCENTCLOUD_ROLE_ARN", "TENCENTCLOUD_ASSUME_ROLE_ARN")
ROLE_SESSION_NAMES = ("TENCENTCLOUD_ROLE_SESSION_NAME", "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME")
ROLE_DURATION = "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION"
ROLE_EXTERNAL_ID = "TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID"
MACHINE_ROLE = "TENCENTCLOUD_CAM_ROLE_NAME"
TKE_REGION = "TKE_REGION"
TKE_IDENTITY = ("TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN")


@dataclass(frozen=True)
class _Environment:
    """Where the module runs: variables without blanks around their values, the user's home if given, the region they name."""

    variables: Mapping[str, str]
    home: Path | None

    def first(self, *names: str) -> str | None:
        """The first of these variables that is not empty."""
        return next((self.variables[name] for name in names if self.variables.get(name)), None)

    @property
    def region(self) -> str | None:
        """The region of the environment."""
        return self.first(REGION)


def find_credential(
    secret_id: str | None,
    secret_key: str | None,
    token: str | None,
    role: Role,
    sts: SecurityTokenService,
    region: str | None = None,
    environment: Mapping[str, str] | None = None,
    home: Path | None = None,
) -> CredentialSource:
    """The first complete key of the places below; with it, the role is assumed that the user names, if any.

    Options, environment, ``~/.tencentcloud/credentials``, ``~/.tccli`` profile, the identity of a pod in TKE, the role
    of the machine. The vendor's SDKs try the last two in the opposite order. Not so here: TKE gives a pod its variables
    on purpose, while the role of the node is there for everything that runs on it and often has wider rights.

    An empty text counts as not given, because AWX and CI systems set variables to it; blanks and line breaks around
    a value do not belong to it. The region is that of ``TENCENTCLOUD_REGION``, or of the tccli profile when the key
    comes from there.

    :param role: what the options say of it; the rest is taken from the environment, or the place of the key.
    :param region: of the options, for calls of the security token service.
    :raises InvalidInput: no key was found (the message lists what was tried), or one is incomplete.
    """
    given = os.environ if environment is None else environment
    here = _Environment({name: value.strip() for name, value in given.items()}, home)
    tried: list[str] = []
    base = (
        _from_options(_stripped(secret_id), _stripped(secret_key), _stripped(token), tried)
        or _from_environment(here, tried)
        or _from_files(here, tried)
        or _from_pod(here, sts, tried)
        or _from_machine(here, tried)
    )
    if base is None:
        raise InvalidInput(
            f"No Tencent Cloud credential was found. Tried: {'; '.join(tried)}.",
            advice=f"Give tcr_secret_id and tcr_secret_key, or set {SECRET_ID} and {SECRET_KEY} where the module runs.",
        )
    if isinstance(base, Credential):
        base = replace(base, region=here.region or base.region)
    assumed = _role(role, here, base)
    if assumed is None:
        return base
    key, place = base, base.region
    return TemporaryCredential(lambda: sts.assume_role(key, assumed, region or place), place)


def _role(options: Role, here: _Environment, base: CredentialSource) -> Role | None:
    """The role to assume with the key that was found: each part from the options, the environment, or the profile."""
    profile = (base.role if isinstance(base, Credential) else None) or Role()
    arn = _stripped(options.arn) or here.first(*ROLE_ARNS) or profile.arn
    session_name = _stripped(options.session_name)
    external_id = _stripped(options.external_id)
    if not arn:
        if session_name or external_id or options.duration:
            raise InvalidInput(
                "tcr_role_session_name, tcr_role_duration or tcr_role_external_id is given, but no role.",
                advice="Give tcr_role_arn too, or none of them.",
            )
        return None
    return Role(
        arn,
        session_name or here.first(*ROLE_SESSION_NAMES) or profile.session_name,
        options.duration or _seconds(here.first(ROLE_DURATION)),
        external_id or here.first(ROLE_EXTERNAL_ID),
    )


def _from_options(secret_id: str, secret_key: str, token: str, tried: list[str]) -> Credential | None:
    if secret_id and secret_key:
        return Credential(secret_id, secret_key, token or None, source="the options tcr_secret_id and tcr_secret_key")
    if secret_id or secret_key:
        given, missing = ("tcr_secret_id", "tcr_secret_key") if secret_id else ("tcr_secret_key", "tcr_secret_id")
        raise InvalidInput(f"{given} is given, but {missing} is empty.", advice="Give both, or neither.")
    tried.append("options tcr_secret_id and tcr_secret_key (not given)")
    return None


def _from_environment(here: _Environment, tried: list[str]) -> Credential | None:
    secret_id, secret_key = here.first(SECRET_ID), here.first(SECRET_KEY)
    if secret_id and secret_key:
        return Credential(secret_id, secret_key, here.first(*TOKENS), source=f"{SECRET_ID} in the environment")
    if secret_id or secret_key:
        given, missing = (SECRET_ID, SECRET_KEY) if secret_id else (SECRET_KEY, SECRET_ID)
        raise InvalidInput(f"The environment sets {given}, but not {missing}.", advice="Set both, or neither.")
    tried.append(f"environment variables {SECRET_ID} and {SECRET_KEY} (not set)")
    return None


def _from_files(here: _Environment, tried: list[str]) -> CredentialSource | None:
    try:
        home = here.home or Path.home()
    except (KeyError, RuntimeError):
        # A container may run under a number that no user has; Python 3.9 says that with KeyError.
        tried.append("files of the Tencent Cloud tools (this user has no home directory, and HOME is not set)")
        return None
    return credentials_file(home, tried) or _from_tccli(here, home, tried)


def _from_tccli(here: _Environment, home: Path, tried: list[str]) -> CredentialSource | None:
    name = here.first(*PROFILES) or "default"
    profile = tccli_profile(home, name, time.time(), tried)
    if profile is None or not profile.of_machine:
        return profile.key if profile else None
    failures: list[str] = []
    found = _from_machine(
        replace(here, variables={**here.variables, REGION: here.region or profile.region or ""}), failures
    )
    if found is None:
        raise InvalidInput(
            f"The tccli profile {name!r} uses the role of the machine, and that gave no key: {'; '.join(failures)}.",
            advice="Run where the role is, or choose another profile with TCCLI_PROFILE, or give tcr_secret_id and tcr_secret_key.",
        )
    return found


def _from_pod(here: _Environment, sts: SecurityTokenService, tried: list[str]) -> CredentialSource | None:
    missing = [name for name in TKE_IDENTITY if not here.first(name)]
    if len(missing) == len(TKE_IDENTITY):
        tried.append(f"identity of a pod in TKE ({', '.join(TKE_IDENTITY)} are not set)")
        return None
    region = here.first(TKE_REGION, REGION)
    if missing or region is None:
        lacking = [*missing, *([] if region else [TKE_REGION])]
        given = [name for name in TKE_IDENTITY if name not in missing]
        raise InvalidInput(
            f"The environment sets {', '.join(given)}, but not {', '.join(lacking)}.",
            advice="TKE sets all of them for a pod whose service account stands for a role: set all, or none.",
        )
    provider_id, token_file, role_arn = (here.variables[name] for name in TKE_IDENTITY)
    identity = WebIdentity(provider_id, Path(token_file), role_arn, region)
    return TemporaryCredential(lambda: sts.assume_role_with_web_identity(identity), here.region)


def _from_machine(here: _Environment, tried: list[str]) -> CredentialSource | None:
    role = InstanceRole(here.first(MACHINE_ROLE))
    try:
        first = role.fetch()
    except (Unreachable, OutcomeUnknown) as error:
        tried.append(f"role of this machine (no metadata service of a CVM answered: {error.message.rstrip('.')})")
        return None
    except ApiError as error:
        tried.append(f"role of this machine ({error.message.rstrip('.')})")
        return None
    return TemporaryCredential(role.fetch, here.region, first)


def _seconds(text: str | None) -> int | None:
    if text is not None and not text.isdecimal():
        raise InvalidInput(
            f"{ROLE_DURATION}: {text!r} is not a number of seconds.", advice="Set it to 7200, for example."
        )
    return int(text) if text else None


def _stripped(text: str | None) -> str:
    return (text or "").strip()
