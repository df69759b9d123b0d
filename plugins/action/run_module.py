# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of all modules that have none of their own; ``meta/runtime.yml`` attaches it to them."""

from __future__ import annotations

from ansible.plugins.action.normal import ActionModule as NormalAction

from ..plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction, NormalAction):
    """What Ansible does for a module without an action plugin, in a fork of the worker where that is the same."""
