#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action migration_report."""

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_report
short_description: Write the report of a migration
version_added: 0.1.0
description:
  - Writes what a migration did on the controller, and prints a summary that can be pasted into a ticket. No secret is in any of
    them.
  - A report never replaces that of another run. The newest one is written in addition under a name without a time, as a copy,
    because shares and collected artifacts keep no symbolic links.
  - Says how the run ended, in one word (RV(outcome)). The exit status of the playbooks is 0 only for V(equal), V(planned) and
    V(cleaned).
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
attributes:
  check_mode: {support: full, details: The report is only printed.}
  diff_mode: {support: none}
  idempotent: {support: N/A, details: The report holds the time at which it was written.}
  action_group: {support: none, membership: []}
options:
  kind:
    description:
      - V(report) and V(cleanup) write C(ID-RUN-TIME.md) for people, C(.html) as a page with charts, C(.json) for programs
        and C(.xml) (JUnit) for CI systems, where RUN is O(run) or V(cleanup) and TIME is the start of the run in UTC, for
        example C(spring-migrate-20261129T030405Z.md). The newest of them are also C(ID-report.md) and so on, and
        C(index.html) lists all reports of the directory.
      - V(cleanup) without O(directory) only prints the summary.
    type: str
    choices: [report, cleanup]
    default: report
  run:
    description: The playbook whose report it is.
    type: str
    choices: [migrate, verify]
    default: migrate
  started:
    description: When the run began, in seconds since 1970. Default is now.
    type: float
  migration_id:
    description: Name of the migration.
    type: str
    required: true
  directory:
    description: Directory of the files on the controller, which is created when it is missing. Required for a report.
    type: path
  source:
    description: Address of Harbor.
    type: str
    default: ""
  network:
    description: The network path from Harbor to the registry.
    type: str
    default: ""
  registry:
    description: The registry, as RV(cloud_registry.migration.migration_state_info#module:registry).
    type: dict
    default: {}
  harbor:
    description: Harbor, as RV(cloud_registry.migration.migration_state_info#module:harbor).
    type: dict
    default: {}
  inventory:
    description: What is selected, as RV(cloud_registry.migration.migration_state_info#module:inventory).
    type: dict
    default: {}
  targets:
    description: Where everything goes, as RV(cloud_registry.migration.migration_state_info#module:targets).
    type: dict
    default: {}
  comparison:
    description: What M(cloud_registry.migration.migration_verify) returned; empty when nothing was compared.
    type: dict
    default: {}
  comparison_problem:
    description: Why nothing was compared, where there is more to say.
    type: str
    default: ""
  charts:
    description:
      - What M(cloud_registry.migration.harbor_chart_migration) returned about the charts of ChartMuseum (C(equal), C(charts) and
        C(summary)); empty when there are none.
    type: dict
    default: {}
  continuous:
    description:
      - The health of the replication that copies each push at once, as RV(cloud_registry.migration.migration_state_info#module:continuous);
        empty when it was not looked at.
    type: dict
    default: {}
  unchanged_since:
    description:
      - A report in JSON of the same migration and selection. The run fails when something was pushed to the source since then,
        as far as the digests of O(comparison) tell.
    type: path
  lag:
    description:
      - What the source has and the target has not - C(total), the C(oldest) push and the C(seconds) since then, and the oldest
        C(entries), as RV(cloud_registry.migration.migration_verify#module:lag); empty when it was not read.
    type: dict
    default: {}
  copied:
    description:
      - What the run has brought to the target, so that a rollback knows it; by C(repository) with C(contents), what was there
        C(before), and what was C(replaced).
    type: list
    elements: dict
    default: []
  kept_at_target:
    description: What stays at the target, as RV(cloud_registry.migration.migration_target_removal#module:kept).
    type: list
    elements: dict
    default: []
  steps:
    description: What was or would be done, as the C(actions) of all modules.
    type: list
    elements: dict
    default: []
  executions:
    description:
      - What M(cloud_registry.migration.harbor_replication_execution) returned for each execution of the run, also on failure.
        The report has the verdict of the run and its times, and under C(harbor) what Harbor itself reports.
    type: list
    elements: dict
    default: []
  running:
    description: The same for executions of the migration that have not ended, as
      RV(cloud_registry.migration.migration_state_info#module:executions).
    type: list
    elements: dict
    default: []
  leftovers:
    description: Temporary access that still exists, as RV(cloud_registry.migration.migration_state_info#module:leftovers).
    type: list
    elements: dict
    default: []
  leftovers_problem:
    description: Why the temporary access could not be listed completely; empty when it was.
    type: str
    default: ""
  not_looked_at:
    description: Where the run did not look for temporary access.
    type: list
    elements: str
    default: []
  warnings:
    description: What the modules of the run warned of.
    type: list
    elements: str
    default: []
  note:
    description: What else is to be done, as RV(cloud_registry.migration.migration_state_info#module:robots_note).
    type: str
    default: ""
  failure:
    description: Why the run failed; empty when it did not.
    type: str
    default: ""
  parts:
    description: The parts of the run in their order, each with C(name), C(started) and C(ended) (seconds since 1970).
    type: list
    elements: dict
    default: []
  accepted_verdicts:
    description: The verdicts that are accepted beside V(equal), as M(cloud_registry.migration.migration_verify) was given them.
    type: list
    elements: str
    default: [extra]
  accessories:
    description: How signatures, SBOMs and whatever else hangs on images was treated - V(require), V(report) or V(ignore).
    type: str
    default: require
  access:
    description: How long temporary access stays, as C(mode) (V(lease), V(run) or V(permanent)) and the C(hours) of a lease.
    type: dict
    default: {}
  fail:
    description:
      - Whether the task fails when the exit status must not be 0. A failed task hands no RV(ansible_stats) on, so a playbook
        may set this to V(false) and fail with RV(problem) in the next task.
    type: bool
    default: true
seealso:
  - module: cloud_registry.migration.migration_plan
  - module: cloud_registry.migration.migration_state_info
  - module: cloud_registry.migration.migration_verify
"""

EXAMPLES = r"""
- name: Write down what a comparison found
  cloud_registry.migration.migration_report:
    migration_id: spring
    directory: /tmp/migration-output
    network: public
    comparison:
      equal: true
      accepted: true
      summary: Source and target are equal.
      totals: {tags: 1, equal: 1, different: 0, missing: 0, extra: 0, unknown: 0}
      repositories:
        - {name: shop/web, target: shop/web, verdict: equal, tags: [{tag: '1.0', verdict: equal}]}
"""

RETURN = r"""
outcome:
  description:
    - V(equal) - everything is the same by digest, or is accepted.
    - V(different) - a verdict was found that is not accepted.
    - V(not_compared) - nothing was compared, or it is not known of everything whether it is the same.
    - V(failed) - the run was refused or broke off, or temporary access is left after a cleanup.
    - V(planned) - check mode has predicted a run.
    - V(cleaned) - a cleanup has left nothing where it looked.
  returned: always
  type: str
  sample: equal
problem:
  description: Why the exit status must not be 0; empty when it may.
  returned: always
  type: str
  sample: ""
run_files:
  description: Those of RV(files) that are the report of this run, and that no later run replaces.
  returned: always
  type: list
  elements: str
  sample: [/tmp/migration-output/spring-migrate-20261129T030405Z.md]
tag:
  description: Kind and start of the run, as in the names of its files; empty when none was written.
  returned: always
  type: str
  sample: migrate-20261129T030405Z
ansible_stats:
  description: What a workflow decides by, as M(ansible.builtin.set_stats) hands it on.
  returned: always
  type: dict
  contains:
    data:
      description:
        - C(cloud_registry_outcome), C(cloud_registry_verdict) (the sentence), C(cloud_registry_counts) and
          C(cloud_registry_report_files) (names without directory).
      type: dict
      sample: {cloud_registry_outcome: equal, cloud_registry_counts: {tags: 37, equal: 37, steps: 9, leftovers: 3}}
files:
  description: The files that were written, those that no later run replaces first.
  returned: always
  type: list
  elements: str
  sample:
    - /tmp/migration-output/spring-migrate-20261129T030405Z.md
    - /tmp/migration-output/spring-migrate-20261129T030405Z.json
    - /tmp/migration-output/spring-report.md
    - /tmp/migration-output/spring-report.json
    - /tmp/migration-output/index.html
"""
