"""What requests may take of models, held before a job is written down."""

from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.errors.refusal import Refusal
from gateway.paths import Admitted
from gateway.reckoning import in_words
from testdata_agent.engine.creative.estimate import Estimate
from testdata_agent.service.settings import ModelPathSettings
from testdata_agent.stores.jobs import JobStore, Window

_WAYS = "ask for fewer records, or set generation_method to TRADITIONAL: the engine takes no tokens"


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The ceilings on tokens: LLM_TOKENS_PER_REQUEST, and LLM_TOKENS_PER_CLIENT within a window of time.

    Attributes:
        request_tokens, client_tokens: None: no ceiling.
    """

    ledger: JobStore
    request_tokens: int | None = None
    client_tokens: int | None = None
    window: Window = Window.MONTH

    @classmethod
    def of(cls, ledger: JobStore, settings: ModelPathSettings) -> "Ceilings":
        """Those that are set."""
        window = Window(settings.llm_client_window)
        return cls(ledger, settings.llm_tokens_per_request, settings.llm_tokens_per_client, window)

    async def require(self, admitted: Admitted, client_id: str, expected: Estimate | None) -> None:
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
        if self.client_tokens is None:
            return
        spent = await self.ledger.spent(client_id, self.window)
        if spent.tokens + spent.expected + expected.tokens > self.client_tokens:
            under_way = f" and jobs under way may take {spent.expected} more" if spent.expected else ""
            until = datetime.fromtimestamp(spent.until, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            raise Refusal(
                "CLIENT_TOKENS_EXCEEDED",
                f"{takes}; of LLM_TOKENS_PER_CLIENT ({self.client_tokens} a {self.window}) this client has spent"
                f" {spent.tokens}{under_way}; wait until {until}, {_WAYS}",
            )
