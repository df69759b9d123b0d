# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the same name: a list, also from the text that a survey gives."""

from __future__ import annotations

DOCUMENTATION = r"""
name: as_list
short_description: A list, also from text separated by commas
version_added: 0.1.0
author: cloud_registry.migration contributors (@cloud-registry)
description:
  - A survey of AWX can give text only. This filter lets a variable be a list or such text.
options:
  _input:
    description:
      - A list of names, a single name, text whose items are separated by commas, semicolons or ends of lines, a list in YAML or
        JSON as text, or nothing.
      - Separators in quotes or between the braces or brackets of a pattern belong to the item.
      - Numbers with a point, booleans, dates and null are refused, because YAML does not keep how they were written.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Both are ['team', 'tools']
  ansible.builtin.debug:
    msg:
      - "{{ 'team, tools' | cloud_registry.migration.as_list }}"
      - "{{ ['team', 'tools'] | cloud_registry.migration.as_list }}"
"""

RETURN = r"""
_value:
  description: The items without surrounding blanks and without empty ones.
  type: list
  elements: str
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._errors import MigrationError
from ..module_utils._migration.variables.survey_values import as_list


def _filter(value: Any) -> list[str]:
    try:
        return as_list(value)
    except MigrationError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"as_list": _filter}
