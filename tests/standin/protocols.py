"""The two protocols: what a call asks for, how a stream of it looks, what each refuses."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from tests.standin.tokens import tokens_of

#: Keywords of JSON Schema that structured output does not take.
_UNSUPPORTED = frozenset({"minimum", "maximum", "minLength", "maxLength", "multipleOf", "maxItems", "uniqueItems"})


class Refused(Exception):  # noqa: N818
    """A call that the service does not take: (HTTP status, type, words)."""


@dataclass(frozen=True)
class Call:
    """What every protocol asks for."""

    model: str
    shared: str
    prompt: str
    schema: Mapping[str, Any]
    max_tokens: int
    cached: bool
    stream: bool


class Dialect(Protocol):
    """One protocol."""

    def call(self, body: Mapping[str, Any]) -> Call: ...
    def begin(self, call: Call, usage: Mapping[str, int]) -> Iterator[bytes]: ...
    def piece(self, text: str) -> bytes: ...
    def end(self, stop: str, usage: Mapping[str, int]) -> Iterator[bytes]: ...
    def mistake(self) -> bytes: ...
    def nonsense(self) -> bytes: ...
    def refusal(self, status: int, kind: str, words: str) -> bytes: ...


def _event(name: str, data: Mapping[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


class Messages:
    """Anthropic's Messages API."""

    _KNOWN = frozenset(
        {"model", "max_tokens", "system", "messages", "output_config", "stream", "metadata", "stop_sequences",
         "temperature", "thinking", "tools", "tool_choice", "cache_control", "service_tier"}
    )  # fmt: skip

    def call(self, body: Mapping[str, Any]) -> Call:
        unknown = set(body) - self._KNOWN
        if unknown:
            raise Refused(400, "invalid_request_error", f"{sorted(unknown)}: extra inputs are not permitted")
        if "temperature" in body and not re.search(r"claude-(3|\w+-4-[0-6])", body["model"]):
            raise Refused(400, "invalid_request_error", "temperature is not supported by this model")
        system = body.get("system") or []
        texts = [{"text": system}] if isinstance(system, str) else system
        form = body.get("output_config", {}).get("format")
        if not form or form.get("type") != "json_schema":
            raise Refused(400, "invalid_request_error", "the stand-in answers by schemas alone")
        _check(form["schema"])
        prompt = body["messages"][-1]["content"]
        return Call(
            model=body["model"],
            shared="".join(block["text"] for block in texts),
            prompt=prompt if isinstance(prompt, str) else "".join(block["text"] for block in prompt),
            schema=form["schema"],
            max_tokens=body["max_tokens"],
            cached=any("cache_control" in block for block in texts),
            stream=bool(body.get("stream")),
        )

    def begin(self, call: Call, usage: Mapping[str, int]) -> Iterator[bytes]:
        message: dict[str, Any] = {
            "id": "msg_standin", "type": "message", "role": "assistant", "model": call.model, "content": [],
            "stop_reason": None, "stop_sequence": None, "usage": {**usage, "output_tokens": 1},
        }  # fmt: skip
        yield _event("message_start", {"type": "message_start", "message": message})
        block = {"type": "text", "text": ""}
        yield _event("content_block_start", {"type": "content_block_start", "index": 0, "content_block": block})
        yield _event("ping", {"type": "ping"})

    def piece(self, text: str) -> bytes:
        delta = {"type": "text_delta", "text": text}
        return _event("content_block_delta", {"type": "content_block_delta", "index": 0, "delta": delta})

    def end(self, stop: str, usage: Mapping[str, int]) -> Iterator[bytes]:
        yield _event("content_block_stop", {"type": "content_block_stop", "index": 0})
        delta = {"stop_reason": stop, "stop_sequence": None}
        usage = {"output_tokens": usage["output_tokens"]}
        yield _event("message_delta", {"type": "message_delta", "delta": delta, "usage": usage})
        yield _event("message_stop", {"type": "message_stop"})

    def mistake(self) -> bytes:
        error = {"type": "overloaded_error", "message": "Overloaded"}
        return _event("error", {"type": "error", "error": error})

    def nonsense(self) -> bytes:
        return _event("content_block_delta", {"type": "content_block_delta", "index": 0, "delta": None})

    def refusal(self, status: int, kind: str, words: str) -> bytes:  # noqa: ARG002
        return json.dumps({"type": "error", "error": {"type": kind, "message": words}}).encode()


class ChatCompletions:
    """OpenAI's chat protocol, as vLLM serves it."""

    _STOPS: ClassVar = {"end_turn": "stop", "max_tokens": "length", "refusal": "content_filter"}

    def call(self, body: Mapping[str, Any]) -> Call:
        form = body.get("response_format", {})
        if form.get("type") != "json_schema":
            raise Refused(400, "BadRequestError", "the stand-in answers by schemas alone")
        schema = form["json_schema"]["schema"]
        _check(schema)
        by_role = {message["role"]: message["content"] for message in body["messages"]}
        return Call(
            model=body["model"],
            shared=by_role.get("system", ""),
            prompt=by_role["user"],
            schema=schema,
            max_tokens=body.get("max_tokens") or 4096,
            cached=True,
            stream=bool(body.get("stream")),
        )

    def begin(self, call: Call, usage: Mapping[str, int]) -> Iterator[bytes]:  # noqa: ARG002
        yield self._chunk([{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}])

    def piece(self, text: str) -> bytes:
        return self._chunk([{"index": 0, "delta": {"content": text}, "finish_reason": None}])

    def end(self, stop: str, usage: Mapping[str, int]) -> Iterator[bytes]:
        yield self._chunk([{"index": 0, "delta": {}, "finish_reason": self._STOPS[stop]}])
        cached = usage.get("cache_read_input_tokens", 0)
        prompt = usage["input_tokens"] + cached + usage.get("cache_creation_input_tokens", 0)
        told = {
            "prompt_tokens": prompt, "completion_tokens": usage["output_tokens"],
            "total_tokens": prompt + usage["output_tokens"], "prompt_tokens_details": {"cached_tokens": cached},
        }  # fmt: skip
        yield self._chunk([], usage=told)
        yield b"data: [DONE]\n\n"

    def mistake(self) -> bytes:
        return b'data: {"error": {"message": "engine died", "type": "InternalServerError", "code": 500}}\n\n'

    def nonsense(self) -> bytes:
        return self._chunk([{"index": 0, "delta": None, "finish_reason": None}])

    def refusal(self, status: int, kind: str, words: str) -> bytes:
        return json.dumps({"error": {"message": words, "type": kind, "code": status}}).encode()

    def _chunk(self, choices: list[Any], **more: Any) -> bytes:
        head = {"id": "chatcmpl-standin", "object": "chat.completion.chunk", "created": 1, "model": "standin"}
        return f"data: {json.dumps({**head, 'choices': choices, **more})}\n\n".encode()


def _check(schema: Mapping[str, Any]) -> None:
    """What structured output refuses of a schema."""
    for word in _UNSUPPORTED & set(schema):
        raise Refused(400, "invalid_request_error", f"schema: {word} is not supported")
    if schema.get("minItems", 0) > 1:
        raise Refused(400, "invalid_request_error", "schema: minItems is 0 or 1")
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            raise Refused(400, "invalid_request_error", "schema: additionalProperties must be false")
        for inner in schema["properties"].values():
            _check(inner)
    if "items" in schema:
        _check(schema["items"])


def prompt_tokens(call: Call) -> tuple[int, int]:
    """(of the shared part with the schema, of the rest)."""
    shared = len(tokens_of(call.shared)) + len(tokens_of(json.dumps(call.schema)))
    return shared, len(tokens_of(call.prompt))
