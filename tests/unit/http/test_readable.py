# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server says becomes part of a sentence: no page, nothing that moves a cursor, and not without end."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Response
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.readable import code_and_message, readable

SQUID = """<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">
<html><head><meta type="copyright" content="squid"><title>ERROR: The requested URL could not be retrieved</title>
<style type="text/css"><!-- body { color: red } --></style></head><body id=ERR_CONNECT_FAIL><h1>ERROR</h1></body></html>
"""
F5 = "<HTML><HEAD><TITLE>\n Request  Rejected\n</TITLE></HEAD><BODY>Your support ID is: 123</BODY></HTML>"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ""),
        ("plain  words\r\n and more\n", "plain words and more"),
        (SQUID, "an HTML page with the title 'ERROR: The requested URL could not be retrieved'"),
        (F5, "an HTML page with the title 'Request Rejected'"),
        ("<html><title>Bad&nbsp;&amp; Ugly</title>", "an HTML page with the title 'Bad & Ugly'"),
        ("<html><title></title><body><h1><b>413</b> Too Large</h1>", "an HTML page with the title '413 Too Large'"),
        ("<html><body>log in please, secret-of-page</body></html>", "an HTML page without a title"),
        ("<body onload='x()'>hello", "an HTML page without a title"),
        (
            f"got status: 502, body: {F5} (retried)",
            "got status: 502, body: an HTML page with the title 'Request Rejected' (retried)",
        ),
        (F5 + F5, "an HTML page with the title 'Request Rejected'" * 2),
        (
            "<?xml version='1.0'?><Error><Code>AccessDenied</Code> <Message>No &amp; no</Message></Error>",
            "AccessDenied No & no",
        ),
        ("a < b and c > d", "a < b and c > d"),
        ("\x1b[31;1mred\x1b[0m \x9b2Jclear \x1b]0;title\x07end \x1b(Bdone", "red clear end done"),
        ("bell\x07 back\x08 null\x00 c1\x85 bidi\u202etxet del\x7f", "bell back null c1 bidi txet del"),
        ("镜像仓库 is gone", "镜像仓库 is gone"),
        ("x" * 301, "x" * 300 + " ..."),
        ("<html><title>" + "t" * 10_000_000, "an HTML page without a title"),
    ],
)
def test_a_text_becomes_part_of_a_sentence(text: str, said: str) -> None:
    assert readable(text) == said


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"errors": [{"code": "DENIED", "message": "no"}, {"message": "never"}]}, "DENIED", "no; never"),
        ({"code": 400, "message": "one thing \n"}, "", "one thing"),
        ({"code": 400, "message": ""}, "", ""),
        ({"errors": {"code": "X", "message": "not a list"}}, "X", "not a list"),
        ({"errors": "only words"}, "", "only words"),
        ({"errors": ["a", 7, None, {"message": "b"}]}, "", "a; 7; b"),
        ({"errors": []}, "", ""),
        ({"errors": None, "message": "m"}, "", "m"),
        ({"errors": 5}, "", "5"),
        ({"error": {"code": 5, "message": "nested"}}, "", "nested"),
        ({"error": "invalid_grant", "error_description": "wrong user"}, "", "wrong user"),
        ({"detail": ["x", "y"]}, "", '["x", "y"]'),
        ({"message": {"zh": "镜像"}}, "", '{"zh": "镜像"}'),
        ({"unknown": 1}, "", '{"unknown": 1}'),
        ([{"message": "in a list"}], "", "in a list"),
        ("words", "", "words"),
        (None, "", ""),
        (404, "", "404"),
        (
            {"errors": [{"code": "UNKNOWN", "message": f"ping: 502: {F5}"}]},
            "UNKNOWN",
            "ping: 502: an HTML page with the title 'Request Rejected'",
        ),
        ({"errors": [{"message": "\x1b[31mred\x1b[0m\ttext"}]}, "", "red text"),
    ],
)
def test_every_form_of_an_error_is_read(body: Any, code: str, message: str) -> None:
    assert code_and_message(body) == (code, message)


def test_a_body_is_quoted_by_its_beginning() -> None:
    assert Response(502, {}, F5.encode(), "").excerpt() == "an HTML page with the title 'Request Rejected'"
    assert Response(502, {}, b"\xff\x00", "").excerpt() == "\ufffd"
    assert Response(502, {}, b"", "").excerpt() == "nothing"
