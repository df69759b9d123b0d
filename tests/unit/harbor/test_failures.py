# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failed tasks: which of them another attempt can help, and what puts the others right."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.replication.failures import (
    failure_line,
    is_hopeless,
    lasting_failure,
    lasting_failures,
)

SIGNATURE = "sha256-" + "b" * 64 + ".sig"
# As Harbor 2.15.2 wrote it when a signature was refused.
REFUSED = (
    f"failed to push manifest of artifact acc/app:{SIGNATURE}: http status code: 412, body: "
    '{"errors": [{"code": "PRECONDITION", "message": "Failed to process request due to '
    f'\'acc/app:{SIGNATURE}\' configured as immutable.", "detail": null}}]}}'
)


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        (REFUSED, f"rule of the namespace acc covers acc/app:{SIGNATURE}"),
        ("http error: code 412, message 'a/b/c:v1' configured as immutable", "namespace a covers a/b/c:v1"),
        ("failed to push manifest: http status code: 412, body: {}", "disabled: true"),
        (
            "http status code: 403, body: The system is in read only mode. Any modification is prohibited.",
            "run migrate",
        ),
        ("http status code: 403, body: can not push artifact to a proxy project: hub", "migration_namespace_map"),
        (
            'http status code: 412, body: {"errors":[{"code":"DENIED","message":"will exceed the storage quota"}]}',
            "quota",
        ),
        ("http status code: 403, body: exceeded the configured upper limit of 1 GiB", "quota"),
        ("http status code: 403, body: denied: requested access to the resource is denied", "permissions"),
        ("http error: code 403, message denied", "permissions"),
        ('failed to push: http status code: 404, body: {"errors":[{"code":"NAME_UNKNOWN"}]}', "namespace"),
        ("failed to push: code 404, namespace unknown", "namespace"),
        (
            "failed to pull the manifest of artifact a/b:1: http status code: 404, body: MANIFEST_UNKNOWN",
            "Harbor itself",
        ),
        (
            "http error: code 404, message OCI manifest found, but accept header does not support OCI manifests",
            "skopeo",
        ),
    ],
)
def test_what_will_fail_again_and_what_puts_it_right(line: str, advice: str) -> None:
    assert advice in lasting_failure(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "http status code: 401, body: unauthorized",
        "http status code: 429, body: too many requests",
        "http status code: 500, body: internal error",
        "http status code: 503, body: <html>no server</html>",
        "failed to push the blob: dial tcp 10.0.0.1:443: i/o timeout",
        "unexpected EOF after 412 bytes",
    ],
)
def test_what_another_attempt_may_help(line: str) -> None:
    assert lasting_failure(line) == ""


def test_the_line_is_the_error_that_lasts_and_is_not_cut_before_its_reason() -> None:
    log = "\n".join(
        [
            "2026-11-29T04:55:35Z [INFO] [transfer.go:140]: client for source registry [type: harbor] created",
            "2026-11-29T04:55:35Z [ERROR] [transfer.go:300]: http status code: 500, body: busy",
            f"2026-11-29T04:55:35Z [ERROR] [transfer.go:502]: {REFUSED}",
            "2026-11-29T04:55:35Z [ERROR] [transfer.go:201]: got error during the whole transfer period, mark the job failure",
        ]
    )
    assert failure_line(log) == REFUSED
    again = "2026-11-29T04:58:00Z [INFO] [transfer.go:140]: client for source registry [type: harbor] created"
    later = "2026-11-29T04:58:00Z [ERROR] [transfer.go:300]: http status code: 503, body: busy"
    assert failure_line("\n".join([log, again, later])) == "http status code: 503, body: busy", "the last run counts"


def execution(failed: dict[str, str], done: int, repositories: int, **counters: Any) -> dict[str, Any]:
    listed = [{"repository": name, "log_line": line} for name, line in failed.items()]
    return {"failed_repositories": listed, "repositories_done": done, "repositories": repositories, **counters}


def test_it_is_hopeless_when_only_what_fails_again_is_left() -> None:
    lasting, passing = REFUSED, "http status code: 503, body: busy"
    assert is_hopeless(execution({"acc/app": lasting}, 5, 6))
    assert not is_hopeless(execution({"acc/app": lasting}, 4, 6)), "another repository is still copied"
    assert not is_hopeless(execution({"acc/app": lasting}, 5, 6, in_progress=1))
    assert not is_hopeless(execution({"acc/app": lasting, "acc/multi": passing}, 4, 6))
    assert not is_hopeless(execution({"acc/app": ""}, 5, 6)), "without a log nothing is known"
    assert not is_hopeless(execution({}, 6, 6)) and not is_hopeless({})
    assert set(lasting_failures(execution({"acc/app": lasting, "acc/multi": passing}, 4, 6))) == {"acc/app"}


@pytest.mark.parametrize(
    "secret",
    [
        "https://cos.example/b?q-sign-algorithm=sha1&q-signature=SECRET123&x=1",
        "https://s3.example/b?X-Amz-Signature=SECRET123",
        "https://user:SECRET123@registry.example/v2/",
        "Authorization: Bearer SECRET123",
        'answered {"token":"SECRET123"}',
    ],
)
def test_no_line_shows_a_secret(secret: str) -> None:
    line = failure_line(f"2026-11-29T04:55:35Z [ERROR] [transfer.go:300]: failed to push: {secret}: i/o timeout")
    assert "SECRET123" not in line and "i/o timeout" in line and "********" in line
