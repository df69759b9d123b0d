# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the same name: a mapping, also from the text that a survey gives."""

from __future__ import annotations

DOCUMENTATION = r"""
name: as_dict
short_description: A mapping, also from text such as a=b,c=d
version_added: 0.1.0
author: cloud_registry.migration contributors (@cloud-registry)
description:
  - A survey of AWX can give text only. This filter lets a variable be a mapping or such text.
options:
  _input:
    description:
      - A mapping of names to names, text of items C(name=value) that are separated by commas, semicolons or ends of lines, or a
        mapping in YAML or JSON as text.
      - Names without a value, numbers with a point, booleans and dates are refused.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Both are the mapping of team.a to team-a
  ansible.builtin.debug:
    msg:
      - "{{ 'team.a=team-a' | cloud_registry.migration.as_dict }}"
      - "{{ {'team.a': 'team-a'} | cloud_registry.migration.as_dict }}"
"""

RETURN = r"""
_value:
  description: The mapping.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._errors import MigrationError
from ..module_utils._migration.variables.survey_values import as_dict


def _filter(value: Any) -> dict[str, str]:
    try:
        return as_dict(value)
    except MigrationError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"as_dict": _filter}
