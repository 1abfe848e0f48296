"""Health and metrics over plain HTTP, for probes and scrapers: a few fixed answers to GET and HEAD.

It runs in threads of its own, so probes are answered while the event loop is busy.
"""

import json
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from testdata_agent.service import logs

#: A peer that is silent this long is hung up on.
SILENCE_SECONDS = 10.0

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Probes:
    """Where the answers come from.

    Attributes:
        version: Of the service.
        status: "healthy", "degraded" or "unhealthy".
        ready: Whether new calls should be sent here, and particulars for people.
        metrics: The Prometheus text.
        components: The parts with their states, as far as this process knows.
        look: Sees to it that they are recent, before they are told.
    """

    version: str
    status: Callable[[], str]
    ready: Callable[[], tuple[bool, dict[str, Any]]]
    metrics: Callable[[], bytes]
    components: Callable[[], dict[str, str]]
    look: Callable[[], None] = lambda: None

    def answer(self, path: str) -> tuple[HTTPStatus, str, bytes]:
        """(status, content type, body) of a GET of `path`."""
        if path == "/metrics":
            return HTTPStatus.OK, _METRICS_TYPE, self.metrics()
        status, body = self._health(path)
        return status, _JSON_TYPE, json.dumps(body).encode() + b"\n"

    def _health(self, path: str) -> tuple[HTTPStatus, dict[str, Any]]:
        if path == "/health":
            self.look()
            health = self.status()
            code = HTTPStatus.SERVICE_UNAVAILABLE if health == "unhealthy" else HTTPStatus.OK
            known = {"service": "testdata-gateway", "version": self.version, "components": self.components()}
            return code, {"status": health, **known}
        if path == "/health/live":
            return HTTPStatus.OK, {"status": "alive"}
        if path == "/health/ready":
            ready, particulars = self.ready()
            code = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
            return code, {"status": "ready" if ready else "not ready", **particulars}
        return HTTPStatus.NOT_FOUND, {"error": "not found: /health, /health/live, /health/ready and /metrics are here"}


class HttpServer:
    """Serves `probes` until closed."""

    def __init__(self, host: str, port: int, probes: Probes) -> None:
        """Binds at once.

        Raises:
            OSError: the port is taken.
        """
        self._server = _Server((host, port), host, probes)
        self._thread = threading.Thread(target=self._server.serve_forever, name="http", daemon=True)

    @property
    def port(self) -> int:
        """The port that it is bound to."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Answers from now on, in the background."""
        self._thread.start()

    def close(self) -> None:
        """Stops answering and frees the port."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    #: Peers beyond it would try again after a second, which is as long as probes wait.
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], host: str, probes: Probes) -> None:
        self.probes = probes
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Binds without asking the name service who we are, which the standard one does; takes IPv4 callers too."""
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the base class' names
        """A probe that hangs up early is nothing to report; all else is a bug of ours."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            logs.logger().error("http_failed", error_type=type(error).__qualname__)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "testdata-gateway"
    sys_version = ""
    timeout = SILENCE_SECONDS
    server: _Server

    def do_GET(self) -> None:
        """Answers with headers and body."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answers with headers alone."""
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        try:
            path = urlsplit(self.path).path
        except ValueError:  # it names a host that is none
            path = ""
        status, kind, body = self.server.probes.answer(path.rstrip("/") or "/")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class' name
        """Probes come every few seconds and are not logged."""
