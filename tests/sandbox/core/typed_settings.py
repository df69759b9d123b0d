# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings as data: a group of typed switches that can be changed by name, from Python, a command line or HTTP."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, fields
from typing import Any

# ansible-test knows field() in the body of a dataclass only, and would refuse the shorthands below.
_field: Any = vars(dataclasses)["field"]

_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


def choice(default: str, *others: str) -> Any:
    """A switch between named behaviours; the first one is the default."""
    return _field(default=default, metadata={"choices": (default, *others)})


def listing(*defaults: str) -> Any:
    """A setting that is a list of texts."""
    return _field(default_factory=lambda: list(defaults))


def mapping() -> Any:
    """A setting that is a mapping, empty by default."""
    return _field(default_factory=dict)


@dataclass
class SettingsGroup:
    """Base of the settings: a dataclass whose fields can be set by name."""

    def update(self, **values: Any) -> None:
        """Set several settings. Texts are read in the type of the setting ("0.5", "true", "a,b").

        Raises ValueError for an unknown name or a value that does not fit, and then changes nothing.
        """
        known = {item.name: item for item in fields(self)}
        parsed = {}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"setting {name!r} does not exist; known are {', '.join(sorted(known))}")
            parsed[name] = _parse(name, value, getattr(self, name), known[name].metadata.get("choices"))
        for name, value in parsed.items():
            setattr(self, name, value)


def _parse(name: str, value: Any, current: Any, choices: tuple[str, ...] | None) -> Any:
    try:
        if choices is not None:
            if value not in choices:
                raise ValueError(f"must be one of {', '.join(choices)}")
            return value
        if isinstance(current, bool):
            return _boolean(value)
        if isinstance(current, float):
            return float(value)
        if isinstance(current, int):
            return int(value)
        if isinstance(current, list):
            return [item for item in value.split(",") if item] if isinstance(value, str) else list(value)
        if isinstance(current, dict):
            return dict(json.loads(value) if isinstance(value, str) else value)
        return str(value)
    except (TypeError, ValueError) as problem:
        raise ValueError(f"setting {name!r}: {value!r} does not fit: {problem}") from problem


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).lower()
    if text not in _TRUE | _FALSE:
        raise ValueError("must be true or false")
    return text in _TRUE
