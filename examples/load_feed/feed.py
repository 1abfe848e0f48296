"""Posts records to a system under test at a steady rate, from a pipe, in constant memory.

    testdata generate order -n 100000 --seed 7 --no-envelope --format ndjson \\
        | python feed.py http://localhost:8080/orders --rate 200

Each line is one JSON body. At the end it says what came back and how long that took.
"""

import argparse
import http.client
import queue
import statistics
import sys
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterable

#: Records that wait for a connection: what is slower than the rate stops the pipe, and so the making of records.
WAITING = 100


class Feed:
    """Connections that post what they are given."""

    def __init__(self, url: str, connections: int) -> None:
        """Takes where to, and over how many connections side by side."""
        self._to = urllib.parse.urlsplit(url)
        self._bodies: queue.Queue[bytes | None] = queue.Queue(WAITING)
        self._threads = [threading.Thread(target=self._post_all, daemon=True) for _ in range(connections)]
        self.seconds: list[float] = []
        self.statuses: Counter[str] = Counter()
        for thread in self._threads:
            thread.start()

    def send(self, lines: Iterable[bytes], rate: float) -> None:
        """Hands out a line at a time, `rate` of them a second; returns when all are answered."""
        began = time.monotonic()
        for number, line in enumerate(lines):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            self._bodies.put(line)
        for _ in self._threads:
            self._bodies.put(None)
        for thread in self._threads:
            thread.join()

    def _post_all(self) -> None:
        connection = self._connection()
        while (body := self._bodies.get()) is not None:
            began = time.monotonic()
            try:
                connection.request("POST", self._to.path or "/", body, {"content-type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                status = str(answer.status)
            except (OSError, http.client.HTTPException) as error:
                status = type(error).__name__
                connection.close()
                connection = self._connection()
            self.seconds.append(time.monotonic() - began)
            self.statuses[status] += 1

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._to.scheme == "https" else http.client.HTTPConnection
        return kind(self._to.netloc, timeout=30)


def main() -> int:
    """Runs the command; the exit code is 1 where a record was not taken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--rate", type=float, default=50.0, help="records a second")
    parser.add_argument("--connections", type=int, default=8)
    asked = parser.parse_args()
    feed = Feed(asked.url, asked.connections)
    began = time.monotonic()
    feed.send((line for line in sys.stdin.buffer if line.strip()), asked.rate)
    sent, took = len(feed.seconds), time.monotonic() - began
    answers = ", ".join(f"{status}: {count}" for status, count in sorted(feed.statuses.items()))
    print(f"{sent} sent in {took:.1f} s ({sent / took:.0f}/s); answers {answers}")
    if sent > 1:
        p50, p99 = (statistics.quantiles(feed.seconds, n=100)[place] * 1e3 for place in (49, 98))
        print(f"p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    return 0 if all(status.startswith("2") for status in feed.statuses) else 1


if __name__ == "__main__":
    sys.exit(main())
