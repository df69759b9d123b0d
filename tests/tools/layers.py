# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may import whom: the packages of the collection as data, and a reader of imports that finds violations."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass

COLLECTION = "ansible_collections.cloud_registry.migration"
UTILITIES = "plugins/module_utils/"

FOUNDATION = ("_errors", "_engine", "_http")
# Systems do not know each other. Only _migration knows several.
SYSTEMS = ("_tcr", "_harbor", "_host", "_dns")
_ANSIBLE = ("ansible.module_utils",)
_HARBOR = ("_harbor", "_module/options/harbor", "_module/clients/harbor")
EVERYTHING = (*FOUNDATION, "_oci", "_tencent", *SYSTEMS, "_migration", "_module")


@dataclass(frozen=True)
class Layer:
    """A directory or file, the parts of module_utils that it may import, and the libraries that it may import.

    A part is a package, or a package or file in one (``_tcr/rules``); outside of module_utils, a directory of the
    collection (``plugins/modules``). The standard library is always allowed. A
    library of None means: anything.
    """

    path: str
    parts: tuple[str, ...] = ()
    libraries: tuple[str, ...] | None = ()


def _utility(path: str, *parts: str, libraries: tuple[str, ...] = ()) -> Layer:
    return Layer(f"{UTILITIES}{path}", parts, libraries)


def _system(name: str, *below: str) -> tuple[Layer, ...]:
    """A system: rules are pure, ``api`` is the wire, and what stands beside or in ``resources`` uses both."""
    return (
        _utility(f"{name}/rules/", "_errors", "_engine", f"{name}/rules"),
        _utility(f"{name}/api/", *FOUNDATION, *below, f"{name}/api"),
        _utility(f"{name}/", *FOUNDATION, *below, name),
    )


# What every module needs to be run: it knows no system, so that it brings none along.
_RUN = ("_module/run", "_module/call", "_module/options/common")


def _interface(system: str, *others: str) -> tuple[Layer, ...]:
    """The options and clients of a system: what they import travels with each of its modules, hence only its own."""
    return (
        _utility(f"_module/options/{system}.py", "_module/options/common", f"_{system}", libraries=_ANSIBLE),
        _utility(f"_module/clients/{system}.py", "_module/call", f"_{system}", *others),
    )


def _modules(prefix: str, *parts: str) -> Layer:
    return Layer(f"plugins/modules/{prefix}", (*_RUN, *parts), _ANSIBLE)


def _modules_of(system: str) -> Layer:
    return _modules(f"{system}_", f"_{system}", f"_module/options/{system}", f"_module/clients/{system}")


# The first entry whose path is the beginning of a file's path holds.
LAYERS = (
    _utility("_errors.py"),
    _utility("_engine/", "_errors", "_engine"),
    _utility("_http/", "_errors", "_http", libraries=("requests",)),
    # What Helm keeps of a chart is in its Chart.yaml.
    _utility("_oci/helm.py", "_errors", libraries=("yaml",)),
    _utility("_oci/", *FOUNDATION, "_oci"),
    _utility("_tencent/", *FOUNDATION, "_tencent"),
    *_system("_tcr", "_tencent"),
    *_system("_harbor"),
    # Compose files are merged on the controller, which has PyYAML; hosts need not have it.
    _utility("_host/compose_yaml.py", *FOUNDATION, "_host", libraries=("yaml",)),
    _utility("_host/", *FOUNDATION, "_host"),
    # Updates are sent by the controller, which has dnspython.
    _utility("_dns/server.py", *FOUNDATION, "_dns", libraries=("dns",)),
    _utility("_dns/", *FOUNDATION, "_dns"),
    # Text of surveys is read on the controller, which has PyYAML.
    _utility("_migration/variables/survey_values.py", *FOUNDATION, "_migration", libraries=("yaml",)),
    _utility("_migration/", *FOUNDATION, "_oci", *SYSTEMS, "_migration"),
    _utility("_module/__init__.py"),
    _utility("_module/call.py", "_engine"),
    _utility("_module/run.py", "_errors", "_engine", *_RUN, libraries=(*_ANSIBLE, "jmespath")),
    _utility("_module/options/common.py", "_engine/lease", "_engine/texts", "_errors", libraries=_ANSIBLE),
    *_interface("tcr", "_tencent"),
    *_interface("harbor"),
    *_interface("host"),
    _utility("_module/options/migration.py", "_module/options/common", "_migration/source/selection"),
    _utility("_module/options/name_resolution.py", "_module/options", "_migration", "_dns/server"),
    _utility("_module/options/", "_module/call", "_module/options", "_harbor/replication", "_migration"),
    _utility("_module/clients/", "_module/call", "_module/options", "_module/clients", "_oci", "_migration"),
    # They read what is copied to another system, or compare with it.
    _modules("harbor_inventory_info", *_HARBOR, "_module/options/migration", "_migration/source"),
    _modules("harbor_chart_migration.py", *_HARBOR, "_module/options", "_module/clients"),
    _modules("harbor_replication_execution.py", *_HARBOR, "_module/options", "_module/clients"),
    _modules_of("tcr"),
    _modules_of("harbor"),
    _modules_of("host"),
    _modules("migration_", "_module/options", "_module/clients", "_migration"),
    # Pages are made by the controller, which has Jinja2.
    Layer("plugins/plugin_utils/report_page.py", (), ("jinja2",)),
    # What runs on the controller only, around modules: it knows Ansible, and nothing of what modules do.
    Layer("plugins/plugin_utils/", ("plugins/plugin_utils",), ("ansible",)),
    Layer("plugins/action/", (*EVERYTHING, "plugins/plugin_utils", "plugins/modules"), ("ansible",)),
    Layer("plugins/filter/", EVERYTHING, ("ansible", "yaml")),
    Layer("plugins/doc_fragments/"),
    # The sandbox is the other side of every test: what it shared with the collection would prove nothing.
    Layer("tests/sandbox/", (), None),
    Layer("examples/", (), None),
    # Tests look inside.
    Layer("tests/", EVERYTHING, None),
)


def imported_names(path: str, source: str) -> list[tuple[int, str]]:
    """All names that a Python file imports, with their lines; ``from a import b`` counts as ``a.b``.

    Relative imports are resolved: they begin with the name of the collection as absolute ones do.
    """
    package = [*COLLECTION.split("."), *path.split("/")[:-1]]
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = [] if not node.level else package[: len(package) - node.level + 1]
            prefix = ".".join([*origin, *([node.module] if node.module else [])])
            names += [(node.lineno, f"{prefix}.{alias.name}") for alias in node.names]
    return names


def violations(path: str, source: str) -> list[str]:
    """Complaints about the imports of the file ``path`` (relative to the root, with slashes)."""
    layer = next((layer for layer in LAYERS if path.startswith(layer.path)), None)
    if layer is None:
        return [f"{path}: belongs to no layer; add its directory to tests/tools/layers.py"]
    complaints = []
    if path.startswith("plugins/") and f"{COLLECTION}.plugins" in source:
        complaints.append(f"{path}: names the collection; imports inside plugins/ are relative")
    for line, name in imported_names(path, source):
        reason = _reason(layer, name)
        if reason:
            complaints.append(f"{path}:{line}: imports {name}: {reason}")
    return complaints


def _reason(layer: Layer, name: str) -> str | None:
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
    inside = name.removeprefix(f"{COLLECTION}.").replace(".", "/")
    if layer.path == "tests/" and not inside.startswith(UTILITIES):
        return None
    for allowed in layer.parts:
        directory = allowed if allowed.startswith("plugins/") else f"{UTILITIES}{allowed}"
        if f"{inside}/".startswith(f"{directory}/"):
            return None
    return f"{layer.path} may import of ours {', '.join(layer.parts) or 'nothing'}"
