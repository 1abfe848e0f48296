"""Claude by Anthropic's Messages API."""

import re
from collections.abc import AsyncGenerator
from typing import Any

import anthropic
import httpx2

from testdata_agent.stores.hiding import hidden
from testdata_agent.stores.jobs.job import Usage
from worker.providers.base import (
    MISSHAPEN,
    FaultKind,
    Finish,
    ModelRequest,
    ProviderFault,
    Stop,
    kind_of_status,
    retry_after_of,
    shaped,
)

NAME = "anthropic"

#: Models that take a temperature; later ones refuse a call that names one.
_TAKES_TEMPERATURE = re.compile(r"claude-(3|(opus|sonnet|haiku)-4-([0-6]|\d{8}))(\b|-)")

_STOPS = {
    "end_turn": Stop.COMPLETE,
    "stop_sequence": Stop.COMPLETE,
    "max_tokens": Stop.LENGTH,
    "model_context_window_exceeded": Stop.LENGTH,
    "refusal": Stop.REFUSAL,
}
#: Errors that come in mid-stream have HTTP status 200 and say what they are by their type alone.
_KIND_OF_TYPE = {
    "authentication_error": FaultKind.AUTHENTICATION,
    "billing_error": FaultKind.BILLING,
    "permission_error": FaultKind.PERMISSION,
    "invalid_request_error": FaultKind.INVALID_REQUEST,
    "not_found_error": FaultKind.UNKNOWN_MODEL,
    "request_too_large": FaultKind.TOO_LARGE,
    "rate_limit_error": FaultKind.RATE_LIMITED,
    "overloaded_error": FaultKind.OVERLOADED,
    "timeout_error": FaultKind.TIMEOUT,
    "api_error": FaultKind.SERVER,
}


class AnthropicProvider:
    """One Claude model."""

    name = NAME

    def __init__(self, *, api_key: str, model: str, base_url: str | None = None, stall_seconds: float = 30.0) -> None:
        """Takes a key, a model and after how many seconds of silence a call is given up."""
        self.model, self._key = model, api_key
        # Retries are ours: the library repeats nothing once a stream has begun, and knows no breaker.
        self._client = anthropic.AsyncAnthropic(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,
            timeout=httpx2.Timeout(stall_seconds, connect=min(10.0, stall_seconds)),
        )

    async def stream(self, request: ModelRequest) -> AsyncGenerator[str | Finish, None]:
        """See Provider."""
        meter = _Meter()
        try:
            events = await self._client.messages.create(
                model=self.model,
                max_tokens=request.max_tokens,
                system=[{"type": "text", "text": request.static, "cache_control": {"type": "ephemeral"}}],
                messages=[{"role": "user", "content": request.variable}],
                output_config={"format": {"type": "json_schema", "schema": dict(request.schema)}},
                extra_body=self._extra(request),
                stream=True,
            )
            async with events:
                async for event in events:
                    piece = shaped(meter.read, event)
                    if piece:
                        yield piece
        except anthropic.APIStatusError as error:
            raise self._refused(error, meter) from error
        except (anthropic.APITimeoutError, httpx2.TimeoutException) as error:
            raise self._fault(FaultKind.TIMEOUT, error, meter) from error
        except anthropic.APIConnectionError as error:
            raise self._fault(FaultKind.CONNECTION, error, meter) from error
        except (httpx2.RequestError, anthropic.AnthropicError, *MISSHAPEN) as error:
            raise self._fault(FaultKind.INTERRUPTED, error, meter) from error
        if meter.stop is None:
            raise ProviderFault(
                FaultKind.INTERRUPTED, self.name, "the stream ended without its closing events", usage=meter.usage
            )
        yield Finish(meter.stop, meter.usage)

    async def close(self) -> None:
        """See Provider."""
        await self._client.close()

    def _extra(self, request: ModelRequest) -> dict[str, Any] | None:
        if request.temperature is None or not _TAKES_TEMPERATURE.match(self.model):
            return None
        return {"temperature": request.temperature}

    def _refused(self, error: anthropic.APIStatusError, meter: "_Meter") -> ProviderFault:
        by_type = _KIND_OF_TYPE.get(str(error.type), FaultKind.SERVER)
        kind = by_type if error.status_code < 400 else kind_of_status(error.status_code)
        words = hidden(error.api_message or str(error), self._key)
        after = retry_after_of(error.response.headers)
        return ProviderFault(kind, self.name, words, retry_after=after, usage=meter.usage)

    def _fault(self, kind: FaultKind, error: Exception, meter: "_Meter") -> ProviderFault:
        if meter.begun:
            kind = FaultKind.INTERRUPTED if kind is FaultKind.CONNECTION else kind
        words = hidden(f"{type(error).__name__}: {error}", self._key)
        return ProviderFault(kind, self.name, words, usage=meter.usage)


class _Meter:
    """Reads the events of one stream."""

    def __init__(self) -> None:
        self.stop: Stop | None = None
        self.begun = False
        self._input = self._cached = self._output = self._written = 0

    @property
    def usage(self) -> Usage:
        """What was spent so far; an answer without its closing events is counted by its length."""
        output = self._output if self.stop is not None else max(self._output, self._written // 4)
        return Usage(input_tokens=self._input, output_tokens=output, cached_tokens=self._cached)

    def read(self, event: anthropic.types.RawMessageStreamEvent) -> str:
        """The text that an event brings."""
        self.begun = True
        if event.type == "content_block_delta" and event.delta.type == "text_delta":
            self._written += len(event.delta.text)
            return event.delta.text
        if event.type == "message_start":
            self._count(event.message.usage)
        elif event.type == "message_delta":
            self._count(event.usage)
            reason = event.delta.stop_reason
            self.stop = None if reason is None else _STOPS.get(reason, Stop.COMPLETE)
        return ""

    def _count(self, usage: anthropic.types.Usage | anthropic.types.MessageDeltaUsage) -> None:
        """Takes over what an event says; later ones say it of the whole call."""
        cached = usage.cache_read_input_tokens or 0
        fresh = (usage.input_tokens or 0) + (usage.cache_creation_input_tokens or 0)
        self._cached = max(self._cached, cached)
        self._input = max(self._input, fresh + cached)
        self._output = max(self._output, usage.output_tokens)
