# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the same name: a value, unless it is blank."""

from __future__ import annotations

DOCUMENTATION = r"""
name: or_default
short_description: A value, or a default where it is blank
version_added: 0.1.0
author: cloud_registry.migration contributors (@cloud-registry)
description:
  - A survey of AWX gives empty text for what was not filled in. The filter C(default) with V(true) as its second argument
    also replaces V(0), V(false) and an empty list, which are values that somebody has chosen.
options:
  _input:
    description: Any value.
    type: raw
    required: true
  default:
    description: What to take instead of text without a visible character and of null.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: The results are 0, [] and 120
  ansible.builtin.debug:
    msg:
      - "{{ 0 | cloud_registry.migration.or_default(120) }}"
      - "{{ [] | cloud_registry.migration.or_default(['extra']) }}"
      - "{{ '' | cloud_registry.migration.or_default(120) }}"
"""

RETURN = r"""
_value:
  description: The value or the default.
  type: raw
"""

from collections.abc import Callable
from typing import Any

from ..module_utils._migration.variables.survey_values import or_default


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"or_default": or_default}
