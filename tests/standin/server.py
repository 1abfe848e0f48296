"""The server: HTTP/1.1 over a real socket, in a thread and loop of its own."""

import asyncio
import json
import threading
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from hashlib import sha256
from types import TracebackType
from typing import Any, Self

from tests.standin.content import answer, records_asked
from tests.standin.faults import STATUSES, Fault
from tests.standin.protocols import Call, ChatCompletions, Dialect, Messages, Refused, prompt_tokens
from tests.standin.tokens import tokens_of

_DIALECTS: Mapping[str, Dialect] = {"/v1/messages": Messages(), "/v1/chat/completions": ChatCompletions()}


class StandIn:
    """A model provider on the loopback; used as a context.

    Attributes:
        first_token: Seconds before the first token of an answer.
        rate: Tokens a second; 0: as fast as it goes.
        always: What every call does wrong; `faults` are what the next ones do, one each.
        calls: What was asked, in order.
        peak: Most calls under way at once.
        closed_records: When the last token of each record left, by the loop's clock (time.monotonic).
    """

    def __init__(self, *, first_token: float = 0.0, rate: float = 0.0, retry_after: float | None = None) -> None:
        self.first_token, self.rate, self.retry_after = first_token, rate, retry_after
        self.always: Fault | None = None
        self.faults: deque[Fault | None] = deque()
        self.calls: list[Call] = []
        self.temperatures: list[float | None] = []
        self.outcomes: Counter[str] = Counter()
        self.written: list[int] = []
        self.closed_records: list[float] = []
        self.running = self.peak = 0
        self.port = 0
        self._cached: set[str] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="standin", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def fail(self, *faults: Fault | None) -> None:
        """What the next calls do wrong, one each; None: nothing."""
        self.faults.extend(faults)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._connection, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        # A closed transport lets go of its socket in a later turn of the loop.
        self._loop.run_until_complete(asyncio.sleep(0.01))
        self._loop.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; whether the connection goes on."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split()[1].partition("?")[0]
        headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
        body = json.loads(await reader.readexactly(int(headers.get("content-length", 0))) or b"{}")
        if path == "/v1/messages/count_tokens":
            call = Messages().call({"max_tokens": 1, **body})
            return await _whole(writer, 200, json.dumps({"input_tokens": sum(prompt_tokens(call))}).encode())
        dialect = _DIALECTS.get(path)
        if dialect is None:
            return await _whole(writer, 404, b'{"error": {"type": "not_found_error", "message": "no such path"}}')
        fault = self.faults.popleft() if self.faults else self.always
        self.running += 1
        self.peak = max(self.peak, self.running)
        try:
            return await self._answer(dialect, body, headers, fault, writer)
        except Refused as refused:
            status, kind, words = refused.args
            return await _whole(writer, status, dialect.refusal(status, kind, words))
        finally:
            self.running -= 1

    async def _answer(
        self,
        dialect: Dialect,
        body: Mapping[str, Any],
        headers: Mapping[str, str],
        fault: Fault | None,
        writer: asyncio.StreamWriter,
    ) -> bool:
        if not (headers.get("x-api-key") or headers.get("authorization")):
            raise Refused(401, "authentication_error", "no key")
        self.outcomes[str(fault)] += 1
        if fault in STATUSES:
            status, kind = STATUSES[fault]
            more = [f"retry-after: {self.retry_after}"] if self.retry_after is not None else []
            return await _whole(writer, status, dialect.refusal(status, kind, _words(fault, headers, body)), more)
        call = dialect.call(body)
        self.calls.append(call)
        self.temperatures.append(body.get("temperature"))
        pieces, stop = self._pieces(call, fault)
        await asyncio.sleep(self.first_token)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        usage = self._usage(call)
        _chunks(writer, dialect.begin(call, usage))
        if not await self._stream(dialect, pieces, fault, writer):
            return False
        self.written.append(len(pieces))
        if fault is not Fault.NO_CLOSING:
            _chunks(writer, dialect.end(stop, {**usage, "output_tokens": len(pieces)}))
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    def _pieces(self, call: Call, fault: Fault | None) -> tuple[list[str], str]:
        """The tokens of an answer, and why it stops."""
        if fault is Fault.REFUSAL:
            return tokens_of("I cannot help with that."), "refusal"
        seed = sha256(f"{call.model}{call.shared}{call.prompt}".encode()).hexdigest()
        text = answer(call.schema, records=records_asked(call.prompt), seed=seed, fault=fault)
        if fault is Fault.MALFORMED:
            text = text.replace('":', '"', 3)
        pieces = tokens_of(text)
        most = call.max_tokens if fault is not Fault.TRUNCATION else max(2, len(pieces) * 2 // 3)
        return pieces[:most], "max_tokens" if len(pieces) > most else "end_turn"

    async def _stream(
        self, dialect: Dialect, pieces: list[str], fault: Fault | None, writer: asyncio.StreamWriter
    ) -> bool:
        """Writes the tokens at the set rate; False where the fault ends the connection."""
        begun = self._loop.time()
        depth = 0
        for number, piece in enumerate(pieces):
            if number == len(pieces) // 2 and fault in {Fault.STALL, Fault.DROP, Fault.ERROR_EVENT, Fault.MISSHAPEN}:
                await writer.drain()
                return await self._break(dialect, fault, writer)
            if writer.transport.is_closing():
                return False  # the caller has left
            _chunks(writer, [dialect.piece(piece)])
            for mark in piece:
                depth += (mark in "{[") - (mark in "}]")
                if mark == "}" and depth == 2:
                    self.closed_records.append(self._loop.time())
            if self.rate:
                ahead = begun + (number + 1) / self.rate - self._loop.time()
                if ahead > 0:
                    await asyncio.sleep(ahead)
            if number % 64 == 0:
                await writer.drain()
        return True

    async def _break(self, dialect: Dialect, fault: Fault, writer: asyncio.StreamWriter) -> bool:
        if fault is Fault.STALL:
            await asyncio.sleep(60)
        if fault in {Fault.ERROR_EVENT, Fault.MISSHAPEN}:
            _chunks(writer, [dialect.mistake() if fault is Fault.ERROR_EVENT else dialect.nonsense()])
            writer.write(b"0\r\n\r\n")
            await writer.drain()
        else:
            writer.transport.abort()
        return False

    def _usage(self, call: Call) -> dict[str, int]:
        shared, own = prompt_tokens(call)
        if not call.cached:
            return {"input_tokens": shared + own}
        key = "cache_read_input_tokens" if call.shared in self._cached else "cache_creation_input_tokens"
        self._cached.add(call.shared)
        return {"input_tokens": own, key: shared}


def _chunks(writer: asyncio.StreamWriter, parts: Iterable[bytes]) -> None:
    for part in parts:
        writer.write(b"%x\r\n%s\r\n" % (len(part), part))


def _words(fault: Fault, headers: Mapping[str, str], body: Mapping[str, Any]) -> str:
    """What a refusal says. As some providers do, it quotes what it refuses: the key, or the request."""
    if fault is Fault.UNAUTHORIZED:
        return f"told to fail: {fault}, {headers.get('x-api-key') or headers.get('authorization')} is no key"
    return (
        f"told to fail: {fault}, {json.dumps(body['messages'])}"
        if fault is Fault.BAD_REQUEST
        else f"told to fail: {fault}"
    )


async def _whole(writer: asyncio.StreamWriter, status: int, body: bytes, more: Iterable[str] = ()) -> bool:
    head = [f"HTTP/1.1 {status} X", "content-type: application/json", f"content-length: {len(body)}", *more]
    writer.write("\r\n".join([*head, "", ""]).encode() + body)
    await writer.drain()
    return True
