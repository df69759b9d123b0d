# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a plan. They keep their names, because Git holds their history."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

MARKDOWN, JSON, TAGS = "-plan.md", "-plan.json", "-plan-tags.jsonl.gz"


def write_plan(directory: Path, migration_id: str, contents: Mapping[str, bytes]) -> list[str]:
    """Write the files of a plan.

    All are written under other names first, and take their places only then. So an error leaves the plan that was there.

    :param contents: the content by the ending of its file, one of those above.
    :returns: the paths.
    :raises OSError: they cannot be written.
    """
    directory.mkdir(mode=0o755, parents=True, exist_ok=True)
    waiting = {
        directory / f"{migration_id}{ending}": directory / f".{migration_id}{ending}.{uuid4().hex}"
        for ending in contents
    }
    try:
        for temporary, content in zip(waiting.values(), contents.values()):
            with open(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666), "wb") as file:
                file.write(content)
        for path, temporary in waiting.items():
            os.replace(temporary, path)
    except OSError:
        for temporary in waiting.values():
            with suppress(OSError):
                temporary.unlink()
        raise
    return [str(path) for path in waiting]
