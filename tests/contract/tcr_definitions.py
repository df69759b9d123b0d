# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own definition of the TCR API: `api.json` of the package `tccli`.

The package needs the SDK of every product of the cloud and unpacks to 165 MB, so it is not installed: its wheel is
downloaded once, without dependencies, and only this file is kept (in `.cache`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.tools.environments import CACHE

VERSION = "3.1.189.1"
_MEMBER = "tccli/services/tcr/v20190924/api.json"
_TYPES = {"string": "string", "int64": "integer", "uint64": "integer", "bool": "boolean", "datetime_iso": "string"}
_SECONDS = 120


@cache
def definition() -> dict[str, Any]:
    """The content of api.json: `actions`, and `objects` with the members of each request, answer and structure.

    Raises RuntimeError when the package cannot be downloaded.
    """
    kept = CACHE / f"tccli-{VERSION}/tcr-api.json"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as directory:
            (new := Path(directory) / kept.name).write_bytes(_downloaded(Path(directory)))
            os.replace(new, kept)
    content: dict[str, Any] = json.loads(kept.read_text())
    return content


def _downloaded(directory: Path) -> bytes:
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        directory,
        f"tccli=={VERSION}",
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_SECONDS)
    wheels = list(directory.glob("*.whl"))
    if done.returncode or not wheels:
        raise RuntimeError(f"the definition of the TCR API could not be downloaded from PyPI:\n{done.stderr}")
    with zipfile.ZipFile(wheels[0]) as wheel:
        return wheel.read(_MEMBER)


def members(name: str) -> dict[str, dict[str, Any]]:
    """The members of an object (`CreateNamespaceRequest`, `SecurityPolicy`, ...) that are in force, by their names."""
    return {item["name"]: item for item in definition()["objects"][name]["members"] if not item.get("disabled")}


def kind_of(member: dict[str, Any]) -> str:
    """The type of a member as the sandbox writes it: `string!` is required, `[Tag]` a list of structures."""
    inner = _TYPES.get(member["member"], member["member"])
    kind = f"[{inner}]" if member["type"] == "list" else inner
    return kind + ("!" if member.get("required") else "")


def parameter_differences(actions: dict[str, dict[str, str]], structures: dict[str, dict[str, str]]) -> Iterator[str]:
    """Lines for what differs between the sandbox's tables of parameters and the vendor's definition."""
    for action, ours in sorted(actions.items()):
        if action not in definition()["actions"]:
            yield f"{action}: not an action of the vendor"
        else:
            yield from _differences(action, ours, members(f"{action}Request"))
    for structure, ours in sorted(structures.items()):
        yield from _differences(structure, ours, members(structure))


def _differences(where: str, ours: dict[str, str], theirs: dict[str, dict[str, Any]]) -> Iterator[str]:
    for name in sorted(set(ours) | set(theirs)):
        if name not in theirs:
            yield f"{where}.{name}: the vendor has no such parameter"
        elif name not in ours:
            yield f"{where}.{name}: the sandbox does not know it"
        elif ours[name] != kind_of(theirs[name]):
            yield f"{where}.{name}: sandbox {ours[name]}, vendor {kind_of(theirs[name])}"


def answer_differences(action: str, answer: dict[str, Any]) -> Iterator[str]:
    """Lines for what an answer (content of `Response`) has, lacks or types differently than the vendor defines."""
    yield from _shape(action, f"{action}Response", answer)


def _shape(where: str, structure: str, given: dict[str, Any]) -> Iterator[str]:
    known = members(structure)
    for name in given:
        if name not in known:
            yield f"{where}.{name}: not defined"
    for name, member in known.items():
        if name not in given:
            if member.get("output_required", member.get("required", True)):
                yield f"{where}.{name}: missing"
        elif given[name] is None:
            if not member.get("value_allowed_null"):
                yield f"{where}.{name}: null"
        else:
            yield from _value(f"{where}.{name}", kind_of(member).rstrip("!"), given[name])


def _value(where: str, kind: str, given: Any) -> Iterator[str]:
    if kind.startswith("["):
        if not isinstance(given, list):
            yield f"{where}: no list"
        else:
            for item in given:
                yield from _value(f"{where}[]", kind[1:-1], item)
    elif kind in definition()["objects"]:
        if not isinstance(given, dict):
            yield f"{where}: no structure"
        else:
            yield from _shape(where, kind, given)
    elif given.__class__ is not {"string": str, "integer": int, "boolean": bool}[kind]:
        yield f"{where}: {given.__class__.__name__} instead of {kind}"
