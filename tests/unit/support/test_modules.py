# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The helper that runs a module in this process shows what the controller would get."""

from __future__ import annotations

import sys
import threading
from types import ModuleType
from typing import Any

import pytest
from ansible.module_utils.basic import AnsibleModule

from tests.support.modules import PACKAGE, run_module


def main() -> None:
    specification = {"name": {"type": "str", "required": True}, "password": {"type": "str", "no_log": True}}
    module = AnsibleModule(specification, supports_check_mode=True)
    name = module.params["name"]
    if name == "warn":
        module.warn("be careful")
    if name == "bad":
        module.fail_json(msg="bad name", code="Bad")
    if name == "silent":
        return
    if name == "broken":
        raise ValueError("broken")
    module.exit_json(changed=not module.check_mode, secret=module.params["password"], diff=module._diff)


@pytest.fixture(autouse=True)
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = ModuleType(f"{PACKAGE}.sample")
    vars(fake)["main"] = main
    monkeypatch.setitem(sys.modules, fake.__name__, fake)


def run(**parameters: Any) -> dict[str, Any]:
    return run_module("sample", parameters)


def test_result_is_complete_and_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    result = run(name="a")
    assert result["changed"] is True
    assert result["failed"] is False
    assert result["diff"] is True
    assert result["warnings"] == []
    assert capsys.readouterr().out == ""


def test_check_mode_reaches_the_module() -> None:
    assert run_module("sample", {"name": "a"}, check=True)["changed"] is False
    assert run_module("sample", {"name": "a"}, diff=False)["diff"] is False


def test_secrets_are_removed_as_ansible_does() -> None:
    assert run(name="a", password="open sesame")["secret"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def test_warnings_belong_to_their_run() -> None:
    assert run(name="warn")["warnings"] == ["be careful"]
    assert run(name="a")["warnings"] == []


def test_failure_is_a_result() -> None:
    result = run(name="bad")
    assert result["failed"] is True
    assert (result["msg"], result["code"]) == ("bad name", "Bad")
    assert "unsupported" in run(name="a", nmae="a")["msg"].lower()


def test_ending_without_a_result_is_an_error() -> None:
    with pytest.raises(AssertionError, match="without exit_json"):
        run(name="silent")
    with pytest.raises(ValueError, match="broken"):
        run(name="broken")


def test_works_next_to_threads_of_a_sandbox() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert run(name="a")["changed"] is True
    finally:
        stop.set()
        thread.join()
