# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controller knows about itself: versions, and the login under which Ansible runs."""

from __future__ import annotations

import getpass
import json
import platform
import socket
from pathlib import Path

from ansible.module_utils.common.yaml import yaml_load
from ansible.release import __version__ as ansible_version

_COLLECTION = Path(__file__).resolve().parents[2]


def versions() -> dict[str, str]:
    """The versions of ``collection``, ``ansible`` and ``python``; that of the collection is empty where no file tells it."""
    return {
        "collection": _collection_version(_COLLECTION),
        "ansible": ansible_version,
        "python": platform.python_version(),
    }


def login() -> str:
    """The name of the login; of a container whose user has no name, its number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"uid {Path('/proc/self').stat().st_uid}" if Path("/proc/self").exists() else ""


def host() -> str:
    """The name of the controller."""
    return socket.gethostname()


def _collection_version(directory: Path) -> str:
    """An installed collection tells its version in MANIFEST.json, a checkout in galaxy.yml."""
    try:
        return str(json.loads((directory / "MANIFEST.json").read_text())["collection_info"]["version"])
    except (OSError, ValueError, KeyError):
        pass
    try:
        return str(yaml_load((directory / "galaxy.yml").read_text())["version"])
    except (OSError, KeyError, TypeError):
        return ""
