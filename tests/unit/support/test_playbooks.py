# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recap of ansible-playbook is read as it is printed."""

from __future__ import annotations

from tests.support.playbooks import PlaybookRun, parse_recap

OUTPUT = """
PLAY [a] ***
ok: [localhost] => {"msg": "PLAY RECAP of another run: localhost : ok=9 changed=9"}

PLAY RECAP *********************************************************************
harbor-1                   : ok=3    changed=1    unreachable=0    failed=0    skipped=2    rescued=0    ignored=0
localhost                  : ok=12   changed=2    unreachable=0    failed=1    skipped=0    rescued=0    ignored=0
"""


def test_numbers_of_each_host() -> None:
    recap = parse_recap(OUTPUT)
    assert recap["harbor-1"]["ok"] == 3
    assert recap["localhost"]["failed"] == 1
    run = PlaybookRun(2, OUTPUT, recap)
    assert run.total("changed") == 3
    assert run.total("ok") == 15


def test_no_recap() -> None:
    assert parse_recap("ERROR! the playbook could not be found") == {}
