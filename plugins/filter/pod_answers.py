# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the same name: which pods resolve a name to another address, and which gave no answer."""

from __future__ import annotations

DOCUMENTATION = r"""
name: pod_answers
short_description: Which pods resolve a name to another address, and which gave no answer
version_added: 0.1.0
author: cloud_registry.migration contributors (@cloud-registry)
description:
  - Reads what C(getent hosts NAME) printed in pods.
options:
  _input:
    description: The results of a loop with the module C(kubernetes.core.k8s_exec). Each item is a pair of the pod and the name.
    type: list
    elements: dict
    required: true
  address:
    description: The address that the names must have.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show the pods with another address
  ansible.builtin.debug:
    msg: "{{ (results | cloud_registry.migration.pod_answers('10.0.0.7')).wrong }}"
  vars:
    results: [{item: [{metadata: {name: harbor-core-1}}, demo.tencentcloudcr.com], stdout: "10.0.0.8  demo.tencentcloudcr.com"}]
"""

RETURN = r"""
_value:
  description: C(wrong) and C(silent), each a list of texts C(POD), colon, C(NAME).
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ..module_utils._host.deployment import addresses


def _filter(results: Any, address: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"wrong": [], "silent": []}
    for one in results:
        pod, name = one["item"]
        label = f"{pod['metadata']['name']}: {name}"
        # The module breaks off where the image has no such program: older versions of Ansible give a status then, but no output.
        if "stdout" not in one:
            found["silent"].append(label)
        elif addresses(str(one["stdout"]))[:1] != [address]:
            found["wrong"].append(label)
    return found


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"pod_answers": _filter}
