# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options of the TCR modules for a sandbox."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.support.modules import run_module

QUICK_WAIT = {"wait_timeout": 20, "wait_interval": 0.05}


def connection(sandbox: Any, **options: Any) -> dict[str, Any]:
    """Options of the group TCR, with others added or put in their place; those that are None are left out."""
    names = ("tcr_endpoint", "tcr_secret_id", "tcr_secret_key", "tcr_region", "registry_id")
    merged = {**{name: sandbox.facts[name] for name in names}, **options}
    return {name: value for name, value in merged.items() if value is not None}


def runner(module: str) -> Callable[..., dict[str, Any]]:
    """The module as a function of its options."""
    return partial(run_module, module)
