"""What requests may take of models, held before a job is written down."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.errors.refusal import Refusal
from gateway.interceptors.base import Caller
from gateway.paths import Admitted
from gateway.reckoning import in_words
from testdata_agent.engine.creative.estimate import Estimate
from testdata_agent.service.access.ceilings import TokenCeilings
from testdata_agent.stores.jobs import JobStore

_WAYS = "ask for fewer records, or set generation_method to TRADITIONAL: the engine takes no tokens"


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The ceilings on tokens: LLM_TOKENS_PER_REQUEST, and those of clients within windows of time.

    Attributes:
        request_tokens: None: no ceiling.
    """

    ledger: JobStore
    request_tokens: int | None = None
    clients: TokenCeilings = field(default_factory=TokenCeilings)

    async def require(self, admitted: Admitted, caller: Caller, expected: Estimate | None) -> None:
        """Returns where a request may be run.

        With `use_cache` kept answers may cost nothing, so what it takes is held to the ceilings while it runs alone.

        Raises:
            Refusal: REQUEST_TOKENS_EXCEEDED or CLIENT_TOKENS_EXCEEDED, naming the ceiling, the estimate and ways out.
            JobFault: the ledger does not answer.
        """
        if expected is None or admitted.request.use_cache:
            return
        takes = f"{admitted.run.count} records would take {in_words(expected)}"
        if self.request_tokens is not None and expected.tokens > self.request_tokens:
            raise Refusal(
                "REQUEST_TOKENS_EXCEEDED", f"{takes}, over LLM_TOKENS_PER_REQUEST ({self.request_tokens}); {_WAYS}"
            )
        for ceiling in self.clients.beside(caller.token_ceilings):
            spent = await self.ledger.spent(caller.client_id, ceiling.window)
            if spent.tokens + spent.expected + expected.tokens > ceiling.tokens:
                under_way = f" and jobs under way may take {spent.expected} more" if spent.expected else ""
                until = datetime.fromtimestamp(spent.until, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                raise Refusal(
                    "CLIENT_TOKENS_EXCEEDED",
                    f"{takes}; of {ceiling.source} ({ceiling.tokens} a {ceiling.window}) this client has spent"
                    f" {spent.tokens}{under_way}; wait until {until}, {_WAYS}",
                )
