# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment of the argument group of the same name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  projects:
    description:
      - The names of the Harbor projects that are selected.
      - Without it, or when it is empty, all projects are but the proxy caches.
    type: list
    elements: str
  repositories:
    description:
      - Patterns of full repository names (V(project/path)), as in the filters of a replication policy. A repository is
        selected when one of them matches; without any pattern all repositories are.
      - V(*) stops at a slash, V(**) as a whole component does not; V(?), V([a-z]) and V({one,two}) work too.
    type: list
    elements: str
  tags:
    description:
      - Patterns of tags. A tag is selected when one of them matches; without any pattern all tags are.
    type: list
    elements: str
  namespace_map:
    description:
      - Which namespace of the target a Harbor project goes to. A project that is not named here goes to the namespace
        of its own name.
      - Harbor before 2.3 can only do that for repositories without a further slash in their name.
    type: dict
"""
