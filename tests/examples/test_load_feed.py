"""The feed of examples/load_feed: every record of a pipe arrives once, at the rate asked for or slower."""

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

FEED = Path(__file__).parents[2] / "examples" / "load_feed" / "feed.py"
RECORDS, RATE = 40, 200


class Shop(http.server.ThreadingHTTPServer):
    """A system under test that keeps what it is sent, and refuses bodies that hold `refuse`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Orders)
        self.taken: list[bytes] = []


class _Orders(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        assert isinstance(self.server, Shop)
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.taken.append(body)
        self.send_response(422 if b"refuse" in body else 201)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *words: object) -> None:
        """Nothing."""


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Shop() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def fed(url: str, lines: bytes) -> "subprocess.CompletedProcess[bytes]":
    words = [sys.executable, str(FEED), url, f"--rate={RATE}", "--connections=3"]
    return subprocess.run(words, input=lines, capture_output=True, check=False)


def test_records_of_a_pipe_arrive_once_each(shop: Shop) -> None:
    words = [sys.executable, "-m", "testdata_agent.cli.main", "generate", "order", f"--count={RECORDS}", "--seed=7"]
    made = subprocess.run([*words, "--no-envelope", "--format=ndjson"], capture_output=True, check=True).stdout
    done = fed(f"http://127.0.0.1:{shop.server_port}/orders", made)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{RECORDS} sent in ".encode())
    assert f"answers 201: {RECORDS}".encode() in done.stdout
    sent = [json.loads(line)["order_id"] for line in made.splitlines()]
    assert sorted(json.loads(body)["order_id"] for body in shop.taken) == sorted(sent)


def test_what_is_refused_or_unreachable_is_told(shop: Shop) -> None:
    done = fed(f"http://127.0.0.1:{shop.server_port}/orders", b'{"a": 1}\n{"a": "refuse"}\n')
    assert (done.returncode, b"answers 201: 1, 422: 1" in done.stdout) == (1, True)
    gone = fed("http://127.0.0.1:9/", b"{}\n")
    assert (gone.returncode, b"ConnectionRefusedError: 1" in gone.stdout) == (1, True)
