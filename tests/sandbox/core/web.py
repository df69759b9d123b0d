# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP servers of the sandbox: WSGI over HTTP/1.1 with keep-alive, one thread per connection, clean shutdown.

werkzeug's development server closes every connection after one request, which hides connection reuse and
costs a thread per call; this one keeps connections and can drop one without an answer.
"""

from __future__ import annotations

import io
import socket
import sys
import threading
import traceback
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote

from tests.sandbox.core.faults import Application, Drop, Faults, observe, on_demand
from tests.sandbox.core.journal import Journal, JournalEntry

__all__ = [
    "SERVERS",
    "Application",
    "Drop",
    "Faults",
    "Journal",
    "JournalEntry",
    "Server",
    "observe",
    "on_demand",
    "serve",
]

# By address and port; what runs in the same process may call an application without a connection.
SERVERS: dict[tuple[str, int], Server] = {}
_IDLE_TIMEOUT = 60.0
_JOIN_TIMEOUT = 5.0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server  # type: ignore[assignment]
    timeout = _IDLE_TIMEOUT
    wbufsize = -1
    disable_nagle_algorithm = True
    server_version = "nginx"
    sys_version = ""

    def handle_one_request(self) -> None:
        """Read one request, run the application, write its answer, keep the connection."""
        try:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            self._answer(_environ(self, self._body()))
            self.wfile.flush()
        except (Drop, ConnectionError, TimeoutError, ValueError):
            self.close_connection = True

    def handle_expect_100(self) -> bool:
        """Tell a client that waits for permission to send its body to go on, now and not with the answer."""
        proceed = super().handle_expect_100()
        self.wfile.flush()
        return proceed

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return _dechunk(self.rfile)
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(length) if length else b""

    def _answer(self, environ: dict[str, Any]) -> None:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_rest: Any) -> None:
            started[:] = [status, headers]

        try:
            result = self.server.app(environ, start_response)
            body = b"".join(result)
        except Drop:
            raise
        except Exception:  # an error in the sandbox itself must be seen in the test's output
            traceback.print_exc(file=sys.stderr)
            started[:] = ["500 Internal Server Error", [("Content-Type", "text/plain")]]
            body = b"error in the sandbox"
        status, headers = started
        code, _separator, reason = status.partition(" ")
        self.send_response(int(code), reason)
        bodiless = self.command == "HEAD" or int(code) in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
        names = {name.lower() for name, _value in headers}
        for name, value in headers:
            self.send_header(name, value)
        if "content-length" not in names and int(code) != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not bodiless:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the journal is the log."""


def _dechunk(stream: Any) -> bytes:
    """Read a body in chunked transfer encoding."""
    chunks: list[bytes] = []
    while True:
        size = int(stream.readline(64).split(b";", 1)[0], 16)
        if size == 0:
            while stream.readline(65537).strip():
                continue
            return b"".join(chunks)
        chunks.append(stream.read(size))
        stream.readline(64)


def _environ(handler: _Handler, body: bytes) -> dict[str, Any]:
    path, _separator, query = handler.path.partition("?")
    headers: Message = handler.headers
    environ = {
        "REQUEST_METHOD": handler.command,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(path, "latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": handler.path,
        "SERVER_NAME": handler.server.address,
        "SERVER_PORT": str(handler.server.port),
        "SERVER_PROTOCOL": handler.request_version,
        "REMOTE_ADDR": handler.client_address[0],
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        key = "HTTP_" + name.upper().replace("-", "_")
        if key not in ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"):
            environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


class Server:
    """A listening WSGI server; made by `serve`."""

    def __init__(self, app: Application, address: str, port: int) -> None:
        self.app = app
        self.address = address
        self._listener = socket.create_server((address, port), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://{address}:{self.port}"
        self._lock = threading.Lock()
        self._connections: dict[threading.Thread, socket.socket] = {}
        self._closing = False
        self._acceptor = threading.Thread(target=self._accept, name=f"sandbox-{self.port}", daemon=True)
        self._acceptor.start()
        SERVERS[address, self.port] = self

    def _accept(self) -> None:
        while True:
            try:
                connection, client = self._listener.accept()
            except OSError:
                return
            name = f"sandbox-{self.port}-connection"
            thread = threading.Thread(target=self._serve_connection, args=(connection, client), name=name, daemon=True)
            with self._lock:
                if self._closing:
                    connection.close()
                    return
                self._connections[thread] = connection
                thread.start()

    def _serve_connection(self, connection: socket.socket, client: tuple[str, int]) -> None:
        try:
            _Handler(connection, client, self)  # type: ignore[arg-type]
        except OSError:
            return
        finally:
            with self._lock:
                self._connections.pop(threading.current_thread(), None)
                _shut(connection)
                connection.close()

    def close(self, wait: bool = True) -> None:
        """Stop listening, close every connection, and wait for their threads. May be called again."""
        SERVERS.pop((self.address, self.port), None)
        with self._lock:
            self._closing = True
            open_now = dict(self._connections)
            for connection in open_now.values():
                _shut(connection)
        _shut(self._listener)
        self._listener.close()
        for thread in (self._acceptor, *open_now) if wait else ():
            if thread is not threading.current_thread():
                thread.join(_JOIN_TIMEOUT)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def serve(app: Application, address: str, port: int = 0) -> Server:
    """Serve a WSGI application on one address (port 0 = any free one) until `.close()`.

    The application sees the address on which the connection arrived as SERVER_NAME and where it came from as
    REMOTE_ADDR. Raising `Drop` closes the connection without an answer. Raises OSError when the port is taken.
    """
    return Server(app, address, port)
