# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How examples become a playbook."""

from __future__ import annotations

from pathlib import Path

from tests.support.examples import for_sandbox, module_defaults, read_block

MODULE = '''
DOCUMENTATION = r"""
module: sample
"""
EXAMPLES = r"""
- name: One
  ns.name.sample:
    id: "{{ registry_id }}"
"""
'''


def test_blocks_are_read_without_importing(tmp_path: Path) -> None:
    path = tmp_path / "sample.py"
    path.write_text(MODULE)
    assert read_block(path, "EXAMPLES") == [{"name": "One", "ns.name.sample": {"id": "{{ registry_id }}"}}]
    assert read_block(path, "RETURN") is None


def test_connection_options_are_given_once() -> None:
    names = ["tcr_endpoint", "tcr_secret_id", "tcr_secret_key", "tcr_region", "harbor_url"]
    names += ["harbor_username", "harbor_password", "registry_url", "public_address", "vpc_id"]
    facts = dict.fromkeys(names, "value")
    defaults = module_defaults(facts)
    assert {"group/cloud_registry.migration.harbor", "group/cloud_registry.migration.tcr"} <= set(defaults)
    assert all("vpc_id" not in options for options in defaults.values())


def test_what_the_documentation_says_is_replaced_everywhere() -> None:
    task = {
        "name": "Show tcr-1",
        "a.b.c": {"harbor_url": "https://harbor.example.com", "ids": ["tcr-1"], "map": {"tcr-1": 1}},
    }
    expected = {"name": "Show {{ id }}", "a.b.c": {"ids": ["{{ id }}"], "map": {"{{ id }}": 1}}}
    assert for_sandbox(task, {"tcr-1": "{{ id }}"}) == expected
