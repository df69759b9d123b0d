# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the same name: a switch that may be blank."""

from __future__ import annotations

DOCUMENTATION = r"""
name: as_switch
short_description: Whether a switch is on, or a default when it is blank
version_added: 0.1.0
author: cloud_registry.migration contributors (@cloud-registry)
description:
  - A survey of AWX cannot leave a variable undefined, only blank. With this filter a blank switch counts as not given, while
    V(false) stays off.
options:
  _input:
    description: A boolean, its text such as V(no) or V("False"), or something blank.
    type: raw
    required: true
  default:
    description: What to return for a blank value, for example C(omit). A text such as V(auto) may be given as well.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Both are true, because the second is not given
  ansible.builtin.debug:
    msg:
      - "{{ 'yes' | cloud_registry.migration.as_switch(false) }}"
      - "{{ '' | cloud_registry.migration.as_switch(true) }}"
"""

RETURN = r"""
_value:
  description: Whether the switch is on.
  type: raw
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._errors import MigrationError
from ..module_utils._migration.variables.survey_values import as_switch


def _filter(value: Any, default: Any) -> Any:
    try:
        return as_switch(value, default)
    except MigrationError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"as_switch": _filter}
