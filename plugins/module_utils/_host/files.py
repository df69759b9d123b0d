# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of the host as bytes: read as they are, replaced as a whole, never left half written."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from contextlib import suppress
from typing import BinaryIO

from .._errors import MigrationError

# A file that is mounted by itself cannot be renamed over (EBUSY), a directory may be closed while its file is open.
_RENAME_IMPOSSIBLE = frozenset({errno.EBUSY, errno.EXDEV, errno.EPERM, errno.EACCES, errno.EROFS})
_NEW_FILE_MODE = 0o644


class Files:
    """Reads and changes files, and keeps the diff of each change; in check mode nothing is written.

    :param backup: keep a copy beside each file that is replaced or removed.
    """

    def __init__(self, check_mode: bool, backup: bool) -> None:
        self._check_mode = check_mode
        self._backup = backup
        self.diffs: list[dict[str, str]] = []
        self._made: set[str] = set()

    def read(self, path: str) -> bytes | None:
        """The content of a file; ``None`` when there is none.

        :raises MigrationError: it cannot be read.
        """
        try:
            with open(path, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _failure(path, "read", error) from None

    def change(self, path: str, content: bytes | None, backup: bool = True) -> bool:
        """Give a file this content; ``None`` removes it. Returns whether that is a change.

        :param backup: whether a copy may be kept beside it.
        :raises MigrationError: it cannot be read, copied or written; it is as it was.
        """
        before = self.read(path)
        if content == before:
            return False
        self.diffs.append(
            {"before_header": path, "after_header": path, "before": _text(before), "after": _text(content)}
        )
        try:
            if self._check_mode:
                self._rehearse(path)
                return True
            if before is not None and backup and self._backup:
                _keep_copy(path)
            self.put(path, content)
        except OSError as error:
            raise _failure(path, "written" if content is not None else "removed", error) from None
        return True

    def make_directory(self, path: str) -> None:
        """Make a directory that everybody may read, where there is none.

        :raises MigrationError: it cannot be made.
        """
        if self._check_mode:
            self._made.add(path)
            return
        try:
            os.makedirs(path, mode=0o755, exist_ok=True)
        except OSError as error:
            raise _failure(path, "made", error) from None

    def names_in(self, path: str) -> list[str]:
        """The names in a directory; none where there is no directory.

        :raises MigrationError: it cannot be read.
        """
        try:
            return sorted(os.listdir(path))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _failure(path, "read", error) from None

    def remove_empty_directory(self, path: str) -> None:
        """Remove a directory in which nothing is left."""
        if not self._check_mode:
            with suppress(OSError):
                os.rmdir(path)

    def _rehearse(self, path: str) -> None:
        """Find out what can be seen without a write: whether there is a directory, and whether a write is permitted.

        :raises OSError: the write would fail.
        """
        target = os.path.realpath(path)
        directory = os.path.dirname(target)
        if os.path.dirname(path) in self._made and not os.path.lexists(directory):
            return
        if not os.path.isdir(directory):
            raise FileNotFoundError(errno.ENOENT, f"there is no directory {directory}")
        if not os.access(directory, os.W_OK | os.X_OK) and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    @staticmethod
    def put(path: str, content: bytes | None) -> None:
        """Replace or remove a file, without a diff and without a copy.

        A symbolic link stays, and what it points to is replaced. The new file has mode, owner and extended attributes
        (the SELinux label is one) of the old one.

        :raises OSError: it cannot be done; the file is as it was.
        """
        target = os.path.realpath(path)
        if content is None:
            os.unlink(target)
            return
        try:
            _rename_over(target, content)
        except OSError as error:
            if error.errno not in _RENAME_IMPOSSIBLE or not os.path.exists(target):
                raise
            _write_in_place(target, content)


def _rename_over(target: str, content: bytes) -> None:
    """No reader ever sees half a file."""
    directory, name = os.path.split(target)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=directory)
    try:
        with open(descriptor, "wb") as file:
            _fill(file, content)
        if os.path.exists(target):
            _take_attributes(target, temporary)
        else:
            os.chmod(temporary, _NEW_FILE_MODE)
        os.rename(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def _take_attributes(source: str, target: str) -> None:
    old, new = os.stat(source), os.stat(target)
    if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        os.chown(target, old.st_uid, old.st_gid)
    shutil.copystat(source, target)
    os.utime(target)


def _write_in_place(target: str, content: bytes) -> None:
    with open(target, "r+b") as file:
        before = file.read()
        try:
            _fill(file, content)
        except OSError:
            _fill(file, before)
            raise


def _fill(file: BinaryIO, content: bytes) -> None:
    file.seek(0)
    file.write(content)
    file.truncate()
    file.flush()
    os.fsync(file.fileno())


def _keep_copy(path: str) -> None:
    """Named as Ansible names its own copies."""
    copy = f"{path}.{os.getpid()}.{time.strftime('%Y-%m-%d@%H:%M:%S')}~"
    shutil.copy2(path, copy)
    _take_attributes(path, copy)


def _text(content: bytes | None) -> str:
    return "" if content is None else content.decode("utf-8", "replace")


def _failure(path: str, what: str, error: OSError) -> MigrationError:
    return MigrationError(
        f"{path} could not be {what}: {error.strerror}.",
        advice="This needs root (ansible_become: true for the group harbor), and a file that is neither immutable (lsattr) "
        "nor on a read-only file system.",
    )
