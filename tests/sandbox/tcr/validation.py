# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks a request body against the parameter definitions, as the API gateway does before an action runs."""

from __future__ import annotations

from typing import Any

from tests.sandbox.tcr.errors import ApiError
from tests.sandbox.tcr.services import Service

_COERCED = {"true": True, "false": False}


def validate(service: Service, action: str, body: dict[str, Any], coerce: bool) -> dict[str, Any]:
    """The parameters of an action without nulls; with `coerce`, texts are accepted for integers and booleans.

    Raises UnknownParameter, MissingParameter or InvalidParameter.
    """
    return _structure(service, service.definitions[action], body, "", coerce)


def _structure(service: Service, definition: dict[str, str], given: Any, path: str, coerce: bool) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _invalid(path)
    for name in given:
        if name not in definition:
            raise ApiError(
                "UnknownParameter", f"The parameter `{path}{name}` is not recognized.", f"未知参数 `{path}{name}`。"
            )
    checked = {}
    for name, kind in definition.items():
        value = given.get(name)
        if value is not None:
            checked[name] = _value(service, kind.rstrip("!"), value, path + name, coerce)
        elif kind.endswith("!"):
            message = f"The request is missing a required parameter `{path}{name}`."
            raise ApiError("MissingParameter", message, f"缺少参数 `{path}{name}`。")
    return checked


def _value(service: Service, kind: str, value: Any, path: str, coerce: bool) -> Any:
    if kind.startswith("["):
        if not isinstance(value, list):
            raise _invalid(path)
        return [_value(service, kind[1:-1], item, f"{path}.{index}", coerce) for index, item in enumerate(value)]
    if kind in service.structures:
        return _structure(service, service.structures[kind], value, f"{path}.", coerce)
    if coerce and isinstance(value, str) and kind != "string":
        value = int(value) if kind == "integer" and value.lstrip("-").isdigit() else _COERCED.get(value.lower(), value)
    fits = {
        "string": isinstance(value, str),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
    }
    if not fits[kind]:
        raise _invalid(path)
    return value


def _invalid(path: str) -> ApiError:
    name = path.rstrip(".") or "body"
    return ApiError(
        "InvalidParameter", f"The value type of parameter `{name}` is not valid.", f"参数 `{name}` 类型错误。"
    )
