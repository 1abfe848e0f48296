"""Secrets that a test plants, and everything that a running service says."""

import base64
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any


class Planted:
    """Secrets by name. They are letters and digits alone, so that no way of writing them hides one."""

    def __init__(self, *names: str) -> None:
        self.secrets = {name: f"planted{secrets.token_hex(8)}" for name in names}

    def __getitem__(self, name: str) -> str:
        return self.secrets[name]

    def plant(self, name: str, secret: str) -> None:
        """Looks for one more, that somebody else made up."""
        self.secrets[name] = secret

    def forget(self, name: str) -> None:
        """Looks for one of them no more."""
        del self.secrets[name]

    def seen_in(self, said: Mapping[str, str]) -> list[str]:
        """Which secrets were said, and where; as they are, or packed as a login is."""
        return [
            f"{name}: {place}: {_around(text, form)}"
            for place, text in said.items()
            for name, secret in self.secrets.items()
            for form in (secret, *_packed(secret))
            if form in text
        ]


def _packed(secret: str) -> Iterator[str]:
    """What of a secret is the same in every Base64 that holds it."""
    for shift in range(3):
        packed = base64.b64encode(b"x" * shift + secret.encode()).decode()
        yield packed[4:-4]


def _around(text: str, found: str) -> str:
    at = text.index(found)
    return text[max(0, at - 150) : at + len(found) + 50]


def logs(folder: Path) -> dict[str, str]:
    """What processes wrote, by file."""
    return {path.name: path.read_text(encoding="utf-8", errors="replace") for path in folder.glob("*.log")}


def fetched(address: str, login: str = "") -> str:
    """An answer with its headers, whatever its status."""
    request = urllib.request.Request(address)
    if login:
        request.add_header("Authorization", "Basic " + base64.b64encode(login.encode()).decode())
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return f"{answer.status} {answer.headers}\n{answer.read().decode()}"
    except urllib.error.HTTPError as error:
        with error:
            return f"{error.code} {error.headers}\n{error.read().decode()}"


@contextmanager
def refusing_weaviate() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that takes nobody's key and quotes it, and the keys that came."""
    came: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            came.append(self.headers.get("Authorization", ""))
            body = json.dumps({"error": [{"message": f"who is {came[-1]}?"}]}).encode()
            self.send_response(401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - as the base class has it

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", came
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
