# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module has its action plugin, and every action plugin its module."""

from __future__ import annotations

import yaml

from tests.tools.environments import ROOT

COLLECTION = "cloud_registry.migration"
# The one plugin that has no module of its name: it runs those that have no plugin of theirs.
COMMON = "run_module"


def names(directory: str) -> set[str]:
    return {path.stem for path in (ROOT / "plugins" / directory).glob("*.py") if path.stem != "__init__"}


def test_every_module_is_routed_to_its_action_plugin() -> None:
    """As an attribute of the module: redirected as an action, it would lose its module_defaults."""
    routing = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["plugin_routing"]
    own = names("action")
    assert routing == {
        "modules": {
            name: {"action_plugin": f"{COLLECTION}.{name if name in own else COMMON}"}
            for name in sorted(names("modules"))
        }
    }


def test_every_action_plugin_is_documented_by_its_module() -> None:
    """In place of the sanity test action-plugin-docs, which knows no exception."""
    assert names("action") - names("modules") == {COMMON}
