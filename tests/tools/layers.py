# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may import whom: the layers of the collection as data, and a reader of imports that finds violations."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass

COLLECTION = "ansible_collections.cloud_registry.migration"
UTILITIES = "plugins.module_utils"


@dataclass(frozen=True)
class Layer:
    """A directory or file, the layers of module_utils that it may import, and the libraries that it may import.

    The standard library is always allowed. A library of None means: anything.
    """

    path: str
    layers: tuple[str, ...]
    libraries: tuple[str, ...] | None = ()


# The first entry whose path is the beginning of a file's path holds.
LAYERS = (
    Layer("plugins/module_utils/_errors.py", ()),
    Layer("plugins/module_utils/_api/", ("_errors", "_api"), ("requests",)),
    Layer("plugins/module_utils/_core/", ("_errors", "_core")),
    Layer("plugins/module_utils/_resources/", ("_errors", "_core", "_api", "_resources")),
    Layer(
        "plugins/module_utils/_module/", ("_errors", "_core", "_api", "_module"), ("ansible.module_utils", "jmespath")
    ),
    Layer("plugins/modules/", ("_errors", "_module", "_resources"), ("ansible.module_utils",)),
    Layer("plugins/action/", ("_errors", "_core"), ("ansible",)),
    Layer("plugins/filter/", ("_errors", "_core"), ("ansible", "yaml")),
    Layer("plugins/doc_fragments/", ()),
    # The sandbox is the other side of every test: what it shared with the collection would prove nothing.
    Layer("tests/sandbox/", (), None),
    Layer("examples/", (), None),
    # Tests look inside.
    Layer("tests/", ("_errors", "_core", "_api", "_resources", "_module"), None),
)


def imported_names(source: str) -> list[tuple[int, str]]:
    """All names that a Python file imports, with their lines; ``from a import b`` counts as ``a.b``.

    A relative import keeps its leading dots.
    """
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            prefix = "." * node.level + (node.module or "")
            names += [(node.lineno, f"{prefix}.{alias.name}") for alias in node.names]
    return names


def violations(path: str, source: str) -> list[str]:
    """Complaints about the imports of the file ``path`` (relative to the root, with slashes)."""
    layer = next((layer for layer in LAYERS if path.startswith(layer.path)), None)
    if layer is None:
        return [f"{path}: belongs to no layer; add its directory to tests/tools/layers.py"]
    complaints = []
    for line, name in imported_names(source):
        reason = _reason(layer, name)
        if reason:
            complaints.append(f"{path}:{line}: imports {name}: {reason}")
    return complaints


def _reason(layer: Layer, name: str) -> str | None:
    if name.startswith("."):
        return "imports are absolute"
    if name.startswith("ansible_collections."):
        return _reason_for_ours(layer, name)
    top = name.split(".", 1)[0]
    if layer.libraries is None or top in sys.stdlib_module_names:
        return None
    if any(name == library or name.startswith(f"{library}.") for library in layer.libraries):
        return None
    return f"{layer.path} may use the standard library and {', '.join(layer.libraries) or 'nothing else'}"


def _reason_for_ours(layer: Layer, name: str) -> str | None:
    if not name.startswith(f"{COLLECTION}."):
        return "no other collection is used"
    inside = name.removeprefix(f"{COLLECTION}.")
    if layer.path == "tests/" and not inside.startswith(UTILITIES):
        return None
    for allowed in layer.layers:
        if f"{inside}.".startswith(f"{UTILITIES}.{allowed}."):
            return None
    return f"{layer.path} may import of ours {', '.join(layer.layers) or 'nothing'}"
