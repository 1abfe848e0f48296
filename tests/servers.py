"""Servers for tests: real ones, each in a folder of its own, to be killed and started again at will."""

import os
import signal
import subprocess
import time
from pathlib import Path

import redis

from testdata_agent.cli.service.embedded_redis import EmbeddedRedis, embedded_in


class RedisProcess:
    """A Redis as `testdata up` starts it; always on the same port."""

    def __init__(self, folder: Path) -> None:
        self._server: EmbeddedRedis = embedded_in(folder)
        self._command = self._server.command()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Returns when it answers."""
        with (self._server.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        while not self._server.answers():
            assert self._process.poll() is None, (self._server.folder / "log").read_text()
            time.sleep(0.01)

    def empty(self) -> None:
        """Forgets everything."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait()
