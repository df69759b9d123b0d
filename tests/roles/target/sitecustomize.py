# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Python on a host with SELinux, or with a hosts file that is mounted by itself; Python imports this when it starts.

LABELS names a file with the labels of paths, as the kernel would keep them; each that is set is added to it.
MOUNTED names a file that cannot be replaced.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import stat
from collections.abc import Callable
from typing import Any

LABELS, MOUNTED = os.environ.get("LABELS"), os.environ.get("MOUNTED")
NEW = "unconfined_u:object_r:user_tmp_t:s0"


class Function:
    """A function of libselinux, with the attributes that ctypes gives one."""

    def __init__(self, call: Callable[..., int]) -> None:
        self._call = call
        self.argtypes: Any = None
        self.restype: Any = None

    def __call__(self, *arguments: Any) -> int:
        return self._call(*arguments)


def _text(value: str | bytes) -> str:
    return os.fsdecode(value)


def _labels() -> dict[str, str]:
    with open(str(LABELS)) as file:
        found: dict[str, str] = json.load(file)
    return found


def _key(path: str | bytes) -> str:
    """A label belongs to the file, not to its name."""
    return str(os.lstat(path).st_ino)


def _get(path: str | bytes, context: Any) -> int:
    context._obj.value = _labels().get(_key(path), NEW).encode()
    return 0


def _default(_path: str | bytes, _mode: int, context: Any) -> int:
    context._obj.value = b"system_u:object_r:etc_t:s0"
    return 0


def _set(path: str | bytes, context: str | bytes) -> int:
    labels = {**_labels(), _key(path): _text(context)}
    with open(str(LABELS), "w") as file:
        json.dump(labels, file)
    return 0


class Library:
    """The functions of libselinux that Ansible looks up (ansible.module_utils.compat.selinux)."""

    is_selinux_enabled = Function(lambda: 1)
    is_selinux_mls_enabled = Function(lambda: 1)
    lgetfilecon_raw = Function(_get)
    matchpathcon = Function(_default)
    security_policyvers = Function(lambda: 33)
    selinux_getenforcemode = Function(lambda _mode: 0)
    security_getenforce = Function(lambda: 1)
    lsetfilecon = Function(_set)
    selinux_getpolicytype = Function(lambda _type: 0)
    freecon = Function(lambda _context: 0)


def _loaded(name: str | None, *arguments: Any, **options: Any) -> Any:
    return Library() if name == "libselinux.so.1" else _load(name, *arguments, **options)


def _renamed(source: Any, target: Any, **options: Any) -> None:
    if MOUNTED and os.path.exists(MOUNTED) and stat.S_ISREG(os.lstat(MOUNTED).st_mode) and _text(target) == MOUNTED:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
    _rename(source, target, **options)


_load, _rename = ctypes.CDLL, os.rename
if LABELS:
    ctypes.CDLL = _loaded  # type: ignore[misc,assignment]
if MOUNTED:
    os.rename = _renamed  # type: ignore[assignment]
