# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service accounts of TCR as data: names, rights, times and passwords in the forms of users and of the API. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

from ..._engine.fields import State
from ..._errors import InvalidInput

PREFIX = "tcr$"
# The names of the options, and those of the API. A right that is not listed here keeps the name of the API.
ACTIONS: Mapping[str, str] = {
    "pull": "tcr:PullRepository",
    "push": "tcr:PushRepository",
    "create": "tcr:CreateRepository",
    "push_chart": "tcr:CreateHelmChart",
    "list_charts": "tcr:DescribeHelmCharts",
}
_OPTION_NAMES = {api: option for option, api in ACTIONS.items()}
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_SHORTEST, _LONGEST = 8, 20
# Milliseconds since 1970 have had more digits than this since 1973, seconds will until the year 5138.
_SECONDS_END = 10**11


def without_prefix(name: Any) -> str:
    """The name without the prefix that TCR puts in front of it."""
    return str(name)[len(PREFIX) :] if str(name).startswith(PREFIX) else str(name)


def rights(permissions: Any) -> list[tuple[str, str]]:
    """Permissions (``namespace`` and ``actions`` each) as a sorted list of namespace and action, to compare them."""
    return sorted({(one["namespace"], action) for one in permissions or () for action in one["actions"]})


def to_api(permissions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Permissions in the form of the API, one for each namespace."""
    actions_of: dict[str, list[str]] = {}
    for namespace, action in rights(permissions):
        actions_of.setdefault(namespace, []).append(ACTIONS[action])
    return [{"Resource": namespace, "Actions": actions} for namespace, actions in actions_of.items()]


def from_api(permissions: Iterable[Mapping[str, Any]]) -> list[State]:
    """Permissions in the form of the options."""
    return [
        {
            "namespace": one.get("Resource"),
            "actions": sorted(_OPTION_NAMES.get(each, each) for each in one.get("Actions") or ()),
        }
        for one in permissions
    ]


def format_timestamp(value: Any) -> str:
    """A point in time as ISO 8601 in UTC, to compare it; empty for never. Text without an offset is taken for UTC.

    :raises InvalidInput: it is none.
    """
    if not value:
        return ""
    try:
        parsed = datetime.fromisoformat(re.sub("[zZ]$", "+00:00", str(value)))
    except ValueError:
        raise InvalidInput(
            f"expires_at: {value!r} is not a date and time.", advice="Write for example 2027-01-31T12:00:00+00:00."
        ) from None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)).astimezone(timezone.utc).isoformat()


def to_milliseconds(value: str) -> int:
    """A point in time in the form of the API: milliseconds since 1970."""
    return int(datetime.fromisoformat(format_timestamp(value)).timestamp()) * 1000


def parse_expiry(value: Any) -> str | None:
    """The time of an ``ExpiresAt`` as ISO 8601; the sources show it in milliseconds and in seconds. None for never."""
    number = int(value or 0)
    if number <= 0:
        return None
    seconds = number if number < _SECONDS_END else number // 1000
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat()


def to_result(account: Mapping[str, Any]) -> State:
    """An account as results show it, from the API's description of it."""
    name = without_prefix(account.get("Name"))
    return {
        "name": name,
        "username": PREFIX + name,
        "description": account.get("Description") or "",
        "permissions": from_api(account.get("Permissions") or ()),
        "expires_at": parse_expiry(account.get("ExpiresAt")),
        "disabled": bool(account.get("Disable")),
        "created_at": account.get("CreateTime"),
    }


def check_new_account(desired: Mapping[str, Any]) -> None:
    """Refuse a new account without rights.

    :raises InvalidInput: its permissions are not given.
    """
    if not desired.get("permissions"):
        raise InvalidInput(
            f"The service account {without_prefix(desired['name'])!r} does not exist, and to create it its permissions must be "
            "given.",
            advice="Give permissions, or correct the name.",
        )


def check_account(account: Mapping[str, Any]) -> None:
    """Refuse what TCR does not accept.

    :raises InvalidInput: with the option, what was found and what to do.
    """
    name, password = account["name"], account.get("password")
    if not _NAME.fullmatch(without_prefix(name)):
        raise InvalidInput(
            f"{name!r} cannot be the name of a service account.",
            advice="Use letters, digits, and '.', '_' or '-' between them.",
        )
    if account.get("expires_at") is not None and account.get("valid_days") is not None:
        raise InvalidInput(f"The service account {name!r} has expires_at and valid_days.", advice="Give one of them.")
    if account.get("expires_at") == "":
        raise InvalidInput(
            f"expires_at of the service account {name!r} is empty.", advice="Give a date and time, or leave it out."
        )
    format_timestamp(account.get("expires_at"))
    days = account.get("valid_days")
    if days is not None and days < 1:
        raise InvalidInput(f"valid_days of the service account {name!r} must be 1 or more.", advice="Correct it.")
    kinds = (str.isupper, str.islower, str.isdigit)
    if password is not None and not (
        _SHORTEST <= len(password) <= _LONGEST and all(any(kind(one) for one in password) for kind in kinds)
    ):
        raise InvalidInput(
            f"The password of the service account {name!r} is not one that TCR accepts.",
            advice=f"It must have {_SHORTEST} to {_LONGEST} characters, among them an upper case letter, a lower case "
            "letter and a digit.",
        )
