# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Webhook triggers of a TCR namespace as data, in the forms of users and of the API. Pure.

The values of headers are secrets as often as not, so that states hold fingerprints of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..._engine.fields import State
from ..._errors import InvalidInput

_FINGERPRINT_LENGTH = 16
_SCHEMES = ("http://", "https://")


def fingerprint(value: str) -> str:
    """What stands for the value of a header, and changes with it."""
    return "sha256:" + hashlib.sha256(value.encode()).hexdigest()[:_FINGERPRINT_LENGTH]


def shown_targets(targets: Iterable[Mapping[str, Any]]) -> list[State]:
    """Targets (``address`` and ``headers`` each) with fingerprints in place of the values of headers."""
    return [
        {
            "address": one["address"],
            "headers": {name: fingerprint(str(value)) for name, value in (one.get("headers") or {}).items()},
        }
        for one in targets
    ]


def targets_to_api(targets: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Targets as the API wants them."""
    return [
        {
            "Address": one["address"],
            "Headers": [{"Key": name, "Values": [str(value)]} for name, value in (one.get("headers") or {}).items()],
        }
        for one in targets
    ]


def targets_from_api(targets: Iterable[Mapping[str, Any]]) -> list[State]:
    """Targets as users say them; several values of a header are one, separated by commas.

    TCR API 2019-09-24: a target without headers may be shown with one that has no name.
    """
    return [
        {
            "address": one.get("Address"),
            "headers": {
                str(header["Key"]): ",".join(header.get("Values") or ())
                for header in one.get("Headers") or ()
                if header.get("Key")
            },
        }
        for one in targets
    ]


def described(trigger: Mapping[str, Any]) -> State:
    """What a user wants to know about a trigger, from the API's description of it."""
    return {
        "name": trigger.get("Name"),
        "description": trigger.get("Description") or "",
        "enabled": bool(trigger.get("Enabled")),
        "event_types": list(trigger.get("EventTypes") or ()),
        "condition": trigger.get("Condition") or "",
        "targets": shown_targets(targets_from_api(trigger.get("Targets") or ())),
        "trigger_id": trigger.get("Id"),
    }


def check_trigger(trigger: Mapping[str, Any]) -> None:
    """Refuse what TCR does not take.

    :raises InvalidInput: with the option, what was found and what to do.
    """
    name = trigger["name"]
    if not name:
        raise InvalidInput("The name of a webhook trigger is empty.", advice="Give it one.")
    for option in ("targets", "event_types"):
        if trigger.get(option) == []:
            raise InvalidInput(f"{option} of the webhook trigger {name!r} is empty.", advice="Give at least one.")
    for target in trigger.get("targets") or ():
        if not target["address"].startswith(_SCHEMES):
            raise InvalidInput(
                f"targets of the webhook trigger {name!r}: {target['address']!r} is not the address of a web server.",
                advice="Write for example https://ci.example.com/hook.",
            )


def require_content(desired_members: Iterable[Mapping[str, Any]], known: Collection[str]) -> None:
    """Refuse new triggers that lack something.

    :param known: the names of those that exist.
    :raises InvalidInput: one is yet to be created, and its targets or event types are not given.
    """
    for desired in desired_members:
        lacking = [name for name in ("targets", "event_types") if not desired.get(name)]
        if lacking and desired["name"] not in known:
            raise InvalidInput(
                f"The webhook trigger {desired['name']!r} does not exist, and to create it {' and '.join(lacking)} must be "
                "given.",
                advice="Give them, or correct the name.",
            )
