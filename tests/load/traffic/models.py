"""Records that a model writes."""

import json

from testdata_agent.client import Job, JobState
from tests.load.expected import coherent_carts
from tests.load.tally import Wrong
from tests.load.traffic.visitor import Visitor

_CONTEXTS = ("Carts of a family that moves into its first house", "Carts of new parents who buy nursery things")


async def followed(visitor: Visitor) -> int:
    """A job, read as it is written."""
    job = await _submitted(visitor, visitor.chance.choice((3, 6, 20)))
    async with visitor.client.jobs.follow(job.job_id) as stream:
        texts = [text async for text in stream.texts()]
    ended = await visitor.client.jobs.wait(job.job_id, seconds=60)
    _all_there(texts, job.records_requested)
    made = sum(ended.metadata.records_by_path.values())
    if ended.state is not JobState.SUCCEEDED or made != job.records_requested:
        raise Wrong(f"{job.job_id} is {ended.state} with {made} of {job.records_requested}: {ended.error}")
    return made


async def streamed(visitor: Visitor) -> int:
    """A call that streams and becomes a job behind its caller's back."""
    stream = visitor.client.stream("cart", count=4, context=_context(visitor))
    texts = [text async for text in stream.texts()]
    _all_there(texts, 4)
    return 4


async def left_early(visitor: Visitor) -> int:
    """A caller that leaves after the first record."""
    async with visitor.client.stream("cart", count=10, context=_context(visitor)) as stream:
        async for _ in stream.texts():
            return stream.next_record
    raise Wrong("a stream of 10 carts had none")


async def cancelled(visitor: Visitor) -> int:
    """A job that is cancelled at once."""
    job = await _submitted(visitor, 30)
    await visitor.client.jobs.cancel(job.job_id)
    ended = await visitor.client.jobs.wait(job.job_id, seconds=60)
    if not ended.state.finished or ended.state is JobState.FAILED:
        raise Wrong(f"a cancelled job is {ended.state}: {ended.error}")
    return ended.records_done


async def _submitted(visitor: Visitor, count: int) -> Job:
    return await visitor.client.jobs.submit("cart", count=count, context=_context(visitor))


def _context(visitor: Visitor) -> str:
    return f"{visitor.chance.choice(_CONTEXTS)} {visitor.chance.randrange(100_000)}"


def _all_there(texts: list[str], count: int) -> None:
    records = [record for text in texts for record in json.loads(text)]
    if [record["_index"] for record in records] != list(range(count)):
        raise Wrong(f"{count} records were asked for, there are {[record['_index'] for record in records]}")
    coherent_carts([json.dumps(record) for record in records])
