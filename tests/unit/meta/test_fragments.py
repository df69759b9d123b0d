# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A documentation fragment and the argument group of the same name say the same."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import yaml

from tests.tools.environments import ROOT

PLUGINS = "ansible_collections.cloud_registry.migration.plugins"
FRAGMENTS = sorted(path.stem for path in (ROOT / "plugins/doc_fragments").glob("*.py") if path.stem != "attributes")


def documented(name: str) -> dict[str, Any]:
    fragment = importlib.import_module(f"{PLUGINS}.doc_fragments.{name}").ModuleDocFragment
    options: dict[str, Any] = yaml.safe_load(fragment.DOCUMENTATION)["options"]
    return options


def groups() -> dict[str, Any]:
    """The argument groups by the name of their fragment; a group is the same object wherever it is imported."""
    names = (path.stem for path in (ROOT / "plugins/module_utils/_module/options").glob("[!_]*.py"))
    files = [importlib.import_module(f"{PLUGINS}.module_utils._module.options.{name}") for name in names]
    kind = importlib.import_module(f"{PLUGINS}.module_utils._module.options.common").ArgumentGroup
    return {name.lower(): value for one in files for name, value in vars(one).items() if isinstance(value, kind)}


def test_every_group_has_a_fragment_and_every_fragment_a_group() -> None:
    assert sorted(groups()) == FRAGMENTS


@pytest.mark.parametrize("name", FRAGMENTS)
def test_fragment_equals_group(name: str) -> None:
    specification, documentation = groups()[name].options, documented(name)
    assert set(specification) == set(documentation)
    for option, wanted in specification.items():
        stated = documentation[option]
        assert stated.get("description"), f"{option} is not described"
        for key in ("type", "default", "choices", "elements", "required"):
            assert stated.get(key) == wanted.get(key), f"{key} of {option}"
