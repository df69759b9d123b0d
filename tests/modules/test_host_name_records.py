# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module host_name_records on real files, with a dnsmasq that answers for real."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._host import files
from ansible_collections.cloud_registry.migration.plugins.module_utils._host.files import Files
from tests.support.dnsmasq import Resolver, find_dnsmasq
from tests.support.host_state import MARKER
from tests.support.modules import run_module
from tests.support.steps import succeed

NAME, ADDRESS = "demo.tencentcloudcr.com", "10.0.0.7"
run = partial(run_module, "host_name_records")


def present(**options: Any) -> dict[str, Any]:
    return {"migration_id": "demo", "names": [NAME], "address": ADDRESS, **options}


def absent(**options: Any) -> dict[str, Any]:
    return {"migration_id": "demo", "state": "absent", **options}


def steps(result: dict[str, Any]) -> list[str]:
    return [f"{action['action']} {action['object']}" for action in result["actions"]]


def test_a_block_comes_is_predicted_and_goes(tmp_path: Path) -> None:
    file = tmp_path / "hosts"
    before = b"127.0.0.1 localhost # B\xfcro"
    file.write_bytes(before)
    give, take = present(hosts_file=str(file)), absent(hosts_file=str(file))
    for options, content in (
        (give, f"# BEGIN {MARKER}\n{ADDRESS} {NAME}\n# END {MARKER}\n".encode() + before),
        (take, before),
    ):
        old = file.read_bytes()
        predicted = succeed(run, options, check=True)
        assert file.read_bytes() == old
        done = succeed(run, options)
        assert (done["changed"], done["actions"], done["diff"]) == (True, predicted["actions"], predicted["diff"])
        assert file.read_bytes() == content
        for check in (True, False):
            again = succeed(run, options, check=check)
            assert (again["changed"], again["actions"], again["diff"]) == (False, [], [])
        assert done["actions"] == [{"action": steps(done)[0].split()[0], "object": "hosts block", "key": str(file)}]


def test_copies_are_kept_unless_they_are_not_wanted(tmp_path: Path) -> None:
    file = tmp_path / "hosts"
    file.write_text("127.0.0.1 localhost\n")
    succeed(run, present(hosts_file=str(file), backup=False))
    assert [path.name for path in tmp_path.iterdir()] == ["hosts"]
    succeed(run, absent(hosts_file=str(file)))
    (copy,) = [path for path in tmp_path.iterdir() if path != file]
    assert f"{ADDRESS} {NAME}" in copy.read_text()


def test_a_hosts_file_that_is_missing_is_told_only_where_it_is_needed(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    failed = run(present(hosts_file=missing))
    assert failed["failed"]
    assert f"The hosts file {missing} does not exist. Set migration_hosts_file" in failed["msg"]
    assert not succeed(run, absent(hosts_file=missing))["changed"]


def test_names_are_added_everywhere_or_nowhere(tmp_path: Path) -> None:
    """The place that refuses is asked before another is written."""
    hosts, dnsmasq = tmp_path / "hosts", tmp_path / "dnsmasq.conf"
    hosts.write_text("127.0.0.1 localhost\n")
    dnsmasq.write_text("server=10.9.9.9\n")
    failed = run(present(hosts_file=str(hosts), dnsmasq_file=str(dnsmasq)))
    assert failed["failed"]
    assert f"{dnsmasq} must hold nothing but the records of this migration" in failed["msg"]
    assert "Set migration_dnsmasq_file to a path that is free" in failed["msg"]
    assert failed["actions"] == []
    assert (hosts.read_text(), dnsmasq.read_text()) == ("127.0.0.1 localhost\n", "server=10.9.9.9\n")
    # That of somebody else is not removed either.
    assert not succeed(run, absent(hosts_file=str(hosts), dnsmasq_file=str(dnsmasq)))["changed"]
    assert dnsmasq.read_text() == "server=10.9.9.9\n"


def test_a_file_that_cannot_be_changed_stops_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in a prediction."""
    hosts, file = tmp_path / "hosts", tmp_path / "docker-compose.override.yml"
    hosts.write_text("127.0.0.1 localhost\n")
    file.write_text("services: {}\n")
    monkeypatch.setattr(files, "_attribute", lambda path: ("immutable", "i") if path == str(file) else None)
    options = present(hosts_file=str(hosts), overrides=[override(file, b"services: {}\n", b"x")])
    for check in (True, False):
        failed = run(options, check=check)
        assert f"{file} is immutable (lsattr shows i). Run chattr -i {file}" in failed["msg"]
        assert (failed["actions"], hosts.read_text()) == ([], "127.0.0.1 localhost\n")


@pytest.fixture(scope="module")
def program() -> str:
    found = find_dnsmasq()
    if found is None:
        pytest.skip("dnsmasq is not installed (Debian package dnsmasq-base), and only root can install it with apt-get")
    return found


@pytest.fixture
def resolver(program: str, tmp_path: Path) -> Iterator[Resolver]:
    started = Resolver(program, tmp_path / "resolver")
    yield started
    started.close()


def test_dnsmasq_answers_for_real(resolver: Resolver) -> None:
    (resolver.records / "theirs.conf").write_text("host-record=theirs.example.com,10.9.9.9\n")
    file = {"dnsmasq_file": str(resolver.records / "migration.conf"), "dnsmasq_reload": str(resolver.restart)}
    assert resolver.ask(NAME) is None
    assert steps(succeed(run, present(**file), check=True)) == ["create dnsmasq record"]
    assert resolver.ask(NAME) is None
    assert steps(succeed(run, present(**file))) == ["create dnsmasq record"]
    assert steps(succeed(run, present(**file))) == []
    assert resolver.ask(NAME) == ADDRESS
    assert resolver.ask(f"other.{NAME}") is None
    assert resolver.ask("theirs.example.com") == "10.9.9.9"
    second = {**file, "dnsmasq_file": str(resolver.records / "second.conf")}
    succeed(run, {**present(**second), "migration_id": "demo-2"})
    assert resolver.ask(NAME) == ADDRESS
    assert steps(succeed(run, absent(**file))) == ["delete dnsmasq record"]
    assert resolver.ask(NAME) == ADDRESS, "another migration has its own file"
    succeed(run, {**absent(**second), "migration_id": "demo-2"})
    assert resolver.ask(NAME) is None
    assert resolver.ask("theirs.example.com") == "10.9.9.9"
    assert [path.name for path in resolver.records.iterdir()] == ["theirs.conf"], "a copy would be read by dnsmasq"


def test_a_dnsmasq_that_does_not_start_is_told_and_tried_again(tmp_path: Path) -> None:
    file = tmp_path / "dnsmasq.conf"
    failing = {"dnsmasq_file": str(file), "dnsmasq_reload": "/bin/sh -c 'echo no such unit >&2; exit 5'"}
    failed = run(present(**failing))
    assert failed["failed"]
    assert "failed with no such unit. The file was removed again, so that the next run tries again." in failed["msg"]
    assert "Set migration_dnsmasq_reload" in failed["msg"]
    assert (file.exists(), failed["actions"], failed["changed"]) == (False, [], False)


@pytest.mark.parametrize("options", [present(address="10.0.0.8"), absent()], ids=["another address", "removal"])
def test_a_dnsmasq_that_still_answers_with_the_old_file_gets_it_back(tmp_path: Path, options: dict[str, Any]) -> None:
    file, allowed = tmp_path / "dnsmasq.conf", tmp_path / "allowed"
    ours = f"# {MARKER}\nhost-record={NAME},{ADDRESS}\n"
    file.write_text(ours)
    reload = {"dnsmasq_file": str(file), "dnsmasq_reload": f"test -e {allowed}"}
    failed = run({**options, **reload})
    assert "The file was put back as it was, so that the next run tries again." in failed["msg"]
    assert file.read_text() == ours
    allowed.touch()
    assert steps(succeed(run, {**options, **reload})) == [
        f"{'delete' if options.get('state') else 'create'} dnsmasq record"
    ]


def override(path: Path, before: bytes | None, after: bytes | None) -> dict[str, Any]:
    """The option for the change of one file."""
    option = {"path": str(path)}
    if before is not None:
        option["before"] = hashlib.sha256(before).hexdigest()
    if after is not None:
        option["after"] = base64.b64encode(after).decode()
    return option


def test_an_override_is_written_to_the_byte_and_only_over_what_was_read(tmp_path: Path) -> None:
    file, odd = tmp_path / "docker-compose.override.yml", b"\xef\xbb\xbf# B\xfcro\r\n\t\x85 no end"
    change = override(file, None, odd)
    assert steps(succeed(run, present(overrides=[change]), check=True)) == ["create container hosts"]
    assert not file.exists()
    assert steps(succeed(run, present(overrides=[change]))) == ["create container hosts"]
    assert file.read_bytes() == odd
    for stale in (change, override(file, b"", odd), override(file, odd[:-1], None)):
        failed = run(present(overrides=[stale]))
        assert f"{file} was changed while this ran. It was left as it is now. Run again." in failed["msg"]
        assert file.read_bytes() == odd
    # An empty file is not a missing one.
    succeed(run, present(overrides=[override(file, odd, b"")]))
    assert file.read_bytes() == b""
    gone = succeed(run, absent(overrides=[override(file, b"", None)]))
    assert (steps(gone), file.exists()) == (["delete container hosts"], False)


def test_several_overrides_change_together_or_not_at_all(tmp_path: Path) -> None:
    first, second = tmp_path / "compose.override.yml", tmp_path / "docker-compose.override.yml"
    second.write_bytes(b"theirs")
    failed = run(present(overrides=[override(first, None, b"ours"), override(second, b"read", b"ours")]))
    assert f"{second} was changed while this ran" in failed["msg"]
    assert (first.exists(), second.read_bytes(), failed["actions"]) == (False, b"theirs", [])
    succeed(run, present(overrides=[override(first, None, b"ours"), override(second, b"theirs", None)]))
    assert (first.read_bytes(), second.exists()) == (b"ours", False)


@pytest.fixture
def compose(tmp_path: Path) -> dict[str, Any]:
    """A compose command that notes its arguments, and fails where a file says so."""
    program = tmp_path / "compose"
    program.write_text(
        f'#!/bin/sh\ntest "$PWD" = {tmp_path} && echo "$*" >> calls\ntest ! -e fail-$1 || {{ echo no image >&2; exit 1; }}\n'
    )
    program.chmod(0o755)
    services = ["core", "jobservice"]
    return {"directory": str(tmp_path), "command": [str(program)], "services": services, "proxy_service": "proxy"}


def test_services_are_recreated_after_everything_was_written(tmp_path: Path, compose: dict[str, Any]) -> None:
    assert succeed(run, present(restart=compose), check=True)["restarted"] == ["core", "jobservice", "proxy"]
    assert not (tmp_path / "calls").exists()
    done = succeed(run, present(restart=compose))
    assert (done["restarted"], steps(done)) == (["core", "jobservice", "proxy"], ["create container hosts"])
    assert (tmp_path / "calls").read_text().splitlines() == ["up -d --no-deps core jobservice", "restart proxy"]


@pytest.mark.parametrize("failing", ["up", "restart"])
def test_a_compose_command_that_fails_is_told_with_all_that_is_left_to_do(
    tmp_path: Path, compose: dict[str, Any], failing: str
) -> None:
    (tmp_path / f"fail-{failing}").touch()
    failed = run(present(restart=compose))
    program = compose["command"][0]
    assert f"in {tmp_path} failed with no image." in failed["msg"]
    assert failed["restarted"] == ["core", "jobservice", *(["proxy"] if failing == "restart" else [])]
    assert f"run {program} up -d --no-deps core jobservice && {program} restart proxy there" in failed["msg"]


def test_the_notes_of_others_are_told_unless_they_leave(tmp_path: Path) -> None:
    def note(name: str) -> dict[str, Any]:
        return {"migration_id": name, "note_file": str(tmp_path / f"{name}-vpc-dns")}

    names = ("demo", "demo-2", "demo-vpc-dns")
    for count, name in enumerate(names):
        found = succeed(run, {**present(), **note(name), "note": f"tcr-1 vpc-1 10.0.0.{count}\n"})
        assert found["other_notes"] == {one: f"tcr-1 vpc-1 10.0.0.{at}\n" for at, one in enumerate(names[:count])}
    (tmp_path / "demo-3").write_text("tcr-1 vpc-1 10.0.0.9\n")
    (tmp_path / "demo-4-vpc-dns").write_text("\n")
    for count, name in enumerate(names, 1):
        assert set(succeed(run, {**absent(), **note(name)}, check=True)["other_notes"]) == set(names[count:])
        assert set(succeed(run, {**absent(), **note(name)})["other_notes"]) == set(names[count:])
    # All three have begun to leave, and a run that was broken off goes on where it was.
    assert succeed(run, {**absent(), **note("demo-2")})["note"] == "tcr-1 vpc-1 10.0.0.1 leaving\n"


def test_a_note_is_kept_read_and_forgotten_with_its_directory(tmp_path: Path) -> None:
    file = tmp_path / "state/demo-vpc-dns"
    note = {"note_file": str(file)}
    assert succeed(run, present(**note))["note"] == ""
    assert succeed(run, present(**note, note="tcr-1 vpc-1 10.0.0.7\n"), check=True)["changed"]
    assert not file.parent.exists()
    assert succeed(run, present(**note, note="tcr-1 vpc-1 10.0.0.7\n"))["changed"]
    read = succeed(run, present(**note))
    assert (read["note"], read["changed"], read["actions"]) == ("tcr-1 vpc-1 10.0.0.7\n", False, [])
    for changed in (True, False):
        left = succeed(run, absent(**note))
        assert (left["note"].split()[:3], left["changed"], left["actions"]) == (
            ["tcr-1", "vpc-1", "10.0.0.7"],
            changed,
            [],
        )
    (file.parent / "other").touch()
    assert succeed(run, absent(**note, note=""))["changed"]
    assert [path.name for path in file.parent.iterdir()] == ["other"]
    (file.parent / "other").unlink()
    file.touch()
    succeed(run, absent(**note, note=""))
    assert not file.parent.exists()


def test_all_that_can_be_taken_back_is_taken_back_and_all_failures_are_told(tmp_path: Path) -> None:
    hosts, dnsmasq, file = (tmp_path / name for name in ("hosts", "dnsmasq.conf", "docker-compose.override.yml"))
    hosts.write_text(f"# BEGIN {MARKER}\n")
    dnsmasq.write_text(f"# {MARKER}\n")
    file.write_text("changed\n")
    files = {"hosts_file": str(hosts), "dnsmasq_file": str(dnsmasq)}
    failed = run(absent(**files, overrides=[override(file, b"read\n", None)]))
    assert "do not enclose one block" in failed["msg"]
    assert f"{file} was changed while this ran" in failed["msg"]
    assert (steps(failed), failed["changed"], dnsmasq.exists()) == (["delete dnsmasq record"], True, False)


@pytest.mark.parametrize("first", [0, 1])
def test_migrations_with_the_same_name_share_one_block(tmp_path: Path, first: int) -> None:
    file = tmp_path / "hosts"
    file.write_text("127.0.0.1 localhost\n")
    names = ("demo", "demo-2")
    for name in names:
        succeed(run, {**present(hosts_file=str(file)), "migration_id": name})
    assert file.read_text() == (
        f"# BEGIN {MARKER}; demo-2\n{ADDRESS} {NAME}\n# END {MARKER}; demo-2\n127.0.0.1 localhost\n"
    )
    other = names[1 - first]
    leaving = {**absent(hosts_file=str(file)), "migration_id": names[first]}
    predicted = succeed(run, leaving, check=True)
    left = succeed(run, leaving)
    assert (left["actions"], left["diff"]) == (predicted["actions"], predicted["diff"])
    assert left["actions"] == [{"action": "update", "object": "hosts block", "key": str(file), "shared_with": [other]}]
    assert not succeed(run, leaving)["changed"]
    again = succeed(run, {**present(hosts_file=str(file)), "migration_id": other})
    assert (again["changed"], again["shared_with"]) == (False, {})
    succeed(run, {**leaving, "migration_id": other})
    assert file.read_text() == "127.0.0.1 localhost\n"


@pytest.mark.parametrize("comes", [True, False], ids=["another comes", "another leaves"])
def test_what_another_migration_does_to_the_block_meanwhile_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, comes: bool
) -> None:
    file = tmp_path / "hosts"
    file.write_text("127.0.0.1 localhost\n")
    for name in ("demo",) if comes else ("demo", "demo-2"):
        succeed(run, {**present(hosts_file=str(file)), "migration_id": name})
    checked = Files.demand_change

    def late(files: Files, path: str, content: bytes | None) -> None:
        checked(files, path, content)
        monkeypatch.setattr(Files, "demand_change", checked)
        act = present if comes else absent
        succeed(run, {**act(hosts_file=str(file)), "migration_id": "demo-2"})

    monkeypatch.setattr(Files, "demand_change", late)
    succeed(run, absent(hosts_file=str(file)))
    assert file.read_text().count(ADDRESS) == comes
    assert ("demo-2" in file.read_text(), MARKER in file.read_text().replace("demo-2", "")) == (comes, False)


def test_a_name_that_another_migration_gives_another_address_is_refused(tmp_path: Path) -> None:
    """Nothing is written, and dnsmasq would answer with both addresses."""
    hosts, records = tmp_path / "hosts", tmp_path / "conf.d"
    hosts.write_text("127.0.0.1 localhost\n")
    records.mkdir()
    for name, options in (("demo", {"hosts_file": str(hosts)}), ("demo", {"dnsmasq_file": str(records / "demo.conf")})):
        succeed(run, {**present(**options), "migration_id": name})
        before = hosts.read_text(), sorted(records.iterdir())
        own = {"dnsmasq_file": str(records / "demo-2.conf"), "hosts_file": str(hosts)}
        failed = run({**present(**own), "migration_id": "demo-2", "address": "10.0.0.9"})
        assert f"gives {NAME} the address {ADDRESS} for the migration demo" in failed["msg"]
        assert "Run cleanup for the migration demo if it has ended." in failed["msg"]
        assert (hosts.read_text(), sorted(records.iterdir())) == before
        succeed(run, absent(hosts_file=str(hosts)))
