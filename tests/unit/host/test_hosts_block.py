# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The marked block in a hosts file: bytes of others never change, one block while needed, none afterwards."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._host.hosts_block import (
    sharers,
    with_block,
    without_block,
)

NAME = "demo.tencentcloudcr.com"
BEGIN, END = (f"# {word} managed by cloud_registry.migration: demo" for word in ("BEGIN", "END"))
OTHERS = [
    pytest.param(b"127.0.0.1 localhost\n", id="usual"),
    pytest.param(b"", id="empty"),
    pytest.param(b"127.0.0.1 localhost", id="no newline at the end"),
    pytest.param(b"127.0.0.1 localhost\r\n10.9.9.9 theirs\r\n", id="CRLF"),
    pytest.param(b"127.0.0.1 localhost\n10.9.9.9 theirs\r\n\n\n \t\n", id="mixed line ends and blank lines"),
    pytest.param("10.9.9.9 theirs # B\u00fcro\n".encode("latin-1"), id="Latin-1"),
    pytest.param("10.9.9.9 theirs # \u4e2d\u6587\u4e3b\u673a\n".encode("gbk"), id="GBK"),
    pytest.param(b"10.9.9.9 theirs\n# \xff\x00\xfe\x85\n", id="no encoding at all"),
    pytest.param(b"::1 ip6-localhost\nfe80::1%eth0 gateway\n", id="IPv6"),
    pytest.param(b"10.9.9.9 theirs # comment behind an entry\n", id="comment behind an entry"),
    pytest.param(b"10.9.9.9 demo.tencentcloudcr.com\n", id="the same name with another address"),
    pytest.param(b"\t10.9.9.9\ttheirs\tdemo.tencentcloudcr.com.example\n", id="tabs"),
    pytest.param(b"10.9.9.9 theirs\x00\x00\n\x00", id="NUL bytes"),
    pytest.param(b"10.9.9.9 theirs\r10.9.9.8 old-mac\r", id="carriage returns alone"),
    pytest.param(
        b"10.9.9.9 alias demo.tencentcloudcr.com # ours beside theirs\n", id="a name of ours in a line of theirs"
    ),
    pytest.param(b"10.0.0.7 demo.tencentcloudcr.com\n", id="the same line"),
    pytest.param(b"# managed by cloud_registry.migration: demo\n# END\n", id="nearly a marker"),
    pytest.param(b"\xef\xbb\xbf127.0.0.1 localhost\n", id="byte order mark"),
    pytest.param(
        b"# BEGIN managed by cloud_registry.migration: demo-2\n10.0.0.9 x\n# END managed by cloud_registry.migration: demo-2\n",
        id="another migration",
    ),
]


def given(content: bytes, address: str = "10.0.0.7", *names: str) -> bytes:
    return with_block(content, "/etc/hosts", "demo", names or (NAME,), address)


def taken_back(content: bytes) -> bytes:
    return without_block(content, "/etc/hosts", "demo")


@pytest.mark.parametrize("others", OTHERS)
def test_what_others_wrote_is_the_same_to_the_byte(others: bytes) -> None:
    content = given(others)
    assert content.endswith(others)
    assert content != others
    assert given(content) == content
    assert given(content, "10.0.0.8").endswith(others)
    assert taken_back(content) == others
    assert taken_back(others) == others


@pytest.mark.parametrize("others", OTHERS)
def test_there_is_never_more_than_one_block(others: bytes) -> None:
    content = given(given(given(others), "10.0.0.8"), "fd00::7", NAME, f"second.{NAME}")
    assert content.count(f"{BEGIN}".encode()) - others.count(f"{BEGIN}".encode()) == 1
    assert f"fd00::7 {NAME} second.{NAME}".encode() in content
    assert b"10.0.0.8" not in content.replace(others, b"")


def test_the_block_stands_before_the_lines_of_others_because_the_first_wins() -> None:
    assert given(b"10.9.9.9 demo.tencentcloudcr.com\n").decode().splitlines() == [
        BEGIN,
        f"10.0.0.7 {NAME}",
        END,
        f"10.9.9.9 {NAME}",
    ]


def test_a_block_that_somebody_moved_stays_where_it_is() -> None:
    content = f"127.0.0.1 localhost\n{BEGIN}\n10.0.0.7 {NAME}\n{END}\n10.9.9.9 theirs".encode()
    assert given(content, "10.0.0.8") == content.replace(b"10.0.0.7", b"10.0.0.8")
    assert taken_back(content) == b"127.0.0.1 localhost\n10.9.9.9 theirs"


def test_a_file_with_the_line_ends_of_windows_gets_a_block_with_them() -> None:
    content = given(b"127.0.0.1 localhost\r\n")
    assert content.count(b"\r\n") == content.count(b"\n") == 4


@pytest.mark.parametrize("end", ["\r\n", " \n", "\t \r\n"])
def test_markers_are_recognised_whatever_ends_their_lines(end: str) -> None:
    """As after an editor of Windows. A second block would be added otherwise, and the old line would stay."""
    content = f"{BEGIN}{end}10.0.0.7 {NAME}{end}{END}{end}127.0.0.1 localhost{end}".encode()
    replaced = given(content, "10.0.0.8")
    assert replaced.count(b"BEGIN") == 1
    assert b"10.0.0.7" not in replaced
    assert taken_back(content) == taken_back(replaced) == f"127.0.0.1 localhost{end}".encode()


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["127.0.0.1 localhost", BEGIN, f"10.0.0.5 {NAME}", "10.9.9.9 theirs"], [2]),
        (["127.0.0.1 localhost", f"10.0.0.5 {NAME}", END], [3]),
        ([END, f"10.0.0.5 {NAME}", BEGIN], [1, 3]),
        ([BEGIN, f"10.0.0.5 {NAME}", END, "10.9.9.9 theirs", BEGIN, f"10.0.0.6 {NAME}"], [1, 3, 5]),
        ([BEGIN, f"10.0.0.5 {NAME}", END, "10.9.9.9 theirs", END], [1, 3, 5]),
        ([BEGIN, f"10.0.0.5 {NAME}", END, BEGIN, f"10.0.0.6 {NAME}", "10.9.9.9 theirs", END], [4, 5, 6, 7]),
        ([BEGIN, BEGIN, f"10.0.0.5 {NAME}", END], [1, 2, 4]),
        ([BEGIN, f"10.0.0.5 {NAME}", "10.9.9.9 theirs", END], [1, 2, 3, 4]),
    ],
    ids=[
        "no END",
        "no BEGIN",
        "END first",
        "a second block without END",
        "a second END",
        "a second block with a line of somebody else inside",
        "two BEGIN",
        "a line of somebody else inside",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_damaged_markers_are_refused_with_their_lines(lines: list[str], shown: list[int], end: str) -> None:
    content = (end.join(lines) + end).encode()
    for change in (given, taken_back):
        with pytest.raises(InvalidInput) as refused:
            change(content)
        message = str(refused.value)
        assert re.findall(r"line (\d+): '", message) == [str(number) for number in shown]
        assert all(repr(lines[number - 1]) in message for number in shown)
        assert "/etc/hosts" in message
        assert "The file was not changed." in message


def test_of_two_blocks_one_stays_and_none_afterwards() -> None:
    """As left by a version that did not recognise the markers of the first one. The first one would have won."""
    first = f"{BEGIN}\r\n10.0.0.5 {NAME}\r\n{END} \r\n"
    content = f"127.0.0.1 localhost\n{first}10.9.9.9 theirs\n{BEGIN}\n10.0.0.6 {NAME}\n{END}\n# end".encode()
    replaced = given(content, "10.0.0.8")
    assert replaced.count(b"BEGIN") == replaced.count(b"END") == 1
    assert b"10.0.0.5" not in replaced and b"10.0.0.6" not in replaced
    assert given(replaced, "10.0.0.8") == replaced
    assert taken_back(content) == taken_back(replaced) == b"127.0.0.1 localhost\n10.9.9.9 theirs\n# end"


def test_a_comment_behind_the_entry_stays_with_it() -> None:
    content = f"{BEGIN}\n10.0.0.7 {NAME}\t# ticket 4711, B\u00fcro\n{END}\n10.9.9.9 theirs\n".encode("latin-1")
    assert given(content) == content
    assert given(content, "10.0.0.8") == content.replace(b"10.0.0.7", b"10.0.0.8")
    assert taken_back(content) == b"10.9.9.9 theirs\n"


@pytest.mark.parametrize("line", [f"10.9.9.9 {NAME}", f"10.9.9.9\talias {NAME.upper()} # old"])
def test_a_block_below_a_line_that_hides_it_moves_to_the_top(line: str) -> None:
    block = f"{BEGIN}\n10.0.0.7 {NAME}\n{END}\n"
    assert given(f"{line}\n{block}# end".encode()) == f"{block}{line}\n# end".encode()
    # A line with the same address, a comment, and another name hide nothing.
    for harmless in (f"10.0.0.7 {NAME}", f"# {line}", f"10.9.9.9 x.{NAME}"):
        content = f"{harmless}\n{block}# end".encode()
        assert given(content) == content


IDS = ("demo", "demo-3", "demo.2")


@pytest.mark.parametrize("others", OTHERS)
def test_three_migrations_share_one_block_and_leave_in_any_order(others: bytes) -> None:
    for came, went in itertools.product(itertools.permutations(IDS), repeat=2):
        content = others
        for name in came:
            content = with_block(content, "/etc/hosts", name, [NAME], "10.0.0.7")
            assert with_block(content, "/etc/hosts", name, [NAME], "10.0.0.7") == content
        assert content.count(b"10.0.0.7 demo") - others.count(b"10.0.0.7 demo") == 1
        assert content.endswith(others)
        for count, name in enumerate(went, 1):
            assert set(sharers(content, "/etc/hosts", name)) == set(went[count:])
            content = without_block(content, "/etc/hosts", name)
            assert without_block(content, "/etc/hosts", name) == content
            assert content.count(b"10.0.0.7 demo") - others.count(b"10.0.0.7 demo") == (count < 3)
        assert content == others


def test_migrations_that_need_different_lines_have_blocks_of_their_own() -> None:
    """The line of one does not hide that of the other: a name that both have has the same address."""
    content = with_block(given(b"127.0.0.1 localhost\n"), "/etc/hosts", "other", [NAME, "second"], "10.0.0.7")
    assert content.count(b"BEGIN") == 2
    assert without_block(content, "/etc/hosts", "other") == given(b"127.0.0.1 localhost\n")


def test_another_address_of_another_migration_is_refused_unless_it_leaves() -> None:
    content = given(b"127.0.0.1 localhost\n")
    with pytest.raises(InvalidInput, match="the address 10.0.0.7 for the migration demo \\(line 2\\)"):
        with_block(content, "/etc/hosts", "demo-2", [NAME], "10.0.0.8")
    both = with_block(content, "/etc/hosts", "demo-2", [NAME], "10.0.0.7")
    with pytest.raises(InvalidInput, match="Run cleanup for the migration demo if it has ended"):
        with_block(both, "/etc/hosts", "demo-2", [NAME], "10.0.0.8")
    alone = without_block(both, "/etc/hosts", "demo")
    assert b"10.0.0.8" in with_block(alone, "/etc/hosts", "demo-2", [NAME], "10.0.0.8")


def test_one_of_several_owners_that_needs_something_else_leaves_the_block_to_the_others() -> None:
    both = with_block(given(b"theirs\n"), "/etc/hosts", "demo-2", [NAME], "10.0.0.7")
    content = with_block(both, "/etc/hosts", "demo-2", ["another.example.com"], "10.0.0.8")
    assert without_block(content, "/etc/hosts", "demo-2") == given(b"theirs\n")


def test_a_damaged_block_of_another_migration_is_left_alone() -> None:
    theirs = b"# BEGIN managed by cloud_registry.migration: demo-2\n10.0.0.7 demo.tencentcloudcr.com\n10.9.9.9 x\n"
    assert given(theirs).endswith(theirs)
    assert taken_back(given(theirs)) == theirs


@pytest.mark.parametrize("change", [given, taken_back])
def test_markers_that_name_different_migrations_are_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(InvalidInput, match="name different migrations"):
        change(f"{BEGIN}; demo-2\n10.0.0.7 {NAME}\n{END}\n".encode())


def test_a_shared_block_below_a_line_that_hides_it_moves_with_all_its_owners() -> None:
    both = with_block(given(b""), "/etc/hosts", "demo-2", [NAME], "10.0.0.7")
    assert given(b"10.9.9.9 demo.tencentcloudcr.com\n" + both) == both + b"10.9.9.9 demo.tencentcloudcr.com\n"


def test_a_comment_does_not_keep_migrations_from_sharing() -> None:
    content = given(b"").replace(b"\n# END", b" # ticket 4711\n# END")
    both = with_block(content, "/etc/hosts", "demo-2", [NAME], "10.0.0.7")
    assert both.count(b"BEGIN") == 1
    assert without_block(both, "/etc/hosts", "demo-2") == content
