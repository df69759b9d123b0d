# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-playbook, many times over, for the price of one start: a process that has imported Ansible forks for each run.

A program for the Python of an ansible-core; ``tests/support/playbooks.py`` starts and asks it. A line on standard input is
a run as JSON: ``arguments``, ``environment`` and ``directory`` of the process, and ``log``, the file for its output. Two
lines answer: the process id, which leads a session of its own, and, at the end, the exit status.

Each run is Ansible's own program in a process of its own, as a user's is. What it has from its parent are code that is
imported, and the settings that Ansible reads while it is imported. These are the parent's, so that a run that needs other
ones is none for this program.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import signal
import sys
import time
from typing import NoReturn

from ansible import constants
from ansible.cli.playbook import main as ansible_playbook
from ansible.plugins import loader
from ansible.utils.path import cleanup_tmp_file

# What Ansible imports of its own in nearly every run, and of the collection as soon as a playbook has one of its tasks.
IMPORTED = (
    "ansible.executor.task_executor",
    "ansible.executor.process.worker",
    "ansible.plugins.action.normal",
    "ansible.plugins.strategy.linear",
    "ansible.plugins.connection.local",
    "ansible_collections.cloud_registry.migration.plugins.action",
)


def prepare() -> None:
    """Import what runs need, with the loader of collections that Ansible installs at the start of a run."""
    loader.init_plugin_loader()
    for name in IMPORTED:
        importlib.import_module(name)
    # Ansible warns where its loader is installed twice. A run finds it installed and need not do that.
    loader._configure_collection_loader = lambda prefix_collections_path=None: None
    gc.collect()
    gc.freeze()


def be_a_run(arguments: list[str], environment: dict[str, str], directory: str, log: str) -> NoReturn:
    """Be ansible-playbook in this process, which was forked for it."""
    os.setsid()
    atexit.unregister(cleanup_tmp_file)
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
        os.set_inheritable(target, True)
    os.close(nothing)
    os.close(output)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(directory)
    sys.argv = arguments
    # Made anew for each run, and removed at its end.
    constants.DEFAULT_LOCAL_TMP = constants.config.get_config_value("DEFAULT_LOCAL_TMP")
    constants.ANSIBLE_HOME = constants.config.get_config_value("ANSIBLE_HOME")
    ansible_playbook()
    sys.exit(0)


def main() -> None:
    """Serve until standard input ends."""
    prepare()
    # Runs must not read what is meant for this process.
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w", buffering=1)
    for line in iter(requests.readline, ""):
        run = json.loads(line)
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            be_a_run(**run)
        print(child, file=answers)
        _child, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), file=answers)


if __name__ == "__main__":
    main()
