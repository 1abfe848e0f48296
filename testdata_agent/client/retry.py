"""When a call is made again: a policy is a value, and it returns a decision."""

from dataclasses import dataclass

import grpc

#: Only what surely never reached a servicer, or reached one that is going away, is worth another try.
RETRYABLE = frozenset({grpc.StatusCode.UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a call is made again, and after what pauses.

    Attributes:
        attempts: Calls in all; 1 never retries.
        first_pause_seconds: Before the second call; doubles with each further one.
        longest_pause_seconds: No pause is longer.
    """

    attempts: int = 4
    first_pause_seconds: float = 0.1
    longest_pause_seconds: float = 2.0

    def pause_after(self, attempt: int, code: grpc.StatusCode) -> float | None:
        """Seconds to wait after the failed call number `attempt` (from 1), or None: do not call again."""
        if code not in RETRYABLE or attempt >= self.attempts:
            return None
        return min(self.first_pause_seconds * 2.0 ** (attempt - 1), self.longest_pause_seconds)


NO_RETRY = RetryPolicy(attempts=1)
