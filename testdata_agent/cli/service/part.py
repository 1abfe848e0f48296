"""One part of a running server: a process, how it is known to be ready, and how long it stays dead."""

import http.client
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from testdata_agent.cli.service.child import Child, RestartPolicy


def at_once() -> bool:
    """For parts that nobody waits for."""
    return True


@dataclass(slots=True)
class Part:
    """A child with a name.

    Attributes:
        child: What is kept alive.
        name: What it is called in messages.
        log: Where it writes; its last lines explain a start that failed.
        ready: Whether it can be used.
        policy: How long it stays dead.
    """

    child: Child
    name: str
    log: Path
    ready: Callable[[], bool] = at_once
    policy: RestartPolicy = field(default_factory=RestartPolicy)
    _deaths: int = 0
    _again_at: float | None = None
    _logged: int = 0

    def start(self) -> None:
        """Starts it; returns at once."""
        self._logged = self.log.stat().st_size if self.log.exists() else 0
        self.child.start()

    def last_words(self) -> str:
        """The last thing that it said since its start."""
        if not self.log.exists():
            return "it said nothing"
        with self.log.open("rb") as lines:
            lines.seek(self._logged)
            last = deque((line.strip() for line in lines if line.strip()), maxlen=1)
        return last[0].decode(errors="replace") if last else "it said nothing"

    def look(self, say: Callable[[str], None]) -> None:
        """Starts it again where it has died and its pause is over."""
        if self._again_at is not None:
            if time.monotonic() >= self._again_at:
                self._again_at = None
                self.start()
            return
        code = self.child.exit_code()
        if code is None:
            return
        forgiven = self.child.lived_seconds >= self.policy.forgiven_after_seconds
        self._deaths = 1 if forgiven else self._deaths + 1
        pause = self.policy.pause(self._deaths)
        self._again_at = time.monotonic() + pause
        say(f"the {self.name} ended with exit code {code}; starting it again in {pause:g} s")


def answers(url: str) -> Callable[[], bool]:
    """Whether GET of this address gives 200."""

    def ask() -> bool:
        try:
            with opened_here(url, timeout_seconds=1.0) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False  # not listening yet, or not ready: asked again in a moment

    return ask


def opened_here(url: str, timeout_seconds: float) -> http.client.HTTPResponse:
    """The answer of one of our own parts; a proxy that the environment names is for addresses elsewhere."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    answer: http.client.HTTPResponse = direct.open(url, timeout=timeout_seconds)
    return answer
