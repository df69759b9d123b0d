#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a replication policy of Harbor, waits truthfully, stops."""

from __future__ import annotations

DOCUMENTATION = r"""
module: harbor_replication_execution
short_description: Runs or stops a replication policy of Harbor
version_added: 0.1.0
description:
  - Starts a replication policy and waits until everything is copied, or stops what runs of it. An execution that runs
    already is followed, not doubled. While it waits it prints a line with repositories, bytes, failures and time left.
  - Harbor's status is a hint only. Tasks that have all ended count before a status that lags, a failed task counts when
    Harbor will not try it again, and an execution that finds nothing to copy is a failure.
  - Starting is an action. For a play that changes nothing the second time, start only what
    M(cloud_registry.migration.migration_verify) found missing or different, as the example does.
  - With O(verify), for a TCR registry as the target, the digests there have the last word.
  - With O(wait=false) the result is the state at this moment, and failed tasks do not fail it.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.harbor
  - cloud_registry.migration.tcr
  - cloud_registry.migration.verify
  - cloud_registry.migration.wait
attributes:
  check_mode: {support: full}
  diff_mode: {support: none}
  idempotent: {support: partial, details: O(state=stopped) is; O(state=started) starts whenever nothing runs.}
  action_group: {support: full, membership: [cloud_registry.migration.harbor, cloud_registry.migration.tcr]}
options:
  policy:
    description: The name of the policy. Needed unless O(execution_id) is given.
    type: str
  execution_id:
    description: An execution to follow or to stop, instead of starting the policy or stopping all its executions.
    type: int
  state:
    description: V(started) starts the policy unless it is running, V(stopped) stops what runs of it.
    type: str
    choices: [started, stopped]
    default: started
  expected_repositories:
    description:
      - The source repositories that will be copied, with the bytes of each. With them progress is weighed by bytes, and a
        success that Harbor reports before all tasks exist is not taken for one. Without them, a success counts when
        nothing has happened for a minute.
    type: dict
  allow_empty:
    description: Whether an execution that finds nothing to copy is a success.
    type: bool
    default: false
  settle_seconds:
    description:
      - How long a failed task must stay failed until it counts. Harbor runs a task up to three times, and waits up to 74,
        then up to 118 seconds in between.
    type: float
    default: 200
  restarts:
    description: How often to start O(policy) again when tasks failed for good. What has been copied is not copied again.
    type: int
    default: 0
  retry_limit:
    description:
      - How often to copy what failed or differs again, after tasks failed for good. Unlike O(restarts), only that is copied, with
        temporary policies that equal O(policy) in everything else, are named C(<policy>__retry-<number>), and carry its
        description. They are removed afterwards in any case; what a run leaves that was killed, the next one removes.
      - What failed for a reason that lasts (403, 404 or 412 of the target, a quota) is not tried again.
      - Each attempt may take O(wait_timeout).
    type: int
    default: 0
  only:
    description:
      - The source repositories, each with a list of tags, to which O(policy) is restricted; an empty list means all tags
        that it selects.
      - With O(state=started), temporary policies are created that copy only this, and started; it does not wait for them, and
        returns RV(temporary). With O(state=stopped), all temporary policies of O(policy) are stopped and removed.
        O(retry_limit) uses both.
    type: dict
  wait_timeout:
    description: How many seconds to wait at the most. Then the task fails; Harbor goes on, and another run goes on waiting.
    type: float
    default: 86400
  progress_interval:
    description: Seconds between two lines about the progress.
    type: float
    default: 30
"""

EXAMPLES = r"""
- name: Replicate what migration_verify, with fail_unless_equal=false, did not find equal
  cloud_registry.migration.harbor_replication_execution:
    policy: to-cloud
    expected_repositories: "{{ found.inventory.repositories | items2dict(key_name='name', value_name='size') }}"
    retry_limit: 2
    verify:
      registry_id: tcr-dg284imq
  when: not before.equal
"""

RETURN = r"""
execution:
  description:
    - The execution as Harbor reports it, or null; its C(start_time) and C(end_time) in UTC, or null when Harbor has none
      yet. What Harbor reports lags behind, see RV(verdict). In addition C(policy), how many C(repositories) and
      C(bytes) there are and C(repositories_done) and C(bytes_done), the estimated
      C(seconds_left), and C(failed_repositories) with the line of the log that gives the reason.
  returned: always
  type: dict
  sample: {id: 12, policy: to-cloud, failed_repositories: [{repository: shop/web, log_line: "namespace shop not found"}]}
verdict:
  description:
    - V(running), V(succeeded), V(failed), V(stopped), V(nothing matched), V(skipped), V(incomplete), or V(none).
  returned: always
  type: str
  sample: succeeded
origin:
  description:
    - How the execution came about. V(started) by this call, V(joined) when it ran already, V(found) when O(execution_id) had
      ended already; empty when there is none.
  returned: always
  type: str
  sample: started
finished: {description: Whether the verdict is final., returned: always, type: bool, sample: true}
reason:
  description: Why the verdict is what it is, where there is something to add.
  returned: always
  type: str
  sample: ""
line:
  description: The progress in words.
  returned: always
  type: str
  sample: "harbor replication 12: 37/50 repositories, 1.2 of 3.4 GB, 0 failed, about 2 min left"
started: {description: "When the following began, in seconds since 1970.", returned: when it waited, type: float, sample: 1790000000.1}
ended: {description: When it ended., returned: when it waited, type: float, sample: 1790000104.2}
retries:
  description:
    - The rounds in which only what failed or differed was copied again, each with its C(repositories), the C(executions) (C(id),
      C(policy), C(verdict)), and the C(problem) that prevented it, if any. If something remains after them, the
      C(failed_repositories) of RV(execution) are that.
  returned: when O(retry_limit) made one
  type: list
  elements: dict
  sample: [{repositories: [shop/web], executions: [{id: 13, policy: to-cloud__retry-1, verdict: succeeded}], problem: ""}]
temporary:
  description:
    - The temporary policies that were started, each with C(policy), C(expected_repositories), and the other results of this
      module for it.
  returned: with O(only)
  type: list
  elements: dict
  sample: [{policy: to-cloud__retry-1, expected_repositories: {shop/web: 31457280}}]
samples:
  description:
    - The progress over time, at most 200 samples - C(seconds) since RV(started), and how many of the C(total) repositories were
      C(finished).
  returned: when it waited
  type: list
  elements: dict
  sample: [{seconds: 0.0, finished: 0, total: 50}, {seconds: 5.2, finished: 37, total: 50}]
actions:
  description: What was started (policies), stopped (executions), created and deleted (temporary policies), or would be.
  returned: always
  type: list
  elements: dict
  sample: [{action: start, object: replication execution, key: to-cloud}]
"""

from ..module_utils._harbor.replication.executions import ReplicationExecutions
from ..module_utils._module.clients.harbor import harbor_client
from ..module_utils._module.clients.migration import comparison_asked_for
from ..module_utils._module.options.common import WAIT, ArgumentGroup
from ..module_utils._module.options.harbor import HARBOR
from ..module_utils._module.options.replication import replication_request
from ..module_utils._module.options.tcr import TCR
from ..module_utils._module.options.verification import VERIFY
from ..module_utils._module.run import run_action

OPTIONS = {
    "policy": {"type": "str"},
    "execution_id": {"type": "int"},
    "state": {"type": "str", "choices": ["started", "stopped"], "default": "started"},
    "expected_repositories": {"type": "dict"},
    "allow_empty": {"type": "bool", "default": False},
    "settle_seconds": {"type": "float", "default": 200},
    "restarts": {"type": "int", "default": 0},
    "retry_limit": {"type": "int", "default": 0},
    "only": {"type": "dict"},
    "wait_timeout": {"type": "float", "default": 86400},
    "progress_interval": {"type": "float", "default": 30},
}


def main() -> None:
    options = {**WAIT.options, **OPTIONS}
    own = ArgumentGroup(options, required_one_of=[["policy", "execution_id"]])
    run_action(
        HARBOR.merge(TCR, VERIFY, own),
        lambda call: ReplicationExecutions(
            harbor_client(call), replication_request(call.parameters), comparison_asked_for(call)
        ).perform(call.wait, call.check_mode),
    )


if __name__ == "__main__":
    main()
