# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the same name: it stands in ``hosts`` of every play, because every task can be skipped, also a check."""

from __future__ import annotations

DOCUMENTATION = r"""
name: refuse_partial_run
short_description: The hosts of a play, unless the command line leaves out its tasks or all its hosts
version_added: 0.1.0
author: cloud_registry.migration contributors (@cloud-registry)
description:
  - Fails if C(ansible-playbook) was called with C(--tags), C(--skip-tags), C(--start-at-task) or C(--step), or with a
    C(--limit) that leaves nothing to do. Ansible would end such a run with the exit status 0 although tasks were left out.
  - It belongs into C(hosts) of a play. Ansible reads that before the first task of the play, and whatever the tags are.
options:
  _input:
    description: The hosts of the play.
    type: str
    required: true
  invocation:
    description:
      - How Ansible was called, as its variables say.
      - C(tags) is C(ansible_run_tags), C(skip_tags) is C(ansible_skip_tags), C(limit) is C(ansible_limit) or empty, C(hosts) is
        C(ansible_play_hosts_all), and C(harbor_hosts) are the hosts of the group C(harbor).
    type: dict
    required: true
  takes_part:
    description: Whether the play takes part in this run; without it, it has no host and no task.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: A play that cannot be run with tags
  hosts: "{{ 'localhost' | cloud_registry.migration.refuse_partial_run(invocation) }}"
  vars:
    invocation: {tags: "{{ ansible_run_tags }}", skip_tags: "{{ ansible_skip_tags }}"}
"""

RETURN = r"""
_value:
  description: The hosts of the play; an empty list when it takes no part.
  type: raw
  sample: localhost
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible import context
from ansible.errors import AnsibleFilterError

from ..module_utils._migration.variables.invocation import Invocation

# Options with which nothing is run; --list-tags itself asks for all tags.
_ONLY_LISTING = ("listhosts", "listtasks", "listtags", "syntax")


def _filter(hosts: str, invocation: Mapping[str, Any], takes_part: bool = True) -> str | list[str]:
    if any(context.CLIARGS.get(name) for name in _ONLY_LISTING):
        return hosts
    # No variable tells of these two.
    start_at_task, step = (context.CLIARGS.get(name) for name in ("start_at_task", "step"))
    refusal = Invocation(**invocation, start_at_task=start_at_task or "", step=bool(step)).refusal()
    if refusal:
        raise AnsibleFilterError(refusal)
    return hosts if takes_part else []


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"refuse_partial_run": _filter}
