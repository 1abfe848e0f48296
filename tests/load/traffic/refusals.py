"""What is refused: with a reason, and never with a fault of the server's own."""

from collections.abc import Mapping
from typing import Any

import grpc
import grpc.aio

from testdata_agent.client import ClientError, InvalidRequestError, LimitExceededError, NotFoundError
from tests.integration.gateway.running import SERVICE
from tests.load.tally import Wrong
from tests.load.traffic.visitor import Visitor

_BAD: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("UNKNOWN_ENTITY", {"entity": "crat"}),
    ("INVALID_COUNT", {"entity": "cart", "count": 0}),
    ("EXCEEDS_SYNC_LIMIT", {"entity": "cart", "count": 5000}),
    ("UNKNOWN_LOCALE", {"entity": "user", "locale": "tlh_TLH"}),
    ("UNKNOWN_FIELD", {"entity": "cart", "constraints": {"items.prize": {"min": 1}}}),
    ("CONTRADICTION", {"entity": "cart", "constraints": {"items.price": {"min": 9, "max": 3}}}),
    ("REGEX_SYNTAX", {"entity": "user", "constraints": {"email": {"regex": "[a-"}}}),
    ("OVERRIDE_INVALID", {"entity": "cart", "overrides": {"total": "a lot"}}),
    ("SCENARIOS_OVER_COUNT", {"entity": "cart", "count": 3, "scenarios": [{"name": "many", "count": 9}]}),
    ("INVALID_JSON", {"schema": '{"fields": '}),
    ("INVALID_REQUEST", {"entity": "crat", "count": -4}),
    ("UNKNOWN_PATTERN", {"entity": "cart", "patterns": ["pat-nowhere"]}),
)


async def bad_request(visitor: Visitor) -> int:
    """One of many faults; or a job that nobody submitted."""
    if visitor.chance.random() < 0.15:
        await _refused(visitor, "UNKNOWN_JOB", {})
        return 0
    reason, arguments = visitor.chance.choice(_BAD)
    await _refused(visitor, reason, arguments)
    return 0


async def _refused(visitor: Visitor, reason: str, arguments: Mapping[str, Any]) -> None:
    try:
        if arguments:
            await visitor.client.generate(**arguments)
        else:
            await visitor.client.jobs.get(f"job-{visitor.seed()}")
    except (InvalidRequestError, NotFoundError, LimitExceededError) as error:
        if error.reason != reason:
            raise Wrong(f"{arguments} is refused with {error.reason}, not {reason}: {error}") from error
    else:
        raise Wrong(f"{arguments or 'a job of no id'} was not refused")


async def bad_bytes(visitor: Visitor) -> int:
    """Bytes that are no message."""
    async with grpc.aio.insecure_channel(visitor.target) as channel:
        call: Any = channel.unary_unary(f"/{SERVICE}/GenerateData")
        try:
            await call(visitor.chance.randbytes(visitor.chance.randrange(20, 200)) + b"\xff", wait_for_ready=True)
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.INVALID_ARGUMENT:
                raise ClientError(f"{error.code()}: {error.details()}") from error
        else:
            raise Wrong("bytes that are no message were answered")
    return 0
