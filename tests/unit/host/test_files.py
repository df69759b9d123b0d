# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files are replaced as a whole with what belongs to the old file, and in place only where they cannot be replaced."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import MigrationError
from ansible_collections.cloud_registry.migration.plugins.module_utils._host import files as module
from ansible_collections.cloud_registry.migration.plugins.module_utils._host.files import Files

BEFORE, AFTER = b"127.0.0.1 localhost # B\xfcro\n", b"10.0.0.7 demo\n127.0.0.1 localhost # B\xfcro\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "hosts"
    path.write_bytes(BEFORE)
    return path


def change(path: Path, content: bytes | None, check_mode: bool = False, backup: bool = False) -> Files:
    files = Files(check_mode, backup)
    assert files.change(str(path), content)
    assert check_mode or not Files(check_mode=False, backup=True).change(str(path), content), "a second time changes it"
    return files


def test_a_file_is_replaced_with_mode_owner_and_attributes(file: Path) -> None:
    """A reader that has the file open goes on reading the old one. The label of SELinux is such an attribute."""
    file.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(file, 1234, 1234)
    try:
        os.setxattr(file, "user.label", b"system_u:object_r:net_conf_t:s0")
    except OSError:
        labelled = False
    else:
        labelled = True
    old = file.stat()
    with file.open("rb") as reader:
        change(file, AFTER)
        assert reader.read() == BEFORE
    new = file.stat()
    assert file.read_bytes() == AFTER
    assert new.st_ino != old.st_ino
    assert (new.st_mode, new.st_uid, new.st_gid) == (old.st_mode, old.st_uid, old.st_gid)
    assert new.st_mtime > old.st_mtime
    assert not labelled or os.getxattr(file, "user.label") == b"system_u:object_r:net_conf_t:s0"
    assert [path.name for path in file.parent.iterdir()] == ["hosts"]


def test_the_attributes_of_the_old_file_are_asked_for(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file system of the tests has no extended attributes, copystat is known to copy them."""
    copied: list[Any] = []
    monkeypatch.setattr(module.shutil, "copystat", lambda source, _target: copied.append(source))
    change(file, AFTER)
    assert copied == [str(file)]


def test_a_symbolic_link_stays(file: Path) -> None:
    link = file.parent / "link"
    link.symlink_to(file.name)
    change(link, AFTER)
    assert link.is_symlink()
    assert file.read_bytes() == AFTER


@pytest.mark.parametrize("refusal", [errno.EBUSY, errno.EXDEV, errno.EPERM, errno.EACCES])
def test_a_file_that_cannot_be_replaced_is_written_in_place(
    file: Path, monkeypatch: pytest.MonkeyPatch, refusal: int
) -> None:
    """As the hosts file of a host that is a container, where it is mounted by itself."""
    refuse_rename(monkeypatch, refusal)
    old = file.stat()
    change(file, AFTER, backup=True)
    assert (file.read_bytes(), file.stat().st_ino) == (AFTER, old.st_ino)
    change(file, BEFORE)
    assert file.read_bytes() == BEFORE
    assert len(list(file.parent.iterdir())) == 2


def refuse_rename(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def rename(_source: str, _target: str) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(module.os, "rename", rename)


def test_a_full_disk_leaves_the_file_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_rename(monkeypatch, errno.ENOSPC)
    with pytest.raises(MigrationError, match="could not be written: No space left on device"):
        change(file, AFTER)
    assert file.read_bytes() == BEFORE
    assert [path.name for path in file.parent.iterdir()] == ["hosts"]


def test_a_disk_that_fills_while_the_file_is_written_in_place_gets_the_old_content_back(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_rename(monkeypatch, errno.EBUSY)
    sync = os.fsync
    calls: list[int] = []

    def fail_once(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    monkeypatch.setattr(module.os, "fsync", fail_once)
    with pytest.raises(MigrationError, match="No space left on device"):
        change(file, AFTER)
    assert file.read_bytes() == BEFORE


@pytest.mark.parametrize(("name", "letter"), [("immutable", "i"), ("append-only", "a")])
@pytest.mark.parametrize("on", ["hosts", ""])
def test_a_file_that_even_root_cannot_change_is_told_before_anything_is_written(
    file: Path, monkeypatch: pytest.MonkeyPatch, name: str, letter: str, on: str
) -> None:
    place = str(file.parent / on).rstrip("/")
    monkeypatch.setattr(module, "_attribute", lambda path: (name, letter) if path == place else None)
    for content in (AFTER, None):
        with pytest.raises(MigrationError) as refused:
            Files(check_mode=True, backup=True).demand_change(str(file), content)
        message = str(refused.value)
        assert f"{file} could not be {'written' if content else 'removed'}: Operation not permitted" in message
        assert f"because {place} is {name} (lsattr shows {letter}). Run chattr -{letter} {place}" in message
    Files(check_mode=True, backup=True).demand_change(str(file), BEFORE)


def test_attributes_are_asked_of_the_system(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def ioctl(_descriptor: int, request: int, flags: Any) -> None:
        asked.append(request)
        flags[0] |= 0x80000 | 0x10

    assert module._attribute(str(file)) is None
    assert module._attribute(str(file.parent / "missing")) is None
    monkeypatch.setattr(module.fcntl, "ioctl", ioctl)
    assert module._attribute(str(file)) == ("immutable", "i")
    assert asked in ([0x80086601], [0x80046601])


@pytest.mark.parametrize(
    ("number", "advice"), [(errno.EACCES, "ansible_become"), (errno.EROFS, "read-only"), (errno.ENOSPC, "")]
)
def test_what_to_do_fits_the_reason(file: Path, monkeypatch: pytest.MonkeyPatch, number: int, advice: str) -> None:
    refuse_rename(monkeypatch, number)

    def refuse(*_arguments: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(module, "_write_in_place", refuse)
    with pytest.raises(MigrationError) as refused:
        change(file, AFTER)
    assert f"{file} could not be written: {os.strerror(number)}." in str(refused.value)
    assert advice in refused.value.advice
    assert bool(advice) is bool(refused.value.advice)


def test_a_directory_that_is_missing_or_closed_is_told_before_anything_is_written(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Files(check_mode=True, backup=True)
    with pytest.raises(MigrationError, match="No such file or directory"):
        files.demand_change(str(tmp_path / "missing/file"), AFTER)
    allowed: set[str] = set()
    monkeypatch.setattr(module.os, "access", lambda path, _mode: str(path) in allowed)
    with pytest.raises(MigrationError, match="Permission denied"):
        files.demand_change(str(file), AFTER)
    # One that is mounted by itself in a directory of others can be written in place, and not removed.
    allowed.add(str(file))
    files.demand_change(str(file), AFTER)
    with pytest.raises(MigrationError, match="could not be removed: Permission denied"):
        files.demand_change(str(file), None)


def test_a_new_file_may_be_read_by_all_and_a_missing_one_is_none(tmp_path: Path) -> None:
    path = tmp_path / "new"
    files = Files(check_mode=False, backup=True)
    assert files.read(str(path)) is None
    assert not files.change(str(path), None)
    assert files.change(str(path), AFTER)
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_copy_is_kept_of_what_is_replaced_or_removed(file: Path) -> None:
    file.chmod(0o600)
    change(file, None, backup=True)
    (copy,) = file.parent.iterdir()
    assert copy.name.startswith("hosts.") and copy.name.endswith("~")
    assert (copy.read_bytes(), copy.stat().st_mode & 0o777) == (BEFORE, 0o600)


def test_in_check_mode_only_the_diff_is_kept(file: Path, tmp_path: Path) -> None:
    files = change(file, AFTER, check_mode=True, backup=True)
    files.make_directory(str(tmp_path / "new"))
    assert file.read_bytes() == BEFORE
    assert [path.name for path in tmp_path.iterdir()] == ["hosts"]
    (diff,) = files.diffs
    assert diff["before_header"] == diff["after_header"] == str(file)
    assert diff["after"] == "10.0.0.7 demo\n127.0.0.1 localhost # B\ufffdro\n"


def test_a_directory_where_a_file_must_be_is_told(tmp_path: Path) -> None:
    with pytest.raises(MigrationError, match="could not be read: Is a directory"):
        Files(check_mode=False, backup=True).read(str(tmp_path))


def test_of_two_runs_that_change_files_of_one_directory_one_waits(file: Path) -> None:
    """The file is replaced meanwhile, so a lock on itself would hold nobody back."""
    order: list[str] = []
    link = file.with_name("link")
    link.symlink_to(file)

    def second() -> None:
        with Files(check_mode=False, backup=False).turn(str(link)):
            order.append("second")

    waiting = threading.Thread(target=second)
    with Files(check_mode=False, backup=False).turn(str(file)):
        change(file, AFTER)
        waiting.start()
        waiting.join(0.05)
        order.append("first")
    waiting.join(10)
    assert order == ["first", "second"]
