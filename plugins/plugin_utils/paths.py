# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether files can be written on the controller, found out before there is anything to write."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def directory_problem(directory: Path) -> str:
    """Why no file can be made in a directory, which may be missing and would be made; empty when one can.

    It is tried: what permissions say, another user, a file system without writes or a full one may make untrue.
    """
    existing = directory.absolute()
    while not os.path.lexists(existing):
        existing = existing.parent
    if not existing.is_dir():
        return f"{existing} is not a directory"
    try:
        with tempfile.TemporaryDirectory(prefix=".cloud_registry.migration-", dir=existing):
            return ""
    except OSError as error:
        return f"{existing} cannot be written to ({error.strerror or error})"


def file_problem(path: Path) -> str:
    """Why a file cannot be written, whose directory must exist; empty when it can."""
    if path.is_dir():
        return f"{path} is a directory"
    if not path.absolute().parent.exists():
        return f"{path.absolute().parent} does not exist"
    return directory_problem(path.parent)
