# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of reports. What a run has written, no later run replaces.

The newest report has in addition a name without a time. It is a copy, because neither shares of Windows nor what AWX or a
CI system collects after a job keeps symbolic links.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

from ..._errors import InvalidInput
from .data import LISTED, is_report

_MOST_AT_ONCE = 1000
_REPORT = re.compile(r".+-(migrate|verify|cleanup)-\d{8}T\d{6}Z(_\d+)?\.json")


def write_report(directory: Path, migration_id: str, run: str, started: float, texts: Mapping[str, str]) -> list[str]:
    """Write the report of one run under its own name, and as the newest report.

    The name holds the start of the run in UTC. It has no character that a file system refuses, and sorts by time. A run that
    started in the same second gets a number.

    :param run: the playbook that ran, for example ``migrate``.
    :param texts: the text by the ending of its file, for example ``md``.
    :returns: the paths, those of the run first.
    :raises OSError: a file cannot be written. What earlier runs have written is still there.
    """
    directory.mkdir(mode=0o755, parents=True, exist_ok=True)
    moment = f"{datetime.fromtimestamp(started, timezone.utc):%Y%m%dT%H%M%SZ}"
    reserved = _reserve(directory, f"{migration_id}-{run}-{moment}", next(iter(texts)))
    own = {directory / f"{reserved.stem}.{ending}": text for ending, text in texts.items()}
    newest = {directory / f"{migration_id}-report.{ending}": text for ending, text in texts.items()}
    try:
        for path, text in {**own, **newest}.items():
            replace_file(path, text)
    except OSError:
        with suppress(OSError):
            if not reserved.stat().st_size:
                reserved.unlink()
        raise
    return [str(path) for path in (*own, *newest)]


def read_report(path: Path, variable: str) -> Any:
    """The content of a report in JSON.

    :param variable: the variable that names it, for the message.
    :raises InvalidInput: it cannot be read, or is no JSON.
    """
    advice = f"Set {variable} to a report in JSON that the user of this run may read."
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(f"{variable} is {path}, which cannot be read: {error.strerror or error}.", advice) from None
    except ValueError as error:
        raise InvalidInput(f"{variable} is {path}, which is no JSON: {error}.", advice) from None


def list_reports(directory: Path) -> list[dict[str, Any]]:
    """The reports of all runs in a directory, the newest first: ``file`` (its page, or its JSON where there is none) and of
    its ``data`` what :data:`LISTED` names.

    What is no report, or cannot be read, is left out.

    :raises OSError: the directory cannot be read.
    """
    found = []
    for path in directory.iterdir():
        if not _REPORT.fullmatch(path.name):
            continue
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            continue
        if is_report(data):
            page = path.with_suffix(".html")
            listed = {name: data[name] for name in LISTED}
            found.append({"file": (page if page.exists() else path).name, "data": listed})
    return sorted(found, key=lambda one: (one["data"]["started"] or one["data"]["written"], one["file"]), reverse=True)


def write_index(directory: Path, page: str) -> str:
    """Write the page that lists the reports; returns its path.

    :raises OSError: it cannot be written.
    """
    path = directory / "index.html"
    replace_file(path, page)
    return str(path)


def replace_file(path: Path, text: str) -> None:
    """Write a file whole or not at all; the umask says who may read it.

    :raises OSError: it cannot be written; the old one is still there.
    """
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with open(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666), "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise


def _reserve(directory: Path, stem: str, ending: str) -> Path:
    """The first free path that begins with ``stem``; it is taken from now on, also for a run at the same moment."""
    for number in range(1, _MOST_AT_ONCE):
        path = directory / (f"{stem}.{ending}" if number == 1 else f"{stem}_{number}.{ending}")
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            continue
        return path
    raise FileExistsError(17, f"{_MOST_AT_ONCE} reports that begin with {stem} exist")
