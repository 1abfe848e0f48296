"""Streams: read to the end, left early, read slowly."""

import asyncio

from tests.load.expected import ENTITIES, Reading, run_of
from tests.load.traffic.visitor import FORMATS, Visitor

_COUNTS = (500, 2_000, 2_000, 10_000, 30_000)
#: More than buffers between the two hold.
_LONG = 300_000
_SLOW_SECONDS = 8.0


async def whole(visitor: Visitor) -> int:
    """All records of a stream, in any format."""
    entity, output_format = visitor.chance.choice(ENTITIES), visitor.chance.choice(FORMATS)
    count, seed = visitor.chance.choice(_COUNTS), visitor.seed()
    reading = Reading(run_of(entity, count, seed, output_format))
    stream = visitor.client.stream(entity, count=count, seed=seed, output_format=output_format, method="traditional")
    async for text in stream.texts():
        reading.take(text, stream.next_record)
        await asyncio.sleep(0)
    reading.ended()
    return count


async def left_early(visitor: Visitor) -> int:
    """A caller that goes away after some chunks."""
    seed, chunks = visitor.seed(), visitor.chance.randrange(1, 6)
    reading = Reading(run_of("user", _LONG, seed, "ndjson"))
    async with visitor.client.stream("user", count=_LONG, seed=seed, output_format="ndjson") as stream:
        async for text in stream.texts():
            reading.take(text, stream.next_record)
            chunks -= 1
            if not chunks:
                break
    return reading.next_record


async def slowly(visitor: Visitor) -> int:
    """A caller that reads more slowly than records are made, and leaves in the end."""
    seed, end = visitor.seed(), asyncio.get_running_loop().time() + _SLOW_SECONDS
    reading = Reading(run_of("order", _LONG, seed, "json"))
    async with visitor.client.stream("order", count=_LONG, seed=seed) as stream:
        async for text in stream.texts():
            reading.take(text, stream.next_record)
            await asyncio.sleep(visitor.chance.uniform(0.2, 0.8))
            if asyncio.get_running_loop().time() > end:
                break
    return reading.next_record
