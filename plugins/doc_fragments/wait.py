# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment of the argument group of the same name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Whether to wait until the object has reached the state asked for.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds to wait at the most. When they are over the task fails and says which state was seen last;
        nothing is undone, so that running it again goes on waiting.
    type: float
    default: 900
  wait_interval:
    description:
      - Seconds between two requests while waiting.
    type: float
    default: 5
"""
