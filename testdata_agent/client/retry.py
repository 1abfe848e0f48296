"""When a call is made again: a policy is a value, and it returns a decision."""

import random
from dataclasses import dataclass

import grpc

from testdata_agent.client.errors import ClientError, TlsError


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a call is made again, and after what pauses.

    Made again is what no server heard (UNAVAILABLE), and what a server refused with a word on when to come again
    (RESOURCE_EXHAUSTED with google.rpc.RetryInfo: a rate). All else has been heard, and would be heard twice.

    Attributes:
        attempts: Calls in all; 1 never retries.
        first_pause_seconds: Before the second call; doubles with each further one.
        longest_pause_seconds: No pause of the client's own is longer.
        jitter: Share of a pause by which it is longer or shorter by chance, so that many clients do not come at once.
        longest_wait_seconds: What a server may ask to wait; for more the call is given up, and its error says the time.
    """

    attempts: int = 5
    first_pause_seconds: float = 0.1
    longest_pause_seconds: float = 2.0
    jitter: float = 0.2
    longest_wait_seconds: float = 30.0

    def pause_after(
        self, attempt: int, code: grpc.StatusCode, retry_after_seconds: float | None = None
    ) -> float | None:
        """Seconds to wait after the failed call number `attempt` (from 1), or None: do not call again.

        Args:
            attempt: Number of the call.
            code: How it failed.
            retry_after_seconds: What the server asks to wait, where it does.
        """
        asked = retry_after_seconds or 0.0
        if attempt >= self.attempts or asked > self.longest_wait_seconds:
            return None
        if code is grpc.StatusCode.RESOURCE_EXHAUSTED and retry_after_seconds is not None:
            # Not a moment earlier than the server said.
            return asked + self._usual(attempt) * random.uniform(0, self.jitter)
        if code is grpc.StatusCode.UNAVAILABLE:
            return max(asked, self._usual(attempt) * random.uniform(1 - self.jitter, 1 + self.jitter))
        return None

    def _usual(self, attempt: int) -> float:
        return min(self.first_pause_seconds * 2.0 ** (attempt - 1), self.longest_pause_seconds)


NO_RETRY = RetryPolicy(attempts=1)


def pause_before_repeating(retry: RetryPolicy, attempt: int, code: grpc.StatusCode, error: ClientError) -> float | None:
    """Seconds until a failed call is made again, or None: not at all.

    Args:
        retry: How often, and after what pauses.
        attempt: Number of the call, from 1.
        code: How it ended.
        error: What became of that. Distrust stays; and where a job was made of the call, it goes on, and another call
            would have the records made and paid for twice.
    """
    if isinstance(error, TlsError) or error.job_id:
        return None
    return retry.pause_after(attempt, code, error.retry_after_seconds)
