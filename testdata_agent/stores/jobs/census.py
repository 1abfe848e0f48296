"""How queues and jobs stand: statements of the ledger's. Indices lead to what is counted, of however many rows."""

from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from testdata_agent.stores.jobs.base import Census, QueueCensus
from testdata_agent.stores.jobs.job import BatchState, JobState
from testdata_agent.stores.jobs.tables import BATCHES, JOBS

_LIVE = (BatchState.QUEUED, BatchState.RUNNING)


async def read_census(connection: AsyncConnection, now: ColumnElement[Any], ended_within: float) -> Census:
    """See JobStore.census."""
    live = select(func.count(BATCHES.c.job_id.distinct())).where(BATCHES.c.state.in_(_LIVE))
    unfinished = (await connection.execute(live)).scalar_one()
    return Census(await _queues(connection, now), unfinished, await _ended(connection, now - ended_within))


async def _queues(connection: AsyncConnection, now: ColumnElement[Any]) -> dict[str, QueueCensus]:
    batches = BATCHES.c

    def those(state: BatchState) -> ColumnElement[int]:
        return func.sum(case((batches.state == state, 1), else_=0))

    waiting_since = case((batches.state == BatchState.QUEUED, JOBS.c.created_at))
    query = (
        select(
            batches.queue,
            those(BatchState.QUEUED),
            those(BatchState.RUNNING),
            those(BatchState.PARKED),
            now - func.min(waiting_since),
        )
        .join_from(BATCHES, JOBS)
        .where(batches.state.in_((*_LIVE, BatchState.PARKED)))
        .group_by(batches.queue)
    )
    return {
        queue: QueueCensus(queued, running, parked, max(0.0, age or 0.0))
        for queue, queued, running, parked, age in await connection.execute(query)
    }


async def _ended(connection: AsyncConnection, since: ColumnElement[Any]) -> dict[tuple[JobState, str], int]:
    jobs = JOBS.c
    query = (
        select(jobs.state, jobs.error_reason, func.count())
        .where(jobs.finished_at > since)
        .group_by(jobs.state, jobs.error_reason)
    )
    return {(JobState(state), reason): count for state, reason, count in await connection.execute(query)}
