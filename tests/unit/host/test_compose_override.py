# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An override of Compose: every byte of others stays, names reach their services alone, and go without a trace.

What a file means is told by another reader than the one of the collection: ruamel.yaml, by the rules of YAML 1.2, as
Compose reads it.
"""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import ReusedAnchorWarning
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput, MissingLibrary
from ansible_collections.cloud_registry.migration.plugins.module_utils._host import compose_yaml
from ansible_collections.cloud_registry.migration.plugins.module_utils._host.compose_file import (
    ComposeFiles,
    merge_override,
)
from tests.unit.host.override_files import FILES, REFUSED, TABS

OVERRIDE = "docker-compose.override.yml"
SERVICES = ["core", "jobservice"]
BASE = b"services: {core: {image: core}, jobservice: {image: jobservice}, redis: {}}\n"
NAME, ADDRESS = "demo.tencentcloudcr.com", "10.0.0.7"
HOSTS = {NAME: ADDRESS, f"second.{NAME}": "fd00::"}


def change(
    content: bytes | None, hosts: Mapping[str, str] | None = None, migration_id: str = "one", base: bytes = BASE
) -> bytes | None:
    overrides = {} if content is None else {OVERRIDE: content}
    files = ComposeFiles(base, overrides, OVERRIDE, [OVERRIDE])
    merged = merge_override(files, [], SERVICES, hosts or {}, list(HOSTS), migration_id)
    assert [(one.name, one.before) for one in merged.changes] in ([], [(OVERRIDE, content)])
    return merged.changes[0].after if merged.changes else content


def added(
    content: bytes | None, hosts: Mapping[str, str] = HOSTS, migration_id: str = "one", base: bytes = BASE
) -> bytes:
    after = change(content, hosts, migration_id, base)
    assert after is not None
    return after


def said(content: bytes) -> dict[str, Any]:
    """What a file says: texts as they are written, after aliases and merges, and the hosts of a service sorted."""
    reader = YAML(typ="rt", pure=True)
    warnings.simplefilter("ignore", ReusedAnchorWarning)
    found = (
        _plain(
            reader.compose(
                content.decode("utf-8-sig").replace("\t", " ").replace("\r", "\n").replace("%YAML 1.1", "%YAML 1.2")
            )
        )
        or {}
    )
    services = found["services"] = found.get("services") or {}
    for name in [*SERVICES, *services]:
        service = services[name] = dict(services.get(name) or {})
        hosts = service.get("extra_hosts") or []
        pairs = [f"{key}:{one}" for key, one in hosts.items()] if isinstance(hosts, dict) else hosts
        service["extra_hosts"] = sorted(map(str, pairs))
    return found


def _plain(node: Node | None) -> Any:
    if isinstance(node, ScalarNode):
        return None if node.style in (None, "") and node.value in ("", "~", "null") else node.value
    if isinstance(node, SequenceNode):
        return [_plain(one) for one in node.value]
    if not isinstance(node, MappingNode):
        return None
    merged: dict[str, Any] = {}
    for key, value in node.value:
        if key.value == "<<":
            for one in value.value if isinstance(value, SequenceNode) else [value]:
                merged = {**_plain(one), **merged}
    return {**merged, **{key.value: _plain(value) for key, value in node.value if key.value != "<<"}}


def expected(content: bytes, hosts: Mapping[str, str]) -> dict[str, Any]:
    found = said(content)
    for service in SERVICES:
        entries = found["services"][service]["extra_hosts"]
        entries += [f"{name}:{address}" for name, address in hosts.items()]
        entries.sort()
    return found


def variants(text: str) -> list[bytes]:
    """The file as other editors would save it."""
    windows = re.sub(r"(?<!\r)\n", "\r\n", text)
    bare = text.rstrip("\n") if not text.endswith(("\n\n", " \n")) else text
    return [one.encode() for one in dict.fromkeys([text, windows, bare, "\ufeff" + text])]


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_names_are_added_and_every_byte_of_others_is_there_again_without_them(text: str) -> None:
    for theirs in variants(text):
        content = added(theirs)
        assert content != theirs
        assert said(content) == expected(theirs, HOSTS), content.decode()
        assert change(content, HOSTS) == content, "a second time changes it"
        rest = iter(content)
        assert all(byte in rest for byte in theirs), "what others wrote stands there in its order"
        assert change(content) == theirs
        assert change(theirs) == theirs


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_migrations_come_and_go_in_any_order(text: str) -> None:
    """A name that several migrations need stays until the last of them ends."""
    theirs = text.encode()
    needs = {"one": HOSTS, "two": {NAME: ADDRESS, f"third.{NAME}": "10.0.0.9"}, "three": {NAME: ADDRESS}}
    all_of_them = theirs
    for migration, hosts in needs.items():
        all_of_them = added(all_of_them, hosts, migration)
    for order in (("one", "two", "three"), ("three", "one", "two")):
        content = all_of_them
        for place, migration in enumerate(order):
            left = [needs[one] for one in order[place:]]
            wanted = {name: address for hosts in left for name, address in hosts.items()}
            assert said(content) == expected(theirs, wanted), content.decode()
            back = change(content, migration_id=migration)
            assert back is not None
            content = back
        assert content == theirs


@pytest.mark.parametrize("text", [*FILES.values(), *TABS.values()], ids=[*FILES, *TABS])
def test_a_new_address_replaces_the_old_one(text: str) -> None:
    content = added(added(text.encode()), {NAME: "10.0.0.8"})
    assert content == added(text.encode(), {NAME: "10.0.0.8"})


@pytest.mark.parametrize("text", TABS.values(), ids=TABS)
def test_tabs_are_read_as_compose_reads_them(text: str) -> None:
    for theirs in variants(text):
        content = added(theirs)
        assert said(content) == expected(theirs, HOSTS)
        assert change(content) == theirs


def test_any_mixture_of_odd_parts_survives() -> None:
    """Parts of files, put together by chance: either names come and go without a trace, or the file is refused."""
    chance = random.Random(20261129)
    definitions = [
        "",
        " ~",
        " {}",
        " *alias",
        " {image: x, <<: *alias}",
        "\n    image: x",
        "\n    <<: *alias",
        " &own\n    user: 1001:0 # c",
        "\n    extra_hosts: *hosts",
        "\n    extra_hosts:\n    - a:10.1.1.1",
        "\n    # c\n    extra_hosts: {a: 10.1.1.1}",
        "\n    extra_hosts:\n      <<: {b: 10.1.1.2}\n      a: 10.1.1.1 # c\n",
        " # c\n    command: |\n      text\n\n",
    ]
    head = "x-a: &alias\n  restart: no\n  extra_hosts: &hosts\n    - z:10.2.2.2\n"
    refused = 0
    for _round in range(60):
        parts = [f"  {name}:{chance.choice(definitions)}" for name in ("core", "redis", "jobservice", "log")]
        text = (
            f"{head}services:\n"
            + "\n".join(chance.sample(parts, chance.randint(1, 4)))
            + chance.choice(["", "\n", "\n\n# end\n"])
        )
        text = text.replace(" *alias", chance.choice([" *alias", " *own"])) if "&own" in text else text
        theirs = chance.choice(variants(text))
        try:
            content = added(theirs)
        except InvalidInput:
            refused += 1
            continue
        assert said(content) == expected(theirs, HOSTS), text
        assert change(content) == theirs
    assert refused < 12


@pytest.mark.parametrize(("text", "reason"), REFUSED.items(), ids=REFUSED.values())
def test_where_names_cannot_stand_the_reason_is_said(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        change(text.encode(), HOSTS)
    assert f"Names can be neither added nor taken back, because {reason.replace('FILE', OVERRIDE)}" in str(
        refused.value
    )
    assert "The file was not changed." in str(refused.value)
    assert "vpc_dns" in str(refused.value)
    assert change(text.encode()) == text.encode(), "there is nothing to take back"


@pytest.mark.parametrize(
    "content", ["# B\u00fcro\n".encode("latin-1"), "# \u4e2d\u6587\n".encode("gbk"), b"\xff\xfe#\x00"]
)
def test_a_file_that_compose_cannot_decode_is_refused_and_left_alone(content: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"is not encoded in UTF-8 \(line 1\), so Compose does not read it either"):
        change(content, HOSTS)
    assert change(content) == content


def test_a_new_file_says_whose_it_is_and_goes_with_the_names() -> None:
    content = added(None)
    lines = content.decode().splitlines()
    assert lines[0] == "# managed by cloud_registry.migration, which made this file and removes it again"
    assert all("managed by cloud_registry.migration" in line for line in lines)
    assert yaml.safe_load(content) == {
        "services": {one: {"extra_hosts": [f"{NAME}:{ADDRESS}", f"second.{NAME}:fd00::"]} for one in SERVICES}
    }
    assert change(content) is None
    assert change(None) is None


def test_the_schema_version_of_the_base_file_is_repeated_in_a_file_that_holds_nothing_else() -> None:
    base = b"version: '2.3'\n" + BASE
    content = added(None, base=base)
    assert yaml.safe_load(content)["version"] == "2.3"
    assert change(content, base=base) is None
    # It stays as long as others have something in it: Compose 1 wants the same version everywhere.
    grown = content + b"networks: {x: }\n"
    assert added(grown, base=base) == grown
    assert change(grown, base=base) == b'version: "2.3"\nnetworks: {x: }\n'


def test_a_file_of_ours_to_which_somebody_adds_something_stays_with_it() -> None:
    content = added(None, {NAME: ADDRESS})
    for theirs in (b"# note\n", b"networks: {x: }\n"):
        assert change(content + theirs) == theirs
    text = content.decode().replace("  core:", "  redis:\n    image: r\n  core:", 1)
    text = text.replace("    extra_hosts:", "    image: c\n    extra_hosts:")
    assert (
        change(text.encode())
        == b"services:\n  jobservice:\n    image: c\n  redis:\n    image: r\n  core:\n    image: c\n"
    )


def test_what_others_add_around_ours_stays() -> None:
    theirs = b"services:\n  core: ~\nx-c: 1\n"
    text = added(theirs, {NAME: ADDRESS}).decode()
    entry = f'      - "{NAME}:{ADDRESS}"'
    text = text.replace(entry, f"      - ldap:10.1.1.1\n{entry}", 1)
    assert said(added(text.encode(), {NAME: ADDRESS})) == said(text.encode())
    assert change(text.encode()) in (
        b"services:\n  jobservice:\n    extra_hosts:\n      - ldap:10.1.1.1\n  core: ~\nx-c: 1\n",
        b"services:\n  core:\n    extra_hosts:\n      - ldap:10.1.1.1\nx-c: 1\n",
    )


def test_an_editor_that_changes_the_ends_of_lines_loses_nothing() -> None:
    for text in (FILES["quotes"], FILES["flow list"], FILES["services share an alias"]):
        windows = added(text.encode()).replace(b"\n", b"\r\n")
        assert change(windows) == text.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (f'- "{NAME}:{ADDRESS}"', f"- {NAME}:10.9.9.9", "carries the mark of a migration, but was changed"),
        ("extra_hosts: #", "extra_hosts: !override #", "carries the mark of a migration, but was changed"),
    ],
)
def test_lines_of_ours_that_were_changed_are_shown(old: str, new: str, reason: str) -> None:
    text = added(FILES["other services"].encode(), {NAME: ADDRESS}).decode()
    assert old in text
    changed = text.replace(old, new, 1).encode()
    for hosts in ({NAME: ADDRESS}, {}):
        with pytest.raises(InvalidInput) as refused:
            change(changed, hosts)
        assert OVERRIDE in str(refused.value)
        assert reason in str(refused.value)
        line = next(one for one in changed.decode().splitlines() if new in one)
        assert repr(line.strip()) in str(refused.value)


def test_entries_that_others_changed_in_a_shared_list_are_taken_over() -> None:
    theirs = FILES["merged hosts"]
    content = (
        added(theirs.encode()).decode().replace('    - "a:10.1.1.1"\n', '    - "a:10.1.1.1"\n    - "b:10.1.1.2"\n', 1)
    )
    now = theirs.replace('    - "a:10.1.1.1"\n', '    - "a:10.1.1.1"\n    - "b:10.1.1.2"\n')
    assert said(added(content.encode())) == expected(now.encode(), HOSTS)
    assert change(content.encode()) == now.encode()


@pytest.mark.parametrize("written", ["NAME:10.0.0.7", "NAME=10.0.0.7"])
def test_a_line_of_somebody_else_with_the_same_address_is_left_to_him(written: str) -> None:
    line = written.replace("NAME", NAME)
    theirs = "".join(f"  {one}:\n    extra_hosts: ['{line}']\n" for one in SERVICES)
    content = f"services:\n{theirs}".encode()
    assert change(content, {NAME: ADDRESS}) == content
    assert change(None, {NAME: ADDRESS}, base=content) is None


def test_an_address_of_version_6_may_be_written_in_several_ways() -> None:
    content = "".join(f"  {one}:\n    extra_hosts: ['{NAME}=[FD00:0::7]']\n" for one in SERVICES)
    assert change(f"services:\n{content}".encode(), {NAME: "fd00::7"}) == f"services:\n{content}".encode()


@pytest.mark.parametrize("place", ["base", "override"])
@pytest.mark.parametrize("hosts", [f"[{NAME}:10.9.9.9]", f"{{{NAME}: [10.0.0.7, 10.9.9.9]}}"])
def test_another_address_of_somebody_else_is_refused(place: str, hosts: str) -> None:
    theirs = f"services: {{core: {{extra_hosts: {hosts}}}, jobservice: {{}}}}\n".encode()
    with pytest.raises(InvalidInput, match=r"'demo.tencentcloudcr.com' is given the address 10\.9\.9\.9 .*'core'"):
        change(theirs if place == "override" else None, HOSTS, base=theirs if place == "base" else BASE)


def test_another_address_of_another_migration_is_refused_with_its_name() -> None:
    with pytest.raises(
        InvalidInput, match=r"is given the address 10\.0\.0\.7 for the service 'core' by the migration one"
    ):
        change(added(None), {NAME: "10.0.0.8"}, "two")


def test_a_directory_that_is_not_harbors_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"docker-compose\.yml has no service 'core', only web"):
        change(None, HOSTS, base=b"services: {web: {}}\n")
    with pytest.raises(InvalidInput, match=r"docker-compose\.yml cannot be read as YAML"):
        change(None, HOSTS, base=b"{{ no YAML }\n")
    assert change(None, base=b"{{ no YAML }\n") is None


def test_without_the_parser_in_c_the_result_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = [added(text.encode()) for text in FILES.values()]
    monkeypatch.setattr(compose_yaml, "_LOADER", yaml.BaseLoader)
    assert [added(text.encode()) for text in FILES.values()] == fast


def test_without_pyyaml_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose_yaml, "YAML_FOUND", False)
    with pytest.raises(MissingLibrary, match="PyYAML"):
        change(None, HOSTS)


def names_of(files: Sequence[Any]) -> list[str]:
    return [one.name for one in files]


def test_names_move_to_the_file_that_compose_reads() -> None:
    """Somebody added an override with a name that Compose prefers, after names were given."""
    overrides = {"compose.override.yml": b"services: {redis: {}}\n", OVERRIDE: added(None)}
    files = ComposeFiles(BASE, overrides, "compose.override.yml", ["compose.override.yml"])
    merged = merge_override(files, [], SERVICES, HOSTS, list(HOSTS), "one")
    assert {one.name: one.after is None for one in merged.changes} == {"compose.override.yml": False, OVERRIDE: True}
    # A file that Compose does not read is not even looked at, unless names stand in it.
    broken = ComposeFiles(BASE, {OVERRIDE: b"{{"}, "compose.override.yml", ["compose.override.yml"])
    assert names_of(merge_override(broken, [], SERVICES, HOSTS, list(HOSTS), "one").changes) == ["compose.override.yml"]
    gone = merge_override(ComposeFiles(BASE, overrides, OVERRIDE, [OVERRIDE]), [], SERVICES, {}, list(HOSTS), "one")
    assert [(one.name, one.after) for one in gone.changes] == [(OVERRIDE, None)]


def test_services_with_other_addresses_than_the_files_are_told() -> None:
    files = ComposeFiles(BASE, {}, OVERRIDE, [OVERRIDE])
    containers = [
        {"service": "core", "hosts": {NAME: [ADDRESS], f"second.{NAME}": ["fd00:0::"]}},
        {"service": "jobservice", "hosts": {NAME: ["10.0.0.6"]}},
    ]
    assert merge_override(files, containers, SERVICES, HOSTS, list(HOSTS), "one").stale == ["jobservice"]
    assert merge_override(files, containers, SERVICES, {}, list(HOSTS), "one").stale == ["core", "jobservice"]
