# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of the host as bytes: read as they are, replaced as a whole, never left half written."""

from __future__ import annotations

import array
import errno
import fcntl
import os
import shutil
import struct
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from .._errors import MigrationError

# A file that is mounted by itself cannot be renamed over (EBUSY), a directory may be closed while its file is open.
_RENAME_IMPOSSIBLE = frozenset({errno.EBUSY, errno.EXDEV, errno.EPERM, errno.EACCES, errno.EROFS})
_NEW_FILE_MODE = 0o644
# FS_IOC_GETFLAGS and two of its flags (linux/fs.h); lsattr shows them as i and a, and root must obey them too.
_GET_FLAGS = 0x80000000 | struct.calcsize("l") << 16 | ord("f") << 8 | 1
_ATTRIBUTES = {0x10: ("immutable", "i"), 0x20: ("append-only", "a")}


class Files:
    """Reads and changes files, and keeps the diff of each change; in check mode nothing is written.

    :param backup: keep a copy beside each file that is replaced or removed.
    """

    def __init__(self, check_mode: bool, backup: bool) -> None:
        self._check_mode = check_mode
        self._backup = backup
        self.diffs: list[dict[str, str]] = []

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
        if self._check_mode:
            return True
        try:
            if before is not None and backup and self._backup:
                _keep_copy(path)
            self.put(path, content)
        except OSError as error:
            raise _failure(path, "written" if content is not None else "removed", error) from None
        return True

    @contextmanager
    def turn(self, path: str) -> Iterator[None]:
        """Let other runs of this collection wait that want to change a file in the same directory.

        The file itself cannot be locked, because it is replaced. Where the file system has no locks, nobody waits.
        """
        descriptor = os.open(os.path.dirname(os.path.realpath(path)), os.O_RDONLY)
        try:
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def demand_change(self, path: str, content: bytes | None) -> None:
        """Check that a file can be given this content, before anything is written.

        :raises MigrationError: it cannot be read, or cannot be changed.
        """
        if content == self.read(path):
            return
        target = os.path.realpath(path)
        what = "written" if content is not None else "removed"
        directory = os.path.dirname(target)
        if any(_attribute(one) for one in (target, directory)):
            raise _failure(path, what, OSError(errno.EPERM, os.strerror(errno.EPERM)))
        in_place = content is not None and os.access(target, os.W_OK)
        if not in_place and not os.access(directory, os.W_OK):
            number = errno.EACCES if os.path.isdir(directory) else errno.ENOENT
            if os.path.isdir(directory) and os.statvfs(directory).f_flag & os.ST_RDONLY:
                number = errno.EROFS
            raise _failure(path, what, OSError(number, os.strerror(number)))

    def make_directory(self, path: str) -> None:
        """Make a directory that everybody may read, where there is none.

        :raises MigrationError: it cannot be made.
        """
        if self._check_mode:
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


def _attribute(path: str) -> tuple[str, str] | None:
    """What keeps even root from changing a file: the name of the attribute and its letter; ``None`` when nothing does."""
    flags = array.array("l", [0])
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        fcntl.ioctl(descriptor, _GET_FLAGS, flags)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return next((names for bit, names in _ATTRIBUTES.items() if flags[0] & bit), None)


def _failure(path: str, what: str, error: OSError) -> MigrationError:
    """The sentence about a file, with the reason that the system does not tell."""
    target = os.path.realpath(path)
    for place in (target, os.path.dirname(target)) if error.errno == errno.EPERM else ():
        attribute = _attribute(place)
        if attribute is not None:
            name, letter = attribute
            return MigrationError(
                f"{path} could not be {what}: {error.strerror}, because {place} is {name} (lsattr shows {letter}).",
                advice=f"Run chattr -{letter} {place}, run again, and set it again afterwards if it is wanted.",
            )
    return MigrationError(f"{path} could not be {what}: {error.strerror}.", advice=_advice(error.errno))


def _advice(number: int | None) -> str:
    if number == errno.EROFS:
        return "It is on a read-only file system (findmnt --target shows which): mount it writable, or choose another file."
    if number in (errno.EPERM, errno.EACCES):
        return "This needs root: set ansible_become to true for the group harbor. See also lsattr, and the log of SELinux or AppArmor."
    return "Make its directory, or choose another file." if number == errno.ENOENT else ""
