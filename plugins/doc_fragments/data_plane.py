# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment of the argument group of the same name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  registry_url:
    description: The address of the registry itself. Without it, C(https://) and the registry's public domain.
    type: str
  registry_connect_to:
    description: The address to connect to instead of resolving the name, for example that of a private link.
    type: str
"""
