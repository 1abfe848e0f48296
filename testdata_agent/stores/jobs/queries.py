"""Parts of the ledger's statements."""

from collections.abc import Collection
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


def finished_under(batch: Batch) -> ColumnElement[bool]:
    """The batch, if it was finished under the claim that this value was made by."""
    return and_(
        the_batch(batch.job_id, batch.number),
        BATCHES.c.state == BatchState.DONE,
        BATCHES.c.attempt == batch.attempt,
    )


def records_of(job_id: str) -> Any:
    """How many records the batches of a job have."""
    return select(func.coalesce(func.sum(BATCHES.c.records), 0)).where(BATCHES.c.job_id == job_id).scalar_subquery()


async def hold(connection: AsyncConnection, job_ids: Collection[str], *, together: bool = False) -> None:
    """Nobody else changes these jobs or their batches until the transaction ends.

    Whoever changes a batch holds its job first, and several jobs in their order, so that no two transactions wait for
    each other, and whoever ends the last batch of a job sees that it is the last. SQLite lets in one writer at a time
    as it is.

    Args:
        connection: In a transaction.
        job_ids: Those that are not there are passed over.
        together: With others that ask for it together, as those may who touch only batches of their own.
    """
    if connection.dialect.name != "postgresql":
        return
    query = select(JOBS.c.job_id).where(JOBS.c.job_id.in_(job_ids)).order_by(JOBS.c.job_id)
    await connection.execute(query.with_for_update(read=together))


async def read_job(connection: AsyncConnection, job_id: str, client_id: str | None = None) -> Job:
    """One job; raises UnknownJob."""
    query = select(JOBS).where(JOBS.c.job_id == job_id)
    if client_id is not None:
        query = query.where(JOBS.c.client_id == client_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise UnknownJob(f"no job {job_id[:60]!r}")
    return job_of(row)
