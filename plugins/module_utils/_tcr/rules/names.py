# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names TCR accepts for namespaces and repositories."""

from __future__ import annotations

import re

_NAMESPACE = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_LONGEST_REPOSITORY = 244


def namespace_problem(name: str) -> str:
    """Why a name cannot be a namespace of TCR; empty when it can.

    TCR API 2019-09-24: 2 to 30 characters, ``a-z 0-9`` and separators ``. _ -``, none of them first, last or doubled.
    """
    if not 2 <= len(name) <= 30:
        return f"it has {len(name)} characters, and a namespace has 2 to 30"
    if not _NAMESPACE.fullmatch(name):
        return "a namespace has a-z, 0-9 and single . _ - between them"
    return ""


def repository_problem(name: str) -> str:
    """Why a name (without the namespace) cannot be a repository of TCR; empty when it can."""
    if len(name) > _LONGEST_REPOSITORY:
        return f"it has {len(name)} characters after the namespace, and a repository has at most {_LONGEST_REPOSITORY}"
    if not _REPOSITORY.fullmatch(name):
        return "a repository has a-z, 0-9, single separators . _ - between them, and / between its components"
    return ""
