# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Action harbor_name_resolution: its options are looked at as they were given, as those of modules are."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.action import harbor_name_resolution as plugin


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"migration_id": 1.10}, "migration_id: The number 1.1"),
        ({"migration_id": "spring", "names": ["registry.example", True]}, "names: The boolean true"),
        ({"migration_id": "spring", "methods": 1.5}, "methods: The number 1.5"),
    ],
)
def test_a_name_that_yaml_has_read_as_something_else_is_refused(options: dict[str, Any], said: str) -> None:
    action = object.__new__(plugin.ActionModule)
    action._task = SimpleNamespace(
        args=options, async_val=0, check_mode=False, diff=False, action="harbor_name_resolution", no_log=False
    )
    action._connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
    result = action.run(task_vars={})
    assert result["failed"] and result["msg"].startswith(said)
