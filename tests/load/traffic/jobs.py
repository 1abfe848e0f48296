"""Jobs whose records the engine makes in workers."""

from testdata_agent.client import AsyncJobStream, Job, JobState, NotFoundError
from tests.load.expected import Reading, run_of
from tests.load.tally import Wrong
from tests.load.traffic.visitor import FORMATS, Visitor

_COUNTS = (200, 2_000, 5_000, 20_000)
#: So long that a caller changes its mind before it is done.
_LONG = 100_000


async def followed(visitor: Visitor) -> int:
    """Submitted, and read as it is made."""
    job, reading = await _submitted(visitor)
    await _read(visitor.client.jobs.follow(job.job_id), reading)
    reading.ended()
    await succeeded(visitor, job.job_id)
    return job.records_requested


async def taken_up_again(visitor: Visitor) -> int:
    """A follower that goes away and goes on from where it was."""
    job, reading = await _submitted(visitor)
    async with visitor.client.jobs.follow(job.job_id) as stream:
        async for text in stream.texts():
            reading.take(text, stream.next_record)
            break
    await _read(visitor.client.jobs.follow(job.job_id, from_record=reading.next_record), reading)
    reading.ended()
    return job.records_requested


async def in_pages(visitor: Visitor) -> int:
    """Submitted twice under one key, which makes one job; waited for and read page by page."""
    count, seed, key = visitor.chance.choice(_COUNTS), visitor.seed(), f"key-{visitor.seed()}"
    jobs = visitor.client.jobs
    submitted = [
        await jobs.submit("user", count=count, seed=seed, request_id=key, output_format="ndjson") for _ in range(2)
    ]
    if len({job.job_id for job in submitted}) != 1:
        raise Wrong(f"one request became two jobs: {submitted}")
    job_id = submitted[0].job_id
    await succeeded(visitor, job_id)
    reading, final = Reading(run_of("user", count, seed, "ndjson")), False
    while not final:
        page = await jobs.results(job_id, from_record=reading.next_record, max_records=4000)
        final = page.is_final
        if page.text:
            reading.take(page.text, page.next_record)
    reading.ended()
    return count


async def cancelled(visitor: Visitor) -> int:
    """Cancelled while it is made; what was made can be read."""
    jobs, seed = visitor.client.jobs, visitor.seed()
    job = await jobs.submit("order", count=_LONG, seed=seed)
    reading = Reading(run_of("order", _LONG, seed, "json"))
    async with jobs.follow(job.job_id) as stream:
        async for text in stream.texts():
            reading.take(text, stream.next_record)
            break
    await jobs.cancel(job.job_id)
    ended = await jobs.wait(job.job_id, seconds=60)
    done = ended.state is JobState.SUCCEEDED and ended.records_done == _LONG  # it was quicker than its caller
    if ended.state is not JobState.CANCELLED and not done:
        raise Wrong(f"a cancelled job is {ended.state}: {ended.error}")
    page = await jobs.results(job.job_id, max_records=10)
    if page.record_count != min(10, ended.records_done):
        raise Wrong(f"of {ended.records_done} records a page of 10 has {page.record_count}")
    return reading.next_record


async def left_alone(visitor: Visitor) -> int:
    """Submitted by somebody who never comes back; the list of jobs has it."""
    job, _ = await _submitted(visitor)
    page = await visitor.client.jobs.list(page_size=500)
    if job.job_id not in {other.job_id for other in page.jobs} and not page.next_page_token:
        raise Wrong(f"{job.job_id} is not in the list of {len(page.jobs)} jobs")
    return 0


async def succeeded(visitor: Visitor, job_id: str) -> Job:
    """That a job ends well and with all records; gives how it stands then."""
    try:
        job = await visitor.client.jobs.wait(job_id, seconds=60)
    except NotFoundError as error:
        raise Wrong(f"{job_id} is not known any more: {error}") from error
    if job.state is not JobState.SUCCEEDED or job.records_done != job.records_requested:
        raise Wrong(f"{job_id} is {job.state} with {job.records_done} of {job.records_requested}: {job.error}")
    return job


async def _submitted(visitor: Visitor) -> tuple[Job, Reading]:
    entity, output_format = visitor.chance.choice(("cart", "order", "user")), visitor.chance.choice(FORMATS)
    count, seed = visitor.chance.choice(_COUNTS), visitor.seed()
    job = await visitor.client.jobs.submit(entity, count=count, seed=seed, output_format=output_format)
    return job, Reading(run_of(entity, count, seed, output_format))


async def _read(stream: AsyncJobStream, reading: Reading) -> None:
    async with stream:
        async for text in stream.texts():
            reading.take(text, stream.next_record)
