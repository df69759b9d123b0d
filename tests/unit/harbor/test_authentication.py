# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins: wrong and locked users, and sessions, at a Harbor made for the purpose whose clock only its answers move."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import MigrationError, Unreachable
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.api.authentication import Authentication
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Response
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.redaction import Redactor

BASE = "/api/v2.0"
LOCK = 1.5
RIGHT = ("admin", "Harbor12345")
REFUSED, ANSWERED = 401, 200


class Harbor:
    """Locks users and keeps sessions as Harbor 2.15.2 does; what `broken` names does not work."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, broken: str = "") -> None:
        self.now = 1000.0
        self.broken = broken
        self.locked_until = 0.0
        self.checked: list[str] = []
        self.requests: list[tuple[str, str, dict[str, Any]]] = []
        self.writes = 0
        self.session = ""
        self.redactor = Redactor()
        monkeypatch.setattr("time.monotonic", lambda: self.now)

    def user(self, password: str = RIGHT[1], sessions: bool = False) -> User:
        """Requests of the user with this password."""
        authentication = Authentication((RIGHT[0], password), self.redactor, self.sleep)
        if sessions:
            authentication.use_sessions()
        return User(self, authentication)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def somebody_fails(self) -> None:
        """A wrong password for this user from elsewhere."""
        self.locked_until = self.now + LOCK

    def request(self, method: str, path: str, **options: Any) -> Response:
        """Answer as Harbor, without a network."""
        self.requests.append((method, path, options))
        headers = options["headers"]
        if path == f"{BASE}/ping":
            token = (
                {}
                if self.broken == "cookies"
                else {
                    "X-Harbor-CSRF-Token": "a-csrf-token",
                    "Set-Cookie": "sid=anonymous; Path=/, _gorilla_csrf=a-csrf-cookie; Path=/",
                }
            )
            return self.answer(200, token)
        if path == "/c/login":
            return self.log_in(options["data"], headers)
        known = bool(self.session) and f"sid={self.session};" in headers.get("Cookie", "") + ";"
        if "auth" in options:
            known = self.accepts(options["auth"][1])
        given = {} if known and "auth" not in options else {"Set-Cookie": "sid=another; Path=/"}
        if method != "GET" and "Cookie" in headers and self.broken == "csrf":
            return self.answer(403, {}, b'{"errors":[{"code":"FORBIDDEN","message":"CSRF token invalid"}]}')
        if not known and path != f"{BASE}/projects":
            return self.answer(401, given)
        self.writes += method != "GET"
        return self.answer(200, given, b"all" if known else b"the public part")

    def log_in(self, form: bytes, headers: dict[str, str]) -> Response:
        """POST /c/login."""
        if self.broken == "path":
            return self.answer(404)
        if self.broken == "elsewhere":
            return self.answer(302, {"Location": "https://login.example.com"})
        if self.broken == "answer":
            raise Unreachable("no connection")
        if headers["X-Harbor-CSRF-Token"] != "a-csrf-token" or "_gorilla_csrf=a-csrf-cookie" not in headers["Cookie"]:
            return self.answer(403)
        if self.broken == "guarded" or not self.accepts(parse_qs(form.decode())["password"][0]):
            return self.answer(401)
        self.session = f"session-{len(self.checked)}"
        return self.answer(200, {"Set-Cookie": f"sid={self.session}; Path=/; HttpOnly"})

    def accepts(self, password: str) -> bool:
        """Check a password, if the user is not locked."""
        if self.now < self.locked_until:
            return False
        self.checked.append(password)
        if password == RIGHT[1]:
            return True
        self.somebody_fails()
        self.now += LOCK
        return False

    def answer(self, status: int, headers: dict[str, str] | None = None, content: bytes = b"") -> Response:
        """An answer."""
        return Response(status, headers or {}, content, "http://harbor.example.com")

    def logins(self) -> int:
        """How many logins were sent."""
        return [path for _method, path, _options in self.requests].count("/c/login")


class User:
    """Carries out the exchanges of a user with Harbor."""

    def __init__(self, harbor: Harbor, authentication: Authentication) -> None:
        self._harbor = harbor
        self.authentication = authentication

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def carry_out(*given: Any, **options: Any) -> Any:
            exchange = getattr(self.authentication, name)(*given, **options)
            if not isinstance(exchange, Generator):
                return exchange
            try:
                request = next(exchange)
                while True:
                    try:
                        answer = self._harbor.request(request.method, request.path, **request.options)
                    except MigrationError as error:
                        request = exchange.throw(error)
                    else:
                        request = exchange.send(answer)
            except StopIteration as end:
                return end.value

        return carry_out


either_way = pytest.mark.parametrize("sessions", [False, True], ids=["password", "session"])


@either_way
@pytest.mark.parametrize("path", ["/users/current", "/registries"])
def test_a_wrong_password_is_tried_twice(monkeypatch: pytest.MonkeyPatch, sessions: bool, path: str) -> None:
    harbor = Harbor(monkeypatch)
    user = harbor.user("wrong", sessions)
    assert [user.send("GET", BASE + path).status for _number in range(3)] == [REFUSED] * 3
    assert len(harbor.checked) == 2


def test_a_wrong_password_gets_no_public_part_where_there_are_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    harbor = Harbor(monkeypatch)
    assert harbor.user("wrong", sessions=True).send("GET", f"{BASE}/projects").status == REFUSED
    assert len(harbor.checked) == 2


@pytest.mark.parametrize("right", [True, False])
def test_many_requests_at_a_time_are_one_login(monkeypatch: pytest.MonkeyPatch, right: bool) -> None:
    harbor = Harbor(monkeypatch)
    user = harbor.user(RIGHT[1] if right else "wrong", sessions=True)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: user.send("GET", f"{BASE}/registries/{number}").status, range(40)))
    assert set(answers) == {ANSWERED if right else REFUSED}
    assert len(harbor.checked) == (1 if right else 2)


@either_way
def test_somebody_elses_wrong_password_at_the_first_login_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, sessions: bool
) -> None:
    harbor = Harbor(monkeypatch)
    harbor.somebody_fails()
    assert harbor.user(sessions=sessions).send("POST", f"{BASE}/registries").status == ANSWERED
    assert harbor.writes == 1
    assert set(harbor.checked) == {RIGHT[1]}


@either_way
def test_a_user_who_was_known_is_waited_for_several_seconds(monkeypatch: pytest.MonkeyPatch, sessions: bool) -> None:
    harbor = Harbor(monkeypatch)
    user = harbor.user(sessions=sessions)
    assert user.send("GET", f"{BASE}/users/current").status == ANSWERED
    harbor.session = ""
    harbor.locked_until = harbor.now + 5
    assert user.send("POST", f"{BASE}/registries").status == ANSWERED
    assert harbor.writes == 1


def test_a_password_that_is_changed_meanwhile_is_tried_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    harbor = Harbor(monkeypatch)
    user = harbor.user()
    user.send("GET", f"{BASE}/users/current")
    user.authentication._auth = (RIGHT[0], "old")
    assert user.send("GET", f"{BASE}/registries").status == REFUSED
    assert harbor.checked.count("old") == 2


@pytest.mark.parametrize(("password", "locked", "accepted", "checks"), [
    (RIGHT[1], False, True, 1), (RIGHT[1], True, True, 1), ("wrong", False, False, 1), ("wrong", True, False, 1),
])  # fmt: skip
def test_the_password_of_another_user_is_not_called_wrong_unchecked(
    monkeypatch: pytest.MonkeyPatch, password: str, locked: bool, accepted: bool, checks: int
) -> None:
    harbor = Harbor(monkeypatch)
    if locked:
        harbor.somebody_fails()
    assert harbor.user().accepts(f"{BASE}/users/current", ("joe", password)) is accepted
    assert len(harbor.checked) == checks


def test_in_a_session_the_password_is_sent_once_and_a_lock_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    harbor = Harbor(monkeypatch)
    user = harbor.user(sessions=True)
    for _number in range(3):
        assert user.send("GET", f"{BASE}/registries").status == ANSWERED
        harbor.somebody_fails()
    assert user.send("PUT", f"{BASE}/registries/1").status == ANSWERED
    assert len(harbor.checked) == harbor.logins() == 1
    for _method, path, options in harbor.requests:
        assert "auth" not in options
        assert ("data" in options) is (path == "/c/login")


@pytest.mark.parametrize("broken", ["path", "cookies", "elsewhere", "answer", "guarded"])
def test_where_there_are_no_sessions_the_password_is_sent(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    harbor = Harbor(monkeypatch, broken)
    user = harbor.user(sessions=True)
    for _number in range(5):
        assert user.send("GET", f"{BASE}/registries").status == ANSWERED
    assert user.send("POST", f"{BASE}/registries").status == ANSWERED
    assert harbor.writes == 1
    assert harbor.logins() <= (2 if broken == "guarded" else 1)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["registries", "projects"])
def test_a_session_that_harbor_forgets_is_opened_once_more(
    monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    harbor = Harbor(monkeypatch)
    user = harbor.user(sessions=True)
    assert user.send("GET", f"{BASE}/registries").status == ANSWERED
    harbor.session = ""
    if (method, path) == ("POST", "projects"):
        path = "robots"
    answer = user.send(method, f"{BASE}/{path}")
    assert (answer.status, answer.text) == (ANSWERED, "all")
    assert (harbor.logins(), harbor.writes) == (2, method == "POST")
    harbor.session = ""
    assert user.send(method, f"{BASE}/{path}").text == "all"
    assert harbor.logins() == 2, "a Harbor that forgets every session is asked with the password"


def test_a_write_is_sent_with_the_password_where_the_token_is_never_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    harbor = Harbor(monkeypatch, "csrf")
    user = harbor.user(sessions=True)
    assert user.send("POST", f"{BASE}/registries").status == ANSWERED
    assert (harbor.writes, harbor.logins()) == (1, 2)


def test_a_write_that_was_executed_is_not_repeated_because_of_a_new_cookie(monkeypatch: pytest.MonkeyPatch) -> None:
    harbor = Harbor(monkeypatch)
    user = harbor.user(sessions=True)
    user.send("GET", f"{BASE}/registries")
    answered = harbor.answer
    monkeypatch.setattr(
        harbor,
        "answer",
        lambda status, headers=None, content=b"": answered(status, {"Set-Cookie": "sid=rotated"}, content),
    )
    assert user.send("POST", f"{BASE}/registries").status == ANSWERED
    assert (harbor.writes, harbor.logins()) == (1, 1)


def test_cookies_and_tokens_are_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    harbor = Harbor(monkeypatch)
    user = harbor.user(sessions=True)
    user.send("GET", f"{BASE}/registries")
    shown = harbor.redactor(f"sid={harbor.session} _gorilla_csrf=a-csrf-cookie token a-csrf-token {user._session!r}")
    for secret in (harbor.session, "a-csrf-cookie", "a-csrf-token"):
        assert secret not in shown
    assert harbor.session not in repr(user._session)
