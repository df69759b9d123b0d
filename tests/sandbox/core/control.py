# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's remote control, for tests and commands that run in another process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request

if TYPE_CHECKING:
    from tests.sandbox.sandbox import Sandbox


def control_application(sandbox: Sandbox) -> Flask:
    """A Flask application over a running sandbox; answers are JSON, a bad value is 400 with the reason in `error`."""
    control = _Control(sandbox)
    app = Flask(__name__, static_folder=None)
    app.register_error_handler(ValueError, _refused)
    app.add_url_rule("/facts", view_func=control.facts, methods=["GET"])
    app.add_url_rule("/journal", view_func=control.journal, methods=["GET"])
    app.add_url_rule("/journal/clear", view_func=control.clear_journal, methods=["POST"])
    app.add_url_rule("/settings", view_func=control.settings, methods=["POST"])
    app.add_url_rule("/faults", view_func=control.add_fault, methods=["POST"])
    app.add_url_rule("/faults/clear", view_func=control.clear_faults, methods=["POST"])
    app.add_url_rule("/clock", view_func=control.advance_clock, methods=["POST"])
    app.add_url_rule("/tokens/expire", view_func=control.expire_tokens, methods=["POST"])
    app.add_url_rule("/compose", view_func=control.compose, methods=["POST"])
    return app


class _Control:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def facts(self) -> dict[str, Any]:
        return self._sandbox.facts

    def journal(self) -> Response:
        return jsonify(self._sandbox.journal.as_json())

    def clear_journal(self) -> dict[str, Any]:
        self._sandbox.journal.clear()
        return {}

    def settings(self) -> dict[str, Any]:
        self._sandbox.settings.update(**_body())
        return {}

    def add_fault(self) -> dict[str, Any]:
        try:
            self._sandbox.faults.add(**_body())
        except TypeError as problem:
            raise ValueError(f"a fault needs kind, and may have match, service, call, times: {problem}") from problem
        return {}

    def clear_faults(self) -> dict[str, Any]:
        self._sandbox.faults.clear()
        return {}

    def advance_clock(self) -> dict[str, Any]:
        self._sandbox.tcr.clock.advance(float(_body().get("advance", 0)))
        return {"now": self._sandbox.tcr.clock.now()}

    def expire_tokens(self) -> dict[str, Any]:
        return {"expired": self._sandbox.tcr.expire_tokens()}

    def compose(self) -> dict[str, Any]:
        if self._sandbox.harbor is None:
            raise ValueError("this sandbox runs without Harbor")
        return self._sandbox.harbor.compose(_body())


def _refused(problem: Exception) -> tuple[dict[str, str], int]:
    return {"error": str(problem)}, 400


def _body() -> dict[str, Any]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise ValueError("the request body must be a JSON object")
    return body
