# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry behind the API: OCI distribution with bearer tokens, open only to whom the network lets through."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Request, Response, request

from tests.sandbox.core.content import digest_of
from tests.sandbox.core.distribution import distribution_blueprint, error, referrers_answer
from tests.sandbox.core.faults import Application, Drop, StartResponse
from tests.sandbox.core.network import Network
from tests.sandbox.tcr.access import Access
from tests.sandbox.tcr.actions.immutable_tags import is_immutable
from tests.sandbox.tcr.clock import Clock
from tests.sandbox.tcr.identities import allows, by_key, key_of, log_in, usable
from tests.sandbox.tcr.settings import TcrSettings
from tests.sandbox.tcr.state import Registry

SERVICE = "harbor-registry"
_FORBIDDEN_PAGE = (
    b"<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center></body></html>"
)
_UNKNOWN_NAMESPACE_CODES = {"403": "DENIED", "404": "NAME_UNKNOWN"}


@dataclass(frozen=True)
class _Bearer:
    """What a bearer token allows: repository to actions, on behalf of a credential (None = anonymous)."""

    credential: str | None
    grants: dict[str, frozenset[str]]
    expires_at: float


class DataPlane:
    """The distribution server of one registry, with its token service."""

    def __init__(self, registry: Registry, settings: TcrSettings, clock: Clock, access: Access) -> None:
        self._access = access
        self._registry = registry
        self._settings = settings
        self._clock = clock
        self._bearers: dict[str, _Bearer] = {}
        self._lock = threading.Lock()

    def application(self) -> Flask:
        """The Flask application with /v2/ and /service/token."""
        app = Flask(__name__, static_folder=None)
        app.register_blueprint(distribution_blueprint(self._registry.store, self._authorise, self._referrers))
        app.add_url_rule("/service/token", view_func=self._token, methods=["GET", "POST"])
        return app

    def _referrers(self, repository: str, digest: str) -> Response | None:
        """What refers to a digest, None when this registry has no referrers API (setting `referrers_api`)."""
        if self._settings.referrers_api == "absent":
            return None
        return referrers_answer(self._registry.store, repository, digest)

    def _token(self) -> Response:
        """The token service: basic credentials (or none) and scopes in, a bearer token out."""
        credential = None
        given = _basic(request) or (request.form.get("username"), request.form.get("password"))
        if given[0] is not None:
            credential = log_in(self._registry, *given, self._clock.now())
            if credential is None:
                return error(401, "UNAUTHORIZED", "authentication required: the username or the password is wrong")
        scopes = request.args.getlist("scope") or request.form.getlist("scope")
        grants = {}
        for scope in " ".join(scopes).split():
            kind, _separator, rest = scope.partition(":")
            repository, _separator, actions = rest.rpartition(":")
            if kind == "repository":
                asked = (self._registry, self._settings, self._access, credential, repository)
                grants[repository] = frozenset(action for action in actions.split(",") if allows(*asked, action))
        now = self._clock.now()
        bearer = _Bearer(key_of(credential) if credential else None, grants, now + self._settings.bearer_lifetime)
        text = secrets.token_urlsafe(48)
        with self._lock:
            self._bearers[text] = bearer
        issued = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
        answer = {
            "token": text,
            "access_token": text,
            "expires_in": int(self._settings.bearer_lifetime),
            "issued_at": issued,
        }
        return Response(json.dumps(answer), content_type="application/json")

    def _authorise(self, asked: Request, repository: str | None, action: str) -> Response | None:
        bearer = self._bearer(asked)
        if bearer is None or (repository is None and bearer.credential is None):
            return _challenge(asked, repository, action, "invalid_token" if "Authorization" in asked.headers else "")
        if repository is None:
            return None
        namespace = repository.partition("/")[0]
        if action == "push" and bearer.credential is not None and namespace not in self._registry.namespaces:
            return self._unknown_namespace(asked, repository, action)
        if action not in bearer.grants.get(repository, frozenset()):
            return _challenge(asked, repository, action, "insufficient_scope")
        return self._immutable(asked, repository)

    def _immutable(self, asked: Request, repository: str) -> Response | None:
        """The refusal to overwrite or delete an immutable tag."""
        tag = (asked.view_args or {}).get("reference", "")
        if asked.method not in ("PUT", "DELETE") or not is_immutable(self._registry, repository, tag):
            return None
        held = self._registry.store.tags(repository)[tag]
        accepted = self._settings.immutable_same_digest == "accept"
        if asked.method == "PUT" and accepted and digest_of(asked.get_data()) == held:
            return None
        message = f"Failed to process request due to '{repository}:{tag}' configured as immutable."
        return error(412, "PRECONDITION", message)

    def _unknown_namespace(self, asked: Request, repository: str, action: str) -> Response:
        status = self._settings.unknown_namespace_status
        if status == "401":
            return _challenge(asked, repository, action, "insufficient_scope")
        message = f"project {repository.partition('/')[0]} not found"
        return error(int(status), _UNKNOWN_NAMESPACE_CODES[status], message)

    def _bearer(self, asked: Request) -> _Bearer | None:
        """The bearer token of a request while it, and the credential behind it, are good."""
        kind, _separator, text = asked.headers.get("Authorization", "").partition(" ")
        bearer = self._bearers.get(text) if kind.lower() == "bearer" else None
        if bearer is None or bearer.expires_at <= self._clock.now():
            return None
        if bearer.credential is not None and self._settings.credential_revocation == "immediate":
            identity = by_key(self._registry, bearer.credential)
            if identity is None or not usable(identity, self._clock.now()):
                return None
        return bearer


def gate(app: Application, network: Network, settings: TcrSettings) -> Application:
    """Let through what the network allows; drop the rest, or answer with a page (setting `refused_source`)."""

    def gated(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if network.may_connect(environ["REMOTE_ADDR"], environ["SERVER_NAME"]):
            return app(environ, start_response)
        environ["sandbox.code"] = "refused"
        if settings.refused_source == "drop":
            raise Drop
        start_response("403 Forbidden", [("Content-Type", "text/html"), ("Content-Length", str(len(_FORBIDDEN_PAGE)))])
        return [_FORBIDDEN_PAGE]

    return gated


def _basic(asked: Request) -> tuple[str, str] | None:
    kind, _separator, text = asked.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        username, _separator, password = base64.b64decode(text).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ("", "")
    return username, password


def _challenge(asked: Request, repository: str | None, action: str, problem: str) -> Response:
    """401 with the address of the token service, taken from the Host header as nginx in front of Harbor does."""
    parts = [f'Bearer realm="http://{asked.host}/service/token"', f'service="{SERVICE}"']
    if repository is not None:
        scope = {"pull": "pull", "push": "pull,push"}.get(action, action)
        parts.append(f'scope="repository:{repository}:{scope}"')
    if problem:
        parts.append(f'error="{problem}"')
    detail = {"name": repository, "action": action}
    return error(
        401,
        "UNAUTHORIZED",
        f"unauthorized to access repository: {repository}, action: {action}",
        detail,
        {"WWW-Authenticate": ",".join(parts)},
    )
