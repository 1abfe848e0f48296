"""All providers as one: asked in their order, left alone while they fail, retried when that can help."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from testdata_agent.engine.creative.estimate import text_tokens
from testdata_agent.service.tracing import Kind, NoTracing, Tracing
from testdata_agent.stores.jobs.job import Usage
from worker.providers.base import CROWDED, FaultKind, Finish, ModelRequest, Provider, ProviderFault
from worker.providers.breaker import Breaker
from worker.providers.crowd import Crowd

#: Tries of one provider before the next one is asked.
TRIES = 3
#: Longest pause that is waited for, in seconds; a provider that asks for more is passed over.
LONGEST_WAIT = 20.0
_FIRST_WAIT = 0.5


class ModelsUnavailable(Exception):  # noqa: N818 - the words of the house
    """No provider answers, or there is none; str() says why, without a word of the request."""


class Observer(Protocol):
    """Is told what goes on, for metrics."""

    def called(self, provider: str, outcome: str, seconds: float) -> None:
        """A call ended; the outcome is `ok`, `left` or the kind of its failure."""
        ...

    def spent(self, provider: str, model: str, usage: Usage) -> None:
        """Tokens were paid."""
        ...

    def retried(self, provider: str) -> None:
        """A call is made once more."""
        ...

    def breaker(self, provider: str, state: str) -> None:
        """A breaker stands so."""
        ...

    def crowd(self, provider: str, running: int, allowed: int) -> None:
        """So many calls are under way, of so many that may be."""
        ...


class Unobserved(Observer):
    """Tells nobody."""

    def called(self, provider: str, outcome: str, seconds: float) -> None:
        """See Observer."""

    def spent(self, provider: str, model: str, usage: Usage) -> None:
        """See Observer."""

    def retried(self, provider: str) -> None:
        """See Observer."""

    def breaker(self, provider: str, state: str) -> None:
        """See Observer."""

    def crowd(self, provider: str, running: int, allowed: int) -> None:
        """See Observer."""


@dataclass
class Asked:
    """A provider and what is known of its health.

    Attributes:
        last: The kind of its last failure.
    """

    provider: Provider
    crowd: Crowd
    breaker: Breaker
    last: str = ""


#: Takes what a call was paid with: the model and the tokens.
Spend = Callable[[str, Usage], None]


@dataclass
class Models:
    """The configured providers, in the order in which they are asked.

    Attributes:
        call_seconds: How long one call may take from its start to its end.
        names: Models whose answers may have been kept, asked or not.
    """

    asked: Sequence[Asked]
    names: tuple[str, ...] = ()
    call_seconds: float = 300.0
    observer: Observer = field(default_factory=Unobserved)
    tracing: Tracing = field(default_factory=NoTracing)

    def __post_init__(self) -> None:
        """Tells how the providers stand at first."""
        self.tell()

    def tell(self) -> None:
        """Tells how the providers stand: a breaker goes from open to half open by time alone."""
        for asked in self.asked:
            self.observer.breaker(asked.provider.name, asked.breaker.state)
            self.observer.crowd(asked.provider.name, asked.crowd.running, int(asked.crowd.limit))

    @classmethod
    def of(
        cls,
        providers: Sequence[Provider],
        *,
        most: int,
        names: tuple[str, ...] = (),
        call_seconds: float = 300.0,
        observer: Observer | None = None,
        tracing: Tracing | None = None,
    ) -> "Models":
        """Providers in their order, each sent at most so many calls at once."""

        def clock() -> float:
            return asyncio.get_running_loop().time()

        asked = [Asked(provider, Crowd(most), Breaker(clock)) for provider in providers]
        known = names or tuple(provider.model for provider in providers)
        return cls(asked, known, call_seconds, observer or Unobserved(), tracing or NoTracing())

    async def stream(self, request: ModelRequest, spend: Spend) -> AsyncGenerator[str | Finish, None]:
        """One answer, of the first provider that gives one.

        Before its first piece a failed call is made again or handed to the next provider; after it, the fault is the
        caller's, who knows what came.

        Raises:
            ModelsUnavailable: none of them answers.
            ProviderFault: the answer broke off, or the request is one that no repetition helps.
        """
        fault: ProviderFault | None = None
        for asked in self.asked:
            for attempt in range(TRIES):
                if not asked.breaker.allows():
                    break
                begun = False
                try:
                    async with aclosing(self._call(asked, request, spend)) as pieces:
                        async for piece in pieces:
                            begun = True
                            yield piece
                    return
                except ProviderFault as error:
                    fault = error
                    if begun:
                        raise
                wait = _wait(fault, attempt)
                if not fault.retryable or wait is None or attempt + 1 == TRIES:
                    break
                self.observer.retried(asked.provider.name)
                await asyncio.sleep(wait)
        if fault is None:
            left = ", ".join(f"{asked.provider.name} ({asked.last})" for asked in self.asked)
            raise ModelsUnavailable(f"left alone after failures: {left}" if left else "no model provider is set up")
        raise ModelsUnavailable(str(fault)) from fault

    async def close(self) -> None:
        """Ends all connections."""
        for asked in self.asked:
            await asked.provider.close()

    async def _call(self, asked: Asked, request: ModelRequest, spend: Spend) -> AsyncGenerator[str | Finish, None]:
        loop = asyncio.get_running_loop()
        provider = asked.provider
        async with _place(asked):
            began, outcome, written = loop.time(), "left", 0
            span = self.tracing.open("model call", Kind.CLIENT)
            span.note(model_provider=provider.name, model_name=provider.model)
            try:
                async with aclosing(provider.stream(request)) as pieces:
                    # Silence is the adapter's to notice; this ends answers that come without end, in words or signs of
                    # life alone.
                    while (piece := await _next(pieces, began + self.call_seconds)) is not None:
                        if isinstance(piece, Finish):
                            self._paid(asked, piece.usage, spend)
                            span.note(tokens_input=piece.usage.input_tokens, tokens_output=piece.usage.output_tokens)
                            outcome = "ok"
                        else:
                            written += len(piece)
                        yield piece
            except TimeoutError as error:
                outcome = asked.last = FaultKind.TIMEOUT
                usage = _guessed(request, written)
                self._paid(asked, usage, spend)
                raise ProviderFault(outcome, provider.name, "the answer takes too long", usage=usage) from error
            except ProviderFault as fault:
                outcome = asked.last = fault.kind
                self._paid(asked, fault.usage, spend)
                raise
            finally:
                if outcome == "left":
                    self._paid(asked, _guessed(request, written), spend)
                self._ended(asked, outcome, loop.time() - began)
                span.end("" if outcome in {"ok", "left"} else outcome)

    def _paid(self, asked: Asked, usage: Usage, spend: Spend) -> None:
        if usage != Usage():
            spend(asked.provider.model, usage)
            self.observer.spent(asked.provider.name, asked.provider.model, usage)

    def _ended(self, asked: Asked, outcome: str, seconds: float) -> None:
        if outcome == "ok":
            asked.breaker.succeeded()
            asked.crowd.more()
        elif outcome == "left":
            asked.breaker.left()
        elif outcome in CROWDED:
            # Too many calls are no failure of the provider.
            asked.crowd.fewer()
            asked.breaker.left()
        elif outcome in _OURS:
            asked.breaker.left()
        else:
            asked.breaker.failed(fatal=outcome in _HOPELESS)
        self.observer.called(asked.provider.name, outcome, seconds)
        self.observer.breaker(asked.provider.name, asked.breaker.state)


#: Failures that are the request's own, and those that every call would meet.
_OURS = frozenset({"invalid_request", "too_large"})
_HOPELESS = frozenset({"authentication", "billing", "permission", "unknown_model"})


@asynccontextmanager
async def _place(asked: Asked) -> AsyncIterator[None]:
    """A place among the provider's calls, for one that its breaker allows."""
    try:
        async with asked.crowd.place():
            yield
    except asyncio.CancelledError:
        # Whoever leaves while it waits may be the one call that was to find out.
        asked.breaker.left()
        raise


async def _next(pieces: AsyncGenerator[str | Finish, None], deadline: float) -> str | Finish | None:
    """The next piece; None: there is none. Raises TimeoutError where it is not there by then."""
    async with asyncio.timeout_at(deadline):
        return await anext(pieces, None)


def _guessed(request: ModelRequest, written: int) -> Usage:
    """What an answer cost that nobody will say the cost of; its texts do, about."""
    if not written:
        return Usage()
    return Usage(input_tokens=text_tokens(request.static + request.variable), output_tokens=written // 4)


def _wait(fault: ProviderFault, attempt: int) -> float | None:
    """Seconds before the next try; None: too long to wait."""
    if fault.retry_after is not None:
        return fault.retry_after if fault.retry_after <= LONGEST_WAIT else None
    longest: float = _FIRST_WAIT * 2**attempt
    return random.uniform(longest / 2, longest)
