# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that was compared with an approved plan forgets what was only predicted, so that no report calls it done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report.record import migration_record
from tests.tools.environments import ROOT

SET = "ansible.builtin.set_fact"
ROLES = (
    "registry_access",
    "registry_namespaces",
    "registry_credential",
    "harbor_replication",
    "harbor_charts",
    "migration_verify",
    "migration_preflight",
)
# Facts that no prediction leaves: of the checks before it, of a cleanup, and of a failure, which ends it.
NOT_PREDICTED = {
    "migration_preflight",
    "harbor_replication_policies_removal",
    "harbor_replication_endpoints_removal",
    "harbor_replication_robots_removal",
    "registry_access_removal",
    "registry_namespaces_removal",
    "registry_credential_discarded",
    "__migration_failure",
    "__migration_refused",
    # When the prediction ended, for the durations.
    "__migration_prediction",
}


class Facts(dict[str, Any]):
    """The facts of a host, which note what was read of them."""

    def __init__(self) -> None:
        super().__init__()
        self.read: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return default


def tasks(content: Any) -> Iterator[dict[str, Any]]:
    """All tasks of a file, also those in blocks and plays."""
    for one in content or ():
        yield one
        for part in ("tasks", "block", "rescue", "always"):
            yield from tasks(one.get(part))


def names_set(*patterns: str) -> set[str]:
    """What the tasks of files leave as facts."""
    found = set()
    for file in (file for pattern in patterns for file in ROOT.glob(pattern)):
        for task in tasks(yaml.safe_load(file.read_text())):
            found |= {*task.get(SET, ()), *([task["register"]] if "register" in task else [])}
    return found


def test_what_roles_leave_on_the_controller_is_forgotten() -> None:
    left = names_set(*(f"roles/{role}/tasks/**/*.yml" for role in ROLES)) - NOT_PREDICTED
    assert "registry_access" in left
    assert left - names_set("playbooks/tasks/plan.yml") == set()


def test_nothing_else_is_read_for_a_report_of_the_controller() -> None:
    local = Facts()
    migration_record({"localhost": local}, [], limited=False)
    assert "migration_verify" in local.read
    assert local.read - NOT_PREDICTED - names_set("playbooks/tasks/plan.yml") == set()


def test_what_the_role_leaves_on_hosts_of_harbor_is_what_it_was_before() -> None:
    (play,) = [
        one
        for one in tasks(yaml.safe_load((ROOT / "playbooks/plays/predict.yml").read_text()))
        if "Forget" in one["name"]
    ]
    ((forgotten,),) = [[one[SET]] for one in play["tasks"]]
    assert forgotten.pop("harbor_name_resolution") == "{{ __migration_checked_names }}"
    # The results of other modules that a report reads.
    assert forgotten == {"__harbor_name_resolution_patched": {}, "__harbor_name_resolution_record": {}}
