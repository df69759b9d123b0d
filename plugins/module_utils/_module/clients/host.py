# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host on which a module runs."""

from __future__ import annotations

from ..._host.commands import Host
from ..call import ModuleCall


def this_host(call: ModuleCall) -> Host:
    """The programs and files of the host on which the module runs."""
    return Host(call.run_command)
