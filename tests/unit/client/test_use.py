"""A client as it is used and misused: closed, left early, called from elsewhere, pointed at nothing."""

import asyncio
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from testdata_agent.client import (
    NO_RETRY,
    AsyncClient,
    Client,
    ClientError,
    ClosedError,
    InvalidRequestError,
    Job,
    JobPage,
    Match,
    Matches,
    SetupError,
    UnavailableError,
)
from testdata_agent.client.conversion import to_request
from testdata_agent.v1 import testdata_pb2 as pb


def chunks(_request: pb.GenerateRequest, _context: Any) -> Iterator[pb.DataChunk]:
    for first in (5, 7, 9):
        data = json.dumps([{"row": first}, {"row": first + 1}])
        yield pb.DataChunk(data=data, first_record=first, next_record=first + 2)
    yield pb.DataChunk(is_final=True, next_record=11, metadata=pb.GenerationMetadata(seed=7))


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.generate("cart"),
        lambda client: list(client.stream("cart")),
        lambda client: client.schemas(),
        lambda client: client.jobs.list(),
        lambda client: list(client.jobs.follow("job")),
        lambda client: client.registry.list(),
        lambda client: client.patterns.stats(),
        lambda client: client.patterns.learn([{"total": 1}], "cart"),
    ],
)
def test_a_closed_client_says_so(service: Any, call: Callable[[Client], object]) -> None:
    client = Client(service.target)
    client.close()
    client.close()

    with pytest.raises(ClosedError, match="this client was closed"):
        call(client)


async def test_a_closed_async_client_says_so(service: Any) -> None:
    client = AsyncClient(service.target)
    await client.close()

    with pytest.raises(ClosedError):
        await client.generate("cart")
    with pytest.raises(ClosedError):
        [record async for record in client.stream("cart")]


def test_an_async_client_is_of_the_loop_that_it_is_first_used_in(service: Any) -> None:
    service.generate = lambda _request, _context: pb.GenerateResponse(success=True, data="[]")
    client = AsyncClient(service.target)

    async def ask() -> int:
        return len(await client.generate("cart"))

    assert asyncio.run(ask()) == 0
    with pytest.raises(SetupError, match="of another event loop"):
        asyncio.run(ask())
    asyncio.run(client.close())


@pytest.mark.parametrize("make", [Client, AsyncClient])
@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("http://localhost:9091", "is a URL; write 'localhost:9091'"),
        ("https://testdata.example/", "is a URL; write 'testdata.example', with tls=Tls()"),
        ("", "write HOST:PORT, such as localhost:9091"),
        ("localhost:99999", "write HOST:PORT, such as localhost:9091, not 'localhost:99999'"),
    ],
)
def test_what_can_be_no_address_is_refused(make: Callable[[str], object], target: str, said: str) -> None:
    with pytest.raises(SetupError, match="target: ") as refused:
        make(target)
    assert said in str(refused.value)


def test_a_host_that_is_not_there_is_named() -> None:
    with (
        Client("nowhere.invalid:9091", retry=NO_RETRY) as client,
        pytest.raises(UnavailableError, match=r"no server answers at nowhere\.invalid:9091: there is no host"),
    ):
        client.generate("cart")


def test_a_server_of_another_kind_is_told_from_none() -> None:
    class Silent(http.server.BaseHTTPRequestHandler):
        def log_message(self, *words: object) -> None:
            """Nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Silent) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with (
            Client(f"127.0.0.1:{server.server_port}", retry=NO_RETRY) as client,
            pytest.raises(UnavailableError, match=r"no gRPC server. Is it the gateway's port for health"),
        ):
            client.generate("cart")
        server.shutdown()


def test_a_client_is_used_from_many_threads(service: Any) -> None:
    service.generate = lambda request, _context: pb.GenerateResponse(success=True, data=f'[{{"n":{request.count}}}]')
    answers: dict[int, int] = {}

    def ask(client: Client, number: int) -> None:
        answers[number] = client.generate("cart", count=number)[0]["n"]

    with Client(service.target) as client:
        threads = [threading.Thread(target=ask, args=(client, number)) for number in range(1, 20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == {number: number for number in range(1, 20)}


def test_a_stream_that_is_left_says_where_another_goes_on(service: Any) -> None:
    service.stream = chunks

    with Client(service.target) as client:
        stream = client.stream("cart", first_row=5)
        assert stream.next_record == 5
        for record in stream:
            if record["row"] == 7:
                break
        assert stream.next_record == 8
        with pytest.raises(ClientError, match="a stream is read once"):
            next(iter(stream))


async def test_an_async_stream_that_is_left_says_where_another_goes_on(service: Any) -> None:
    service.stream = chunks

    async with AsyncClient(service.target) as client, client.stream("cart", first_row=5) as stream:
        async for record in stream:
            if record["row"] == 7:
                break
        assert stream.next_record == 8
        with pytest.raises(ClientError, match="a stream is read once"):
            await anext(aiter(stream))


def serve_endlessly(service: Any) -> threading.Event:
    """Has every stream go on for ever; gives what is set once one has ended."""
    ended = threading.Event()

    def endless(_request: pb.GenerateRequest, context: Any) -> Iterator[pb.DataChunk]:
        context.add_callback(ended.set)
        while context.is_active():
            yield pb.DataChunk(data='[{"n":1}]', next_record=1)

    service.stream = endless
    return ended


def test_leaving_a_loop_early_is_enough_to_end_the_call(service: Any) -> None:
    ended = serve_endlessly(service)
    with Client(service.target) as client:
        stream = client.stream("cart", count=10_000_000)
        for _ in stream:
            break
        assert ended.wait(30)


async def test_leaving_an_async_loop_early_is_enough_to_end_the_call(service: Any) -> None:
    ended = serve_endlessly(service)
    async with AsyncClient(service.target) as client:
        stream = client.stream("cart", count=10_000_000)
        async for _ in stream:
            break
        assert await asyncio.to_thread(ended.wait, 30)


def test_every_wrong_argument_is_named_at_once() -> None:
    wrong: dict[str, Any] = {
        "hints": "fast",
        "scenarios": [{"count": 1}, 5, {"name": "late", "count": 1, "override": {}}],
        "constraints": {"total": 5, "tax": {"enum_values": "a"}},
        "as_of": "yesterday",
        "defects": 5,
        "overrides": {"total": object()},
        "schema": {"fields": object()},
        "envelope": "off",
        "patterns": 5,
        "locale": None,
        "context": 5,
    }
    with pytest.raises(InvalidRequestError) as refused:
        to_request("cart", **wrong)
    assert {fault.field for fault in refused.value.violations} == {
        "hints",
        "scenarios[0].name",
        "scenarios[1]",
        "scenarios[2].override",
        "constraints[total]",
        "constraints[tax].enum_values",
        "as_of",
        "defects",
        "overrides[total]",
        "schema",
        "envelope",
        "patterns[]",
        "context",
    }


def test_overrides_are_texts_or_pythons_values() -> None:
    values = {"total": Decimal("19.90"), "items.length": 3, "gift": True, "at": datetime(2025, 3, 4, tzinfo=UTC)}

    assert dict(to_request("cart", overrides={**values, "tags": ["a"], "range": "1-2"}).overrides) == {
        "total": "19.90",
        "items.length": "3",
        "gift": "true",
        "at": "2025-03-04T00:00:00+00:00",
        "tags": '["a"]',
        "range": "1-2",
    }


def test_a_state_that_is_none_is_refused_in_the_clients_words(service: Any) -> None:
    with (
        Client(service.target) as client,
        pytest.raises(InvalidRequestError, match="there is no 'done'; known: queued"),
    ):
        client.jobs.list(["done"])


def test_answers_of_several_things_are_gone_through(match: Match, job: Job) -> None:
    for several in (Matches((match, match), "memory", ""), JobPage((job, job), "next")):
        assert len(several) == 2
        assert list(several) == [several[0], several[1]]
        assert several[0] in several
    assert not Matches((), "memory", "")


def test_what_is_shown_of_an_answer_is_short(service: Any) -> None:
    service.generate = lambda _request, _context: pb.GenerateResponse(
        success=True,
        data=json.dumps([{"name": "x" * 1000}]),
        metadata=pb.GenerationMetadata(generation_path="traditional", seed=7),
    )
    with Client(service.target) as client:
        answer = client.generate("cart")
        assert repr(client) == f"<Client of {service.target}>"
    assert repr(answer).startswith("<Answer of path 'traditional', seed 7: [{")
    assert len(repr(answer)) < 120
    assert answer.metadata.seed == 7


@pytest.fixture
def match() -> Match:
    from testdata_agent.client.pattern import to_pattern
    from testdata_agent.v1 import patterns_pb2

    return Match(to_pattern(patterns_pb2.Pattern(pattern_id="p", record="{}")), 0.5)


@pytest.fixture
def job() -> Job:
    from testdata_agent.client.job import to_job
    from testdata_agent.v1 import jobs_pb2

    return to_job(jobs_pb2.Job(job_id="j", state=jobs_pb2.JobState.QUEUED))
