# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Webhook triggers of a TCR namespace as data, in the forms of the options and of the API. Pure.

The values of headers are secrets as often as not, so that results and diffs show fingerprints of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from ..._engine.fields import State, as_set, in_order
from ..._errors import InvalidInput

_FINGERPRINT_LENGTH = 16
_SCHEMES = ("http://", "https://")


def fingerprint(value: str) -> str:
    """What stands for the value of a header, and changes with it."""
    return "sha256:" + hashlib.sha256(value.encode()).hexdigest()[:_FINGERPRINT_LENGTH]


def target_set(targets: Any) -> Any:
    """Targets compared without regard to their order; a target without headers has none."""
    return as_set({"address": one["address"], "headers": _texts(one.get("headers"))} for one in targets or ())


def displayed_targets(targets: Iterable[Mapping[str, Any]]) -> list[State]:
    """Targets (``address`` and ``headers`` each), sorted, with fingerprints in place of the values of headers."""
    shown: list[State] = in_order(
        [
            {
                "address": one["address"],
                "headers": {name: fingerprint(value) for name, value in _texts(one.get("headers")).items()},
            }
            for one in targets
        ]
    )
    return shown


def targets_to_api(targets: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Targets in the form of the API."""
    return [
        {
            "Address": one["address"],
            "Headers": [{"Key": name, "Values": [value]} for name, value in _texts(one.get("headers")).items()],
        }
        for one in targets
    ]


def targets_from_api(targets: Iterable[Mapping[str, Any]]) -> list[State]:
    """Targets in the form of the options; several values of a header are one, separated by commas.

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


def from_api(trigger: Mapping[str, Any]) -> State:
    """A trigger in the form of the options, with its ``trigger_id``, from the API's description of it."""
    return {
        "name": trigger.get("Name"),
        "description": trigger.get("Description") or "",
        "enabled": bool(trigger.get("Enabled")),
        "event_types": list(trigger.get("EventTypes") or ()),
        "condition": trigger.get("Condition") or "",
        "targets": targets_from_api(trigger.get("Targets") or ()),
        "trigger_id": trigger.get("Id"),
    }


def to_api(trigger: Mapping[str, Any]) -> dict[str, Any]:
    """A complete trigger in the form of the API, without its id."""
    return {
        "Name": trigger["name"],
        "Description": trigger["description"],
        "Enabled": trigger["enabled"],
        "EventTypes": trigger["event_types"],
        "Condition": trigger["condition"],
        "Targets": targets_to_api(trigger["targets"]),
    }


def check_trigger(trigger: Mapping[str, Any]) -> None:
    """Refuse what TCR does not accept.

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


def check_new_trigger(desired: Mapping[str, Any]) -> None:
    """Refuse a new trigger that lacks something.

    :raises InvalidInput: its targets or event types are not given.
    """
    lacking = [name for name in ("targets", "event_types") if not desired.get(name)]
    if lacking:
        raise InvalidInput(
            f"The webhook trigger {desired['name']!r} does not exist, and to create it {' and '.join(lacking)} must be "
            "given.",
            advice="Give them, or correct the name.",
        )


def _texts(headers: Mapping[str, Any] | None) -> dict[str, str]:
    return {name: str(value) for name, value in (headers or {}).items()}
