"""Any model behind OpenAI's chat protocol: vLLM and its kind."""

from collections.abc import AsyncGenerator

import httpx2
import openai

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

NAME = "vllm"

_STOPS = {"stop": Stop.COMPLETE, "length": Stop.LENGTH, "content_filter": Stop.REFUSAL}
_KIND_OF_CODE = {
    "rate_limit_exceeded": FaultKind.RATE_LIMITED,
    "overloaded_error": FaultKind.OVERLOADED,
    "invalid_request_error": FaultKind.INVALID_REQUEST,
    "BadRequestError": FaultKind.INVALID_REQUEST,
}


class OpenAiProvider:
    """One model of a server that speaks OpenAI's protocol."""

    name = NAME

    def __init__(self, *, base_url: str, model: str, api_key: str | None = None, stall_seconds: float = 30.0) -> None:
        """Takes an address, a model, a key where one is needed, and the seconds of silence that end a call."""
        self.model, self._key = model, api_key
        self._client = openai.AsyncOpenAI(
            api_key=api_key or "none",
            base_url=base_url,
            max_retries=0,
            timeout=httpx2.Timeout(stall_seconds, connect=min(10.0, stall_seconds)),
        )

    async def stream(self, request: ModelRequest) -> AsyncGenerator[str | Finish, None]:
        """See Provider."""
        meter = _Meter()
        try:
            chunks = await self._client.chat.completions.create(
                model=self.model,
                max_tokens=request.max_tokens,
                messages=[
                    {"role": "system", "content": request.static},
                    {"role": "user", "content": request.variable},
                ],
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "records", "schema": dict(request.schema), "strict": True},
                },
                temperature=openai.omit if request.temperature is None else request.temperature,
                stream=True,
                stream_options={"include_usage": True},
            )
            async with chunks:
                async for chunk in chunks:
                    piece = shaped(meter.read, chunk)
                    if piece:
                        yield piece
        except openai.APIStatusError as error:
            kind, after = kind_of_status(error.status_code), retry_after_of(error.response.headers)
            words = hidden(error.message, self._key)
            raise ProviderFault(kind, self.name, words, retry_after=after, usage=meter.usage) from error
        except (openai.APITimeoutError, httpx2.TimeoutException) as error:
            raise self._fault(FaultKind.TIMEOUT, error, meter) from error
        except openai.APIConnectionError as error:
            kind = FaultKind.INTERRUPTED if meter.begun else FaultKind.CONNECTION
            raise self._fault(kind, error, meter) from error
        except openai.APIError as error:
            kind = _KIND_OF_CODE.get(str(error.code), _KIND_OF_CODE.get(str(error.type), FaultKind.SERVER))
            raise self._fault(kind, error, meter) from error
        except (httpx2.RequestError, openai.OpenAIError, *MISSHAPEN) as error:
            raise self._fault(FaultKind.INTERRUPTED, error, meter) from error
        if meter.stop is None:
            raise ProviderFault(
                FaultKind.INTERRUPTED, self.name, "the stream ended without a finish reason", usage=meter.usage
            )
        yield Finish(meter.stop, meter.usage)

    async def close(self) -> None:
        """See Provider."""
        await self._client.close()

    def _fault(self, kind: FaultKind, error: Exception, meter: "_Meter") -> ProviderFault:
        words = hidden(f"{type(error).__name__}: {error}", self._key)
        return ProviderFault(kind, self.name, words, usage=meter.usage)


class _Meter:
    """Reads the chunks of one stream."""

    def __init__(self) -> None:
        self.stop: Stop | None = None
        self.begun = False
        self._written = 0
        self._usage: Usage | None = None

    @property
    def usage(self) -> Usage:
        """What was spent so far; where the server did not say, counted by the answer's length."""
        return self._usage if self._usage is not None else Usage(output_tokens=self._written // 4)

    def read(self, chunk: openai.types.chat.ChatCompletionChunk) -> str:
        """The text that a chunk brings."""
        self.begun = True
        if chunk.usage is not None:
            told, details = chunk.usage, chunk.usage.prompt_tokens_details
            cached = details.cached_tokens if details is not None else 0
            self._usage = Usage(
                input_tokens=_whole(told.prompt_tokens),
                output_tokens=_whole(told.completion_tokens) or self._written // 4,
                cached_tokens=_whole(cached),
            )
        text = ""
        for choice in chunk.choices:
            if choice.delta.refusal:
                self.stop = Stop.REFUSAL
            text += choice.delta.content or ""
            if choice.finish_reason is not None and self.stop is None:
                self.stop = _STOPS.get(choice.finish_reason, Stop.COMPLETE)
        self._written += len(text)
        return text


def _whole(tokens: object) -> int:
    """A count, where a server says one."""
    return tokens if isinstance(tokens, int) else 0
