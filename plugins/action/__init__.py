# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Action plugins, and what they import before they are needed.

Ansible imports this package while it reads a playbook, and an action plugin only in the worker that it forks for each
task. What is imported here, every worker finds ready, instead of importing it for its one task: two thirds of the time
that such a task takes. The modules named here use every system.
"""

from __future__ import annotations

import contextlib

from ..plugin_utils import in_process  # noqa: F401

# A library that is missing is a matter of the module that needs it.
with contextlib.suppress(ImportError):
    from ..modules import migration_state_info, migration_verify  # noqa: F401
