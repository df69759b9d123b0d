# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Harbor's own registry: /v2/ and its token service, on the port of the API."""

from __future__ import annotations

import json
import re
import secrets
import time
from dataclasses import dataclass

from flask import Flask, Request, Response, request

from tests.sandbox.core.content import DOCKER_LIST, OCI_INDEX
from tests.sandbox.core.distribution import distribution_blueprint, error, referrer_descriptor, referrers_index
from tests.sandbox.harbor.accessories import by_subject
from tests.sandbox.harbor.api.application import denied
from tests.sandbox.harbor.api.identity import Identity
from tests.sandbox.harbor.api.service import Service
from tests.sandbox.harbor.api.sessions import Sessions

_SERVICE = "harbor-registry"
_LIFE = 1800
_MANIFEST = re.compile(r"/v2/(?P<repository>.+)/manifests/(?P<tag>[^/]+)")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_WANTED = {"pull": ("pull",), "push": ("push",), "delete": ("delete",)}


@dataclass(frozen=True)
class Token:
    """A bearer token: who got it, for what, until when."""

    identity: Identity
    scopes: dict[str, frozenset[str]]
    expires: float


class OwnRegistry:
    """The registry of one Harbor: pushes need a project, and rights in it."""

    def __init__(self, service: Service, sessions: Sessions) -> None:
        self._service = service
        self._sessions = sessions
        self._tokens: dict[str, Token] = {}

    def application(self) -> Flask:
        """The Flask application with /v2/ and /service/token."""
        app = Flask(__name__, static_folder=None)
        app.register_blueprint(distribution_blueprint(self._service.state.store, self._authorise, self._referrers))
        app.add_url_rule("/service/token", "token", self._issue)
        app.after_request(self._start_policies)
        return app

    def _issue(self) -> Response:
        """GET /service/token: a token for what of the wanted scope the caller may do.

        Harbor's source, src/core/service/token: a wrong password is refused only where no scope is wanted (docker login);
        elsewhere the caller is anonymous.
        """
        identity = self._sessions.caller(request.environ)
        if identity.anonymous and not request.args.getlist("scope"):
            return error(401, "UNAUTHORIZED", "unauthorized")
        scopes = {}
        for scope in request.args.getlist("scope"):
            kind, _separator, rest = scope.partition(":")
            name, _separator, actions = rest.rpartition(":")
            if kind == "repository":
                scopes[name] = frozenset(action for action in actions.split(",") if self._may(identity, name, action))
        token = secrets.token_urlsafe(32)
        self._tokens[token] = Token(identity, scopes, time.time() + _LIFE)
        issued = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        body = {"token": token, "access_token": "", "expires_in": _LIFE, "issued_at": issued}
        return Response(json.dumps(body), content_type="application/json; charset=utf-8")

    def _referrers(self, repository: str, digest: str) -> Response | None:
        """The accessories of a digest as an OCI index; older versions leave the path to the registry behind them.

        2.9 answers `{}` for an unknown digest, and the type of the configuration and the size of the whole artifact for
        others. Source: goharbor/harbor v2.9.5 and v2.15.2, src/server/registry/referrers.go.
        """
        flavour, store = self._service.flavour, self._service.state.store
        if not flavour.knows_subjects:
            return None
        if not _DIGEST.fullmatch(digest):
            return error(400, "BAD_REQUEST", f"unsupported digest {digest}: invalid checksum digest format")
        by_config, wanted = flavour.accessories == "config", request.args.get("artifactType", "")
        content_type = "application/json; charset=utf-8" if by_config else OCI_INDEX
        if by_config and store.manifest(repository, digest) is None:
            return Response("{}\n", headers={"X-Total-Count": "0"}, content_type=content_type)
        found = [item.digest for item in by_subject(flavour, store, repository).get(digest, [])]
        headers = {"X-Total-Count": str(len(found)), **({"OCI-Filters-Applied": "artifactType"} if wanted else {})}
        listed = []
        for manifest in filter(None, (store.manifest(repository, item) for item in found)):
            kind, size = manifest.artifact_type, len(manifest.content)
            if by_config:
                kind = str((manifest.document.get("config") or {}).get("mediaType", manifest.media_type))
                size = store.size(repository, manifest.digest)
            if wanted in ("", kind):
                listed.append(referrer_descriptor(manifest, kind, size))
        return referrers_index(listed, content_type, headers)

    def _start_policies(self, answer: Response) -> Response:
        """Start the policies that wait for pushes, for a new tag."""
        pushed = _MANIFEST.fullmatch(request.path)
        if pushed and request.method == "PUT" and answer.status_code == 201 and ":" not in pushed["tag"]:
            self._service.engine.pushed(pushed["repository"], pushed["tag"])
        return answer

    def _authorise(self, asked: Request, repository: str | None, action: str) -> Response | None:
        """None, or the refusal of a registry request."""
        scheme, _separator, value = asked.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            allowed = self._token_allows(value, repository, action)
            identity = self._tokens[value].identity if value in self._tokens else Identity()
        else:
            identity = self._sessions.caller(asked.environ)
            allowed = not identity.anonymous if repository is None else self._may(identity, repository, action)
        if not allowed:
            return self._refuse(identity, repository, action)
        if action != "pull" and self._service.read_only:
            status, text = denied(self._service)
            return error(status, "DENIED", text)
        if action == "push" and not self._service.flavour.pushed_lists and asked.content_type == DOCKER_LIST:
            text = "Manifest.list is not supported."
            refusal = error(415, "UNSUPPORTED_MEDIA_TYPE", text, text)
            refusal.content_type = "text/plain; charset=utf-8"
            return refusal
        return None

    def _token_allows(self, value: str, repository: str | None, action: str) -> bool:
        token = self._tokens.get(value)
        if token is None or token.expires < time.time():
            return False
        return repository is None or action in token.scopes.get(repository, frozenset())

    def _may(self, identity: Identity, repository: str, action: str) -> bool:
        project = self._service.state.project_named(repository.split("/", 1)[0])
        if project is None or action not in _WANTED:
            return False
        return self._service.access.may_project(identity, project, "repository", action)

    def _refuse(self, identity: Identity, repository: str | None, action: str) -> Response:
        if repository is not None and not identity.anonymous:
            name = repository.split("/", 1)[0]
            if self._service.state.project_named(name) is None and self._service.flavour.dialect != "1":
                return error(404, "NOT_FOUND", f"project {name} not found")
        scope = f',scope="repository:{repository}:{"pull,push" if action == "push" else action}"' if repository else ""
        challenge = f'Bearer realm="{self._service.url}/service/token",service="{_SERVICE}"{scope}'
        text = f"unauthorized to access repository: {repository}, action: {action}" if repository else "unauthorized"
        return error(401, "UNAUTHORIZED", text, headers={"WWW-Authenticate": challenge})
