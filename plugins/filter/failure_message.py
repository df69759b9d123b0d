# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the same name: the sentence of a failed task."""

from __future__ import annotations

DOCUMENTATION = r"""
name: failure_message
short_description: The sentence of a failed task, or those of the failed items of its loop
version_added: 0.1.0
author: cloud_registry.migration contributors (@cloud-registry)
description:
  - Reads C(ansible_failed_result) in a C(rescue).
options:
  _input:
    description: The result of a task that failed.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Say why
  ansible.builtin.debug:
    msg: "{{ {'failed': true, 'msg': 'The registry is not Running.'} | cloud_registry.migration.failure_message }}"
"""

RETURN = r"""
_value:
  description: The sentence.
  type: str
  sample: The registry is not Running.
"""

from collections.abc import Callable
from typing import Any

from ..module_utils._migration.report.record import failure_message


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"failure_message": failure_message}
