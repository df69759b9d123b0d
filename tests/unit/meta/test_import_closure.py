# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module brings along: the code of its own system, and no more files than that takes.

Most of the time of a run is the start of modules, and each file that a module imports is sent to the host and read there.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.environments import ROOT
from tests.tools.layers import COLLECTION, SYSTEMS, imported_names

# The modules of some actions hold nothing but documentation.
MODULES = sorted(one for one in (ROOT / "plugins/modules").glob("*.py") if "def main()" in one.read_text())
NAMES = [path.stem for path in MODULES]
# What a system needs besides itself.
BELOW = {"tcr": {"_tencent"}, "harbor": set(), "host": set(), "migration": {"_tcr", "_tencent", "_harbor", "_oci"}}
# Modules that need another system, with the parts of it that they may load, and the reason.
ALSO = {
    # The names at the target must be legal there.
    "harbor_inventory_info": {"_migration", "_tcr", "_tcr.rules", "_tcr.rules.names"},
    # It moves what it reads to the target.
    "harbor_chart_migration": {"_migration", "_tcr", "_tencent", "_oci"},
    # While it waits, it compares source and target.
    "harbor_replication_execution": {"_migration", "_tcr", "_tencent", "_oci"},
}
# The largest number of files of module_utils, by the beginning of a module's name; the longest that fits counts.
MOST_FILES = {
    "host_": 35,
    "harbor_": 48,
    "harbor_inventory_info": 54,
    "harbor_chart_migration": 84,
    "harbor_replication_execution": 104,
    "tcr_": 49,
    "migration_": 95,
    # It reads everything at once.
    "migration_state_info": 125,
}

LOADED = f"""
import importlib, json, sys
from tests.support.collection import register_collection
register_collection()
known = set(sys.modules)
loaded = {{}}
for name in sys.argv[1:]:
    importlib.import_module(f"{COLLECTION}.plugins.modules.{{name}}")
    loaded[name] = sorted(set(sys.modules) - known)
    for one in loaded[name]:
        if one.startswith("{COLLECTION}.") or one.partition(".")[0] in ("jmespath", "requests"):
            del sys.modules[one]
print(json.dumps(loaded))
"""


@pytest.fixture(scope="module")
def loaded() -> dict[str, list[str]]:
    """What is in ``sys.modules`` after the import of each module, in a Python where none of ours was loaded before."""
    done = subprocess.run([sys.executable, "-c", LOADED, *NAMES], cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def parts(names: list[str]) -> set[str]:
    """The names below module_utils."""
    prefix = f"{COLLECTION}.plugins.module_utils."
    return {name.removeprefix(prefix) for name in names if name.startswith(prefix)}


def may_load(part: str, allowed: set[str]) -> bool:
    """Whether a part of module_utils may be loaded; where parts of a package are named, it is those only."""
    package = part.partition(".")[0]
    if package not in {*SYSTEMS, "_tencent", "_oci", "_migration"}:
        return True
    narrowed = any(one.startswith(f"{package}.") for one in allowed)
    return part in allowed if narrowed else package in allowed


@pytest.mark.parametrize("name", NAMES)
def test_a_module_loads_its_own_system_only(name: str, loaded: dict[str, list[str]]) -> None:
    system = name.partition("_")[0]
    allowed = {f"_{system}", *BELOW[system], *ALSO.get(name, ())}
    assert [part for part in parts(loaded[name]) if not may_load(part, allowed)] == []


@pytest.mark.parametrize("name", NAMES)
def test_libraries_are_loaded_where_they_are_needed(name: str, loaded: dict[str, list[str]]) -> None:
    libraries = {one.partition(".")[0] for one in loaded[name]}
    assert "jmespath" not in libraries, "only a query needs it"
    assert ("requests" in libraries) == (not name.startswith("host_"))


def closure(path: Path) -> set[Path]:
    """The files that Ansible sends with a module: it follows every import, wherever it stands in the code."""
    waiting, found = [path], set()
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found.add(file)
        for _line, name in imported_names(str(file.relative_to(ROOT)), file.read_text()):
            if name.startswith(f"{COLLECTION}."):
                waiting += files_of(name.removeprefix(f"{COLLECTION}."))
    return found - {path}


def files_of(name: str) -> list[Path]:
    """The file in which an imported name is, with the packages around it."""
    place = ROOT / name.replace(".", "/")
    while place != ROOT:
        file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        if file.is_file():
            return [file, *(one / "__init__.py" for one in file.parents if (one / "__init__.py").is_file())]
        place = place.parent
    return []


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_few_files_travel_with_a_module(path: Path) -> None:
    files = closure(path)
    assert ROOT / "plugins/module_utils/_module/run.py" in files
    most = MOST_FILES[max((one for one in MOST_FILES if path.stem.startswith(one)), key=len)]
    assert len(files) <= most, "\n".join(sorted(str(one.relative_to(ROOT)) for one in files))


def test_imports_in_functions_are_followed() -> None:
    late = ROOT / "plugins/module_utils/_module/clients/tcr.py"
    assert ROOT / "plugins/module_utils/_tencent/sts.py" in closure(late)
    assert [name for _line, name in imported_names("plugins/a.py", "def late():\n    from .b import c")] == [
        f"{COLLECTION}.plugins.b.c"
    ]
