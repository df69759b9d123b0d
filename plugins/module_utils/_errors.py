# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one error tree of the collection.

Every layer raises these and only ``_module`` turns them into ``fail_json``. A message says what was
requested and what came back; ``advice`` says what to do about it. Neither ever holds a secret: the wire
layer redacts before it raises.
"""

from __future__ import annotations

import platform
import sys
from typing import Any


class MigrationError(Exception):
    """Base of all errors.

    :param message: one sentence: what is wrong with which object, and what was found.
    :param advice: one sentence: what the operator should do; may be empty.
    :param code: the error code of the API, e.g. ``ResourceNotFound`` or ``CONFLICT``; may be empty.
    :param request_id: the id under which the API's operators find the call; may be empty.
    :param status: HTTP status of the answer, ``None`` when there was no answer.
    :param details: further facts for the caller, e.g. what was already done; plain data.
    """

    def __init__(
        self,
        message: str,
        advice: str = "",
        code: str = "",
        request_id: str = "",
        status: int | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.code = code
        self.request_id = request_id
        self.status = status
        self.details = details or {}

    def __str__(self) -> str:
        """The message with the request id and the advice, as an operator reads it."""
        identified = f"{self.message} (request id {self.request_id})" if self.request_id else self.message
        return f"{identified} {self.advice}" if self.advice else identified

    def as_result(self) -> dict[str, Any]:
        """What a module returns beside ``msg``: kind, code, request id, status and details."""
        return {
            "error": {
                "kind": type(self).__name__,
                "code": self.code,
                "request_id": self.request_id,
                "status": self.status,
            },
            **self.details,
        }


class InvalidInput(MigrationError):
    """The options contradict each other or name something that cannot be; nothing was sent."""


class MissingLibrary(MigrationError):
    """A Python library is missing on the host where the module runs.

    :param library: its name on PyPI, e.g. ``requests``.
    """

    def __init__(self, library: str) -> None:
        super().__init__(
            f"The Python library {library!r} is missing for {sys.executable} on host {platform.node()}.",
            advice=f"Install it there (for example: {sys.executable} -m pip install {library}), "
            "or set ansible_python_interpreter to a Python that has it.",
        )


class Unsupported(MigrationError):
    """This server, in this version or edition, has no such feature."""


class NotOurs(MigrationError):
    """An object of that name exists, but somebody else made it."""


class WaitTimeout(MigrationError):
    """The time for a wait ran out; the last state seen is in the message."""


class WaitFailed(MigrationError):
    """What was waited for ended in a failure state; the API's reason is in the message."""


class Unreachable(MigrationError):
    """No connection could be made, so the request was certainly not executed."""


class CertificateRefused(Unreachable):
    """The server's TLS certificate was not accepted; a repetition would meet the same one."""


class OutcomeUnknown(MigrationError):
    """The request was sent but no usable answer came: it may or may not have been executed."""


class ApiError(MigrationError):
    """The server answered, and the answer is an error."""


class AuthenticationFailed(ApiError):
    """The server does not accept the credentials."""


class PermissionDenied(ApiError):
    """The credentials are good, but not for this."""


class NotFound(ApiError):
    """The object does not exist."""


class AlreadyExists(ApiError):
    """An object with that name or key exists already."""


class Conflict(ApiError):
    """The object is in a state or in a use that forbids the request."""


class InvalidRequest(ApiError):
    """The server refuses a parameter."""


class QuotaExceeded(ApiError):
    """A quota of the account or the registry is used up."""


class RateLimited(ApiError):
    """Too many requests; the request was not executed."""


class ServerFault(ApiError):
    """The server failed; for a write the outcome is unknown (see :class:`OutcomeUnknown`)."""
