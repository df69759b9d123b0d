# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that expire are renewed in time, once for all threads, and used to their end when renewal fails."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.wait import READY, Readiness
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    AuthenticationFailed,
    InvalidInput,
    MigrationError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RateLimited,
    ServerFault,
    Unreachable,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.credentials import (
    Credential,
    TemporaryCredential,
)
from tests.unit.tcr.tcr_support import Clock

START = 1_700_000_000.0


class Issuer:
    """Gives keys that are good for some seconds of a clock that the test sets; counts how often it is asked."""

    def __init__(self, seconds: float) -> None:
        self.now = START
        self.calls = 0
        self.answers = True
        self.seconds = seconds

    def __call__(self) -> Credential:
        self.calls += 1
        if not self.answers:
            raise Unreachable("No answer.")
        return Credential(f"id-{self.calls}", "key", "token", expires_at=self.now + self.seconds)

    def key_at(self, source: TemporaryCredential, seconds: float) -> str:
        """The id of the key that is used so many seconds after the start."""
        self.now = START + seconds
        return source.current().secret_id


def source_of(issuer: Issuer, first: Credential | None = None) -> TemporaryCredential:
    return TemporaryCredential(issuer, "ap-guangzhou", first, clock=lambda: issuer.now)


def test_a_key_is_fetched_when_it_is_needed_and_renewed_300_seconds_before_its_end() -> None:
    issuer = Issuer(7200)
    source = source_of(issuer)
    assert (issuer.calls, source.region) == (0, "ap-guangzhou")
    assert [issuer.key_at(source, seconds) for seconds in (0, 6899, 6900, 6901)] == ["id-1", "id-1", "id-2", "id-2"]


def test_a_short_key_is_renewed_after_half_of_its_time() -> None:
    issuer = Issuer(400)
    source = source_of(issuer)
    assert [issuer.key_at(source, seconds) for seconds in (0, 199, 200)] == ["id-1", "id-1", "id-2"]


def test_a_key_that_was_fetched_already_is_used() -> None:
    issuer = Issuer(7200)
    source = source_of(issuer, issuer())
    assert [issuer.key_at(source, seconds) for seconds in (0, 6900)] == ["id-1", "id-2"]


def test_the_old_key_is_used_when_renewal_fails_as_long_as_it_is_good() -> None:
    issuer = Issuer(7200)
    source = source_of(issuer)
    assert issuer.key_at(source, 0) == "id-1"
    issuer.answers = False
    assert [issuer.key_at(source, seconds) for seconds in (6900, 6910, 7049)] == ["id-1"] * 3
    assert issuer.calls == 2, "a failed renewal is not tried again at each call"
    assert issuer.key_at(source, 7050) == "id-1"
    assert issuer.calls == 3
    with pytest.raises(Unreachable):
        issuer.key_at(source, 7200)
    issuer.answers = True
    assert issuer.key_at(source, 7201) == "id-5"


def test_the_first_key_must_be_had() -> None:
    issuer = Issuer(7200)
    issuer.answers = False
    with pytest.raises(Unreachable):
        source_of(issuer).current()


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (NotFound("No role.", "Look.", "ResourceNotFound", "id-1", 200), AuthenticationFailed),
        (ServerFault("No answer.", "Look.", "InternalError", "id-1", 200), Unreachable),
        (RateLimited("Too many.", "Look.", "RequestLimitExceeded", "id-1", 200), Unreachable),
        (PermissionDenied("No role.", "Look."), AuthenticationFailed),
        (OutcomeUnknown("No answer.", "Look."), Unreachable),
        (Unreachable("No answer.", "Look."), Unreachable),
        (InvalidInput("No file.", "Look."), InvalidInput),
    ],
)
def test_that_there_is_no_key_says_nothing_of_the_object_in_question(
    failure: MigrationError, kind: type[MigrationError]
) -> None:
    def fetch() -> Credential:
        raise failure

    with pytest.raises(MigrationError) as caught:
        TemporaryCredential(fetch).current()
    assert caught.type is kind
    assert (str(caught.value), caught.value.code) == (str(failure), failure.code)


def test_a_key_that_was_refused_is_not_given_again() -> None:
    issuer = Issuer(7200)
    source = source_of(issuer)
    refused = source.current()
    assert source.invalidate(refused)
    assert source.current().secret_id == "id-2"
    assert source.invalidate(refused), "another thread was refused with the same key"
    assert (source.current().secret_id, issuer.calls) == ("id-2", 2)
    assert not Credential("id", "key").invalidate(Credential("id", "key"))


def test_a_key_that_was_refused_is_not_used_when_no_other_can_be_had() -> None:
    issuer = Issuer(7200)
    source = source_of(issuer)
    source.invalidate(source.current())
    issuer.answers = False
    with pytest.raises(Unreachable):
        source.current()


def test_a_fault_of_the_service_that_gives_keys_does_not_end_a_wait() -> None:
    clock = Clock()

    def faulty() -> Credential:
        if clock.now < 3:
            raise ServerFault("Come back later.")
        return Credential("id", "key", expires_at=START)

    source = TemporaryCredential(faulty)

    def look() -> Readiness:
        source.current()
        return READY

    clock.wait().until("a key", look)
    assert clock.now == 3


def test_threads_renew_a_key_once() -> None:
    issuer, together = Issuer(7200), threading.Barrier(8)

    def slowly() -> Credential:
        time.sleep(0.05)
        return issuer()

    source = TemporaryCredential(slowly, clock=lambda: issuer.now)

    def ask(_number: int) -> str:
        together.wait()
        return source.current().secret_id

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"id-1"}
        issuer.now += 6900
        assert set(pool.map(ask, range(8))) == {"id-2"}


def test_secrets_are_in_no_representation() -> None:
    shown = repr(Credential("id", "the-secret-key", "the-session-token"))
    assert "the-secret-key" not in shown
    assert "the-session-token" not in shown
