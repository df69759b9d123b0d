# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection, importable under its name from a checkout of any name, with or without Ansible."""

from __future__ import annotations

import sys
from types import ModuleType

from tests.tools.environments import ROOT


def register_collection() -> None:
    """Make ``ansible_collections.cloud_registry.migration`` importable.

    A parent package that is already there (ansible-test brings its own finder) is left alone.
    """
    search_paths: dict[str, list[str]] = {
        "ansible_collections": [],
        "ansible_collections.cloud_registry": [],
        "ansible_collections.cloud_registry.migration": [str(ROOT)],
    }
    for name, search_path in search_paths.items():
        if name in sys.modules:
            continue
        package = ModuleType(name)
        package.__path__ = search_path
        sys.modules[name] = package
        parent, separator, child = name.rpartition(".")
        if separator:
            setattr(sys.modules[parent], child, package)
