# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of a module, as its callbacks see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .._engine.wait import Wait

RunCommand = Callable[..., tuple[int, str, str]]
Made = TypeVar("Made")


@dataclass(frozen=True)
class ModuleCall:
    """What a module was called with.

    :param parameters: the options, checked by Ansible and with their defaults.
    :param check_mode: whether only to predict.
    :param run_command: that of AnsibleModule.
    :param wait: how to wait for what takes time.
    """

    parameters: Mapping[str, Any]
    check_mode: bool
    run_command: RunCommand
    wait: Wait
    _made: dict[Callable[..., Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, make: Callable[[ModuleCall], Made]) -> Made:
        """What ``make`` makes of this call, made when it is first asked for and kept until the module ends."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made
