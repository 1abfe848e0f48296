"""Parts of the ledger's statements."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from testdata_agent.stores.jobs.base import UnknownJob
from testdata_agent.stores.jobs.job import Batch, BatchState, Job
from testdata_agent.stores.jobs.rows import job_of
from testdata_agent.stores.jobs.tables import BATCHES, JOBS


def the_batch(job_id: str, number: int) -> ColumnElement[bool]:
    """One batch."""
    return and_(BATCHES.c.job_id == job_id, BATCHES.c.number == number)


def still_held(batch: Batch) -> ColumnElement[bool]:
    """The batch, if it is still held under the claim that this value was made by."""
    return and_(
        the_batch(batch.job_id, batch.number),
        BATCHES.c.state == BatchState.RUNNING,
        BATCHES.c.owner == batch.owner,
        BATCHES.c.attempt == batch.attempt,
    )


def records_of(job_id: str) -> Any:
    """How many records the batches of a job have."""
    return select(func.coalesce(func.sum(BATCHES.c.records), 0)).where(BATCHES.c.job_id == job_id).scalar_subquery()


async def read_job(
    connection: AsyncConnection, job_id: str, client_id: str | None = None, *, lock: bool = False
) -> Job:
    """One job; raises UnknownJob. `lock`: nobody else changes it until the transaction ends."""
    query = select(JOBS).where(JOBS.c.job_id == job_id)
    if client_id is not None:
        query = query.where(JOBS.c.client_id == client_id)
    if lock:
        query = query.with_for_update()
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise UnknownJob(f"no job {job_id[:60]!r}")
    return job_of(row)
