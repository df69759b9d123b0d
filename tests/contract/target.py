# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The replication target of the records: a distribution server with bearer tokens and one namespace."""

from __future__ import annotations

import json
import secrets

from flask import Flask, Request, Response, request

from tests.sandbox.core.content import ContentStore
from tests.sandbox.core.distribution import distribution_blueprint, error
from tests.sandbox.core.web import Server, serve

USERNAME, PASSWORD = "tcruser", "tcrpass"
_ADDRESS = "127.0.10.1"


class Target:
    """A registry that knows one user and the namespaces in `namespaces`; further ones may be added while it runs."""

    def __init__(self, *namespaces: str) -> None:
        self.namespaces = set(namespaces)
        self.store = ContentStore()
        self._granted: dict[str, set[str]] = {}
        app = Flask(__name__, static_folder=None)
        app.register_blueprint(distribution_blueprint(self.store, self._authorise, lambda _repository, _digest: None))
        app.add_url_rule("/token", "token", self._token)
        self._server: Server = serve(app.wsgi_app, _ADDRESS)
        self.url = self._server.url

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _token(self) -> Response:
        header = request.authorization
        if header is None or (header.username, header.password) != (USERNAME, PASSWORD):
            return error(401, "UNAUTHORIZED", "authentication required")
        repositories = {scope.split(":")[1] for scope in request.args.getlist("scope")}
        token = secrets.token_hex(16)
        self._granted[token] = {name for name in repositories if name.split("/", 1)[0] in self.namespaces}
        return Response(json.dumps({"token": token, "expires_in": 60}), content_type="application/json")

    def _authorise(self, asked: Request, repository: str | None, _action: str) -> Response | None:
        token = asked.headers.get("Authorization", "").removeprefix("Bearer ")
        if token in self._granted and (repository is None or repository in self._granted[token]):
            return None
        challenge = f'Bearer realm="{self.url}/token",service="records"'
        return error(401, "UNAUTHORIZED", "authentication required", headers={"WWW-Authenticate": challenge})
