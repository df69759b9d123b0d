# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own definitions of TCR's API and of its helpers (tags, roles): the `api.json` files of package `tccli`.

The package needs the SDK of every product of the cloud and unpacks to 165 MB, so it is not installed: its wheel is
downloaded once, without dependencies, and only these files are kept (in `.cache`).
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
_FILES = {
    "tcr": "tccli/services/tcr/v20190924/api.json",
    "tag": "tccli/services/tag/v20180813/api.json",
    "sts": "tccli/services/sts/v20180813/api.json",
}
_TYPES = {"string": "string", "int64": "integer", "uint64": "integer", "bool": "boolean", "datetime_iso": "string"}
_SCALARS = {"string": str, "integer": int, "boolean": bool}
_SECONDS = 120


class Definition:
    """A service as the vendor defines it.

    :param content: of api.json: `actions`, and `objects` with the members of each request, answer and structure.
    """

    def __init__(self, content: dict[str, Any]) -> None:
        self.actions: dict[str, Any] = content["actions"]
        self._objects: dict[str, Any] = content["objects"]

    def parameter_differences(
        self, actions: dict[str, dict[str, str]], structures: dict[str, dict[str, str]]
    ) -> Iterator[str]:
        """Lines for what differs between the sandbox's tables of parameters and this definition."""
        for action, ours in sorted(actions.items()):
            if action not in self.actions:
                yield f"{action}: not an action of the vendor"
            else:
                yield from self._differences(action, ours, f"{action}Request")
        for structure, ours in sorted(structures.items()):
            yield from self._differences(structure, ours, structure)

    def answer_differences(self, action: str, answer: dict[str, Any]) -> Iterator[str]:
        """Lines for what an answer (content of `Response`) has, lacks or types differently than it is defined."""
        yield from self._shape(action, f"{action}Response", answer)

    def _members(self, name: str) -> dict[str, dict[str, Any]]:
        return {item["name"]: item for item in self._objects[name]["members"] if not item.get("disabled")}

    def _differences(self, where: str, ours: dict[str, str], structure: str) -> Iterator[str]:
        theirs = self._members(structure)
        for name in sorted(set(ours) | set(theirs)):
            if name not in theirs:
                yield f"{where}.{name}: the vendor has no such parameter"
            elif name not in ours:
                yield f"{where}.{name}: the sandbox does not know it"
            elif ours[name] != kind_of(theirs[name]):
                yield f"{where}.{name}: sandbox {ours[name]}, vendor {kind_of(theirs[name])}"

    def _shape(self, where: str, structure: str, given: dict[str, Any]) -> Iterator[str]:
        known = self._members(structure)
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
                yield from self._value(f"{where}.{name}", kind_of(member).rstrip("!"), given[name])

    def _value(self, where: str, kind: str, given: Any) -> Iterator[str]:
        if kind.startswith("["):
            if not isinstance(given, list):
                yield f"{where}: no list"
            else:
                for item in given:
                    yield from self._value(f"{where}[]", kind[1:-1], item)
        elif kind in self._objects:
            if not isinstance(given, dict):
                yield f"{where}: no structure"
            else:
                yield from self._shape(where, kind, given)
        elif isinstance(given, bool) != (kind == "boolean") or not isinstance(given, _SCALARS[kind]):
            yield f"{where}: {type(given).__name__} instead of {kind}"


def kind_of(member: dict[str, Any]) -> str:
    """The type of a member as the sandbox writes it: `string!` is required, `[Tag]` a list of structures."""
    inner = _TYPES.get(member["member"], member["member"])
    kind = f"[{inner}]" if member["type"] == "list" else inner
    return kind + ("!" if member.get("required") else "")


@cache
def definition(service: str) -> Definition:
    """The definition of a service, `tcr`, `tag` or `sts`. Raises RuntimeError when the package cannot be downloaded."""
    kept = CACHE / f"tccli-{VERSION}"
    if not all((kept / f"{name}.json").is_file() for name in _FILES):
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept) as directory:
            _download(Path(directory))
            for name in _FILES:
                os.replace(Path(directory) / f"{name}.json", kept / f"{name}.json")
    return Definition(json.loads((kept / f"{service}.json").read_text()))


def _download(directory: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", directory]
    done = subprocess.run([*pip, f"tccli=={VERSION}"], check=False, capture_output=True, text=True, timeout=_SECONDS)
    wheels = list(directory.glob("*.whl"))
    if done.returncode or not wheels:
        raise RuntimeError(f"the definition of the TCR API could not be downloaded from PyPI:\n{done.stderr}")
    with zipfile.ZipFile(wheels[0]) as wheel:
        for name, member in _FILES.items():
            (directory / f"{name}.json").write_bytes(wheel.read(member))
