"""The ledger in SQL: SQLite or PostgreSQL, told apart in few places only (`database.now`, `queries.hold`, spending)."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import asdict
from typing import Any

from sqlalchemy import and_, case, delete, exists, func, insert, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from testdata_agent.stores.database import now
from testdata_agent.stores.jobs.base import (
    MAX_ATTEMPTS,
    BatchLost,
    Census,
    Claim,
    JobStore,
    Page,
    Renewal,
    RequestConflict,
    Spent,
)
from testdata_agent.stores.jobs.census import read_census
from testdata_agent.stores.jobs.job import Batch, BatchState, Job, JobState, Usage
from testdata_agent.stores.jobs.notes import merged
from testdata_agent.stores.jobs.queries import finished_under, hold, read_job, records_of, still_held, the_batch
from testdata_agent.stores.jobs.rows import batch_of, job_of, job_values, place_of, token_after
from testdata_agent.stores.jobs.spending import add_spending, forget_spending, read_spent
from testdata_agent.stores.jobs.tables import BATCHES, JOBS
from testdata_agent.stores.jobs.window import Window
from testdata_agent.stores.transactions import to_read, to_write

_LIVE_JOBS = (JobState.QUEUED, JobState.RUNNING)
_LIVE_BATCHES = (BatchState.QUEUED, BatchState.RUNNING)
#: Why a job failed one of whose batches is parked.
_PARKED = "BATCH_PARKED"
#: Of the results that are past, those are named that went within this time.
_LATELY_SECONDS = 3600.0


class SqlJobs(JobStore):
    """Jobs in a database that `migrations` has prepared."""

    def __init__(self, engine: AsyncEngine, *, results_ttl: float) -> None:
        """Takes the database, and for how many seconds the results of finished jobs are kept."""
        self._engine = engine
        self._results_ttl = results_ttl
        self._now = now(engine.dialect.name)
        # SQLite's writers wait for each other by sleeping; those of one process take turns instead.
        self._turn = asyncio.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    async def submit(self, job: Job, batches: Sequence[Batch], *, publish_within: float) -> tuple[Job, bool]:
        """See JobStore."""
        try:
            async with self._writing() as connection:
                found = await self._by_request(connection, job.client_id, job.request_id)
                if found is None:
                    await connection.execute(insert(JOBS).values(**job_values(job), created_at=self._now))
                    due = {"owner": "", "due_at": self._now + publish_within}
                    for batch in batches:
                        await connection.execute(insert(BATCHES).values(**asdict(batch) | due))
                    return await read_job(connection, job.job_id), True
        except IntegrityError:
            # Two processes were given the same request at the same moment; the other's is the job.
            async with self._writing() as connection:
                found = await self._by_request(connection, job.client_id, job.request_id)
            if found is None:
                raise
        if found.fingerprint != job.fingerprint:
            raise RequestConflict(f"request_id {job.request_id[:60]!r} stands for another request")
        return found, False

    async def find(self, client_id: str, request_id: str) -> Job | None:
        """See JobStore."""
        async with to_read(self._engine) as connection:
            return await self._by_request(connection, client_id, request_id)

    async def get(self, job_id: str, *, client_id: str | None = None) -> Job:
        """See JobStore."""
        async with to_read(self._engine) as connection:
            return await read_job(connection, job_id, client_id)

    async def page(self, client_id: str, *, states: Collection[JobState], size: int, token: str) -> Page:
        """See JobStore."""
        query = select(JOBS).where(JOBS.c.client_id == client_id)
        if states:
            query = query.where(JOBS.c.state.in_([*states]))
        if token:
            query = query.where(tuple_(JOBS.c.created_at, JOBS.c.job_id) < tuple_(*place_of(token)))
        query = query.order_by(JOBS.c.created_at.desc(), JOBS.c.job_id.desc()).limit(size + 1)
        async with to_read(self._engine) as connection:
            jobs = [job_of(row) for row in await connection.execute(query)]
        more = len(jobs) > size
        return Page(tuple(jobs[:size]), token_after(jobs[size - 1]) if more else "")

    async def batches(self, job_id: str) -> tuple[Batch, ...]:
        """See JobStore."""
        query = select(BATCHES).where(BATCHES.c.job_id == job_id).order_by(BATCHES.c.number)
        async with to_read(self._engine) as connection:
            return tuple([batch_of(row) for row in await connection.execute(query)])

    async def claim(self, job_id: str, number: int, *, owner: str, lease: float, engine_version: str) -> Claim | None:
        """See JobStore."""
        free = and_(
            the_batch(job_id, number),
            or_(
                BATCHES.c.state == BatchState.QUEUED,
                and_(BATCHES.c.state == BatchState.RUNNING, BATCHES.c.due_at < self._now),
            ),
        )
        open_job = (
            select(JOBS.c.job_id)
            .where(
                JOBS.c.job_id == job_id,
                JOBS.c.state.in_(_LIVE_JOBS),
                JOBS.c.cancel_requested.is_(False),
                JOBS.c.engine_version == engine_version,
            )
            .exists()
        )
        async with self._writing() as connection:
            await hold(connection, [job_id])
            parked = await connection.execute(
                update(BATCHES).where(free, BATCHES.c.attempt >= MAX_ATTEMPTS).values(state=BatchState.PARKED, owner="")
            )
            if parked.rowcount:
                await self._settle(connection, job_id)
                return None
            taken = await connection.execute(
                update(BATCHES)
                .where(free, open_job)
                .values(
                    state=BatchState.RUNNING,
                    attempt=BATCHES.c.attempt + 1,
                    owner=owner,
                    due_at=self._now + lease,
                )
                .returning(BATCHES)
            )
            row = taken.one_or_none()
            if row is None:
                return None
            batch = batch_of(row)
            started = case((JOBS.c.started_at.is_(None), self._now), else_=JOBS.c.started_at)
            await connection.execute(
                update(JOBS)
                .where(JOBS.c.job_id == job_id)
                .values(
                    state=JobState.RUNNING,
                    started_at=started,
                    attempts=JOBS.c.attempts + (1 if batch.attempt > 1 else 0),
                )
            )
            return Claim(await read_job(connection, job_id), batch)

    async def renew(self, claims: Collection[Claim], *, lease: float) -> Renewal:
        """See JobStore."""
        if not claims:
            return Renewal(frozenset(), frozenset())
        owned = tuple_(BATCHES.c.job_id, BATCHES.c.number, BATCHES.c.attempt, BATCHES.c.owner).in_(
            [(made.batch.job_id, made.batch.number, made.batch.attempt, made.batch.owner) for made in claims]
        )
        ending = or_(JOBS.c.cancel_requested.is_(True), JOBS.c.state.not_in(_LIVE_JOBS))
        query = select(JOBS.c.job_id).where(JOBS.c.job_id.in_({made.job.job_id for made in claims}), ending)
        async with self._writing() as connection:
            await hold(connection, {made.job.job_id for made in claims}, together=True)
            renewed = await connection.execute(
                update(BATCHES)
                .where(owned, BATCHES.c.state == BatchState.RUNNING)
                .values(due_at=self._now + lease)
                .returning(BATCHES.c.job_id, BATCHES.c.number, BATCHES.c.attempt)
            )
            held = frozenset((row[0], row[1], row[2]) for row in renewed)
            return Renewal(held, frozenset((await connection.execute(query)).scalars()))

    async def finish(self, claim: Claim, *, records: int, usage: Usage, notes: dict[str, Any]) -> Job:
        """See JobStore."""
        batch = claim.batch
        async with self._writing() as connection:
            await hold(connection, [batch.job_id])
            done = await connection.execute(
                update(BATCHES).where(still_held(batch)).values(state=BatchState.DONE, owner="", records=records)
            )
            if not done.rowcount:
                if (await connection.execute(select(BATCHES.c.number).where(finished_under(batch)))).first():
                    return await read_job(connection, batch.job_id)
                raise BatchLost(f"batch {batch.number} of job {batch.job_id} was taken by another worker")
            await self._add(connection, batch.job_id, usage, notes)
            await self._settle(connection, batch.job_id)
            return await read_job(connection, batch.job_id)

    async def release(self, claim: Claim, *, counted: bool = False) -> None:
        """See JobStore."""
        values: dict[str, Any] = {"state": BatchState.QUEUED, "owner": "", "due_at": self._now}
        if not counted:
            values["attempt"] = BATCHES.c.attempt - 1
        async with self._writing() as connection:
            await connection.execute(update(BATCHES).where(still_held(claim.batch)).values(**values))

    async def spend(self, job_id: str, *, usage: Usage, notes: dict[str, Any]) -> None:
        """See JobStore."""
        async with self._writing() as connection:
            await self._add(connection, job_id, usage, notes)

    async def spent(self, client_id: str, window: Window) -> Spent:
        """See JobStore."""
        async with to_read(self._engine) as connection:
            return await read_spent(connection, client_id, window, self._now)

    async def reopen(self, job_id: str, number: int) -> bool:
        """See JobStore."""
        async with self._writing() as connection:
            await hold(connection, [job_id])
            live = select(JOBS.c.job_id).where(JOBS.c.job_id == job_id, JOBS.c.state.in_(_LIVE_JOBS)).exists()
            opened = await connection.execute(
                update(BATCHES)
                .where(the_batch(job_id, number), BATCHES.c.state == BatchState.DONE, live)
                .values(state=BatchState.QUEUED, records=0, attempt=0, due_at=self._now)
            )
            return bool(opened.rowcount)

    async def overdue(self, *, limit: int, publish_within: float) -> tuple[Batch, ...]:
        """See JobStore."""
        live = select(JOBS.c.job_id).where(JOBS.c.state.in_(_LIVE_JOBS), JOBS.c.cancel_requested.is_(False))
        late = (
            select(BATCHES.c.job_id, BATCHES.c.number)
            .where(BATCHES.c.state.in_(_LIVE_BATCHES), BATCHES.c.due_at < self._now, BATCHES.c.job_id.in_(live))
            .order_by(BATCHES.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._writing() as connection:
            await self._abandon(connection)
            given = await connection.execute(
                update(BATCHES)
                .where(tuple_(BATCHES.c.job_id, BATCHES.c.number).in_(late), BATCHES.c.due_at < self._now)
                .values(state=BatchState.QUEUED, owner="", due_at=self._now + publish_within)
                .returning(BATCHES)
            )
            return tuple([batch_of(row) for row in given])

    async def cancel(self, job_id: str, *, client_id: str | None = None) -> Job:
        """See JobStore."""
        async with self._writing() as connection:
            await read_job(connection, job_id, client_id)
            await hold(connection, [job_id])
            await connection.execute(
                update(JOBS).where(JOBS.c.job_id == job_id, JOBS.c.state.in_(_LIVE_JOBS)).values(cancel_requested=True)
            )
            await connection.execute(
                update(BATCHES)
                .where(BATCHES.c.job_id == job_id, BATCHES.c.state == BatchState.QUEUED)
                .values(state=BatchState.CANCELLED, owner="")
            )
            await self._settle(connection, job_id)
            return await read_job(connection, job_id)

    async def fail(self, job_id: str, *, reason: str, error: str) -> Job:
        """See JobStore."""
        async with self._writing() as connection:
            await hold(connection, [job_id])
            await connection.execute(
                update(BATCHES)
                .where(BATCHES.c.job_id == job_id, BATCHES.c.state.in_(_LIVE_BATCHES))
                .values(state=BatchState.CANCELLED, owner="")
            )
            await self._end(connection, job_id, JobState.FAILED, reason, error)
            return await read_job(connection, job_id)

    async def retry(self, job_id: str, number: int) -> bool:
        """See JobStore."""
        async with self._writing() as connection:
            await hold(connection, [job_id])
            failed_for_it = and_(JOBS.c.state == JobState.FAILED, JOBS.c.error_reason == _PARKED)
            goes_on = and_(JOBS.c.job_id == job_id, or_(JOBS.c.state.in_(_LIVE_JOBS), failed_for_it))
            again = await connection.execute(
                update(BATCHES)
                .where(the_batch(job_id, number), BATCHES.c.state == BatchState.PARKED, exists().where(goes_on))
                .values(state=BatchState.QUEUED, attempt=0, due_at=self._now)
            )
            if not again.rowcount:
                return False
            reopened = {"state": JobState.RUNNING, "finished_at": None, "results_expire_at": None}
            await connection.execute(
                update(JOBS).where(JOBS.c.job_id == job_id, failed_for_it).values(**reopened, error_reason="", error="")
            )
            return True

    async def parked(self, *, limit: int) -> tuple[Batch, ...]:
        """See JobStore."""
        query = select(BATCHES).where(BATCHES.c.state == BatchState.PARKED).limit(limit)
        async with to_read(self._engine) as connection:
            return tuple([batch_of(row) for row in await connection.execute(query)])

    async def depth(self) -> dict[str, int]:
        """See JobStore."""
        query = (
            select(BATCHES.c.queue, func.count()).where(BATCHES.c.state == BatchState.QUEUED).group_by(BATCHES.c.queue)
        )
        async with to_read(self._engine) as connection:
            return {row[0]: row[1] for row in await connection.execute(query)}

    async def census(self, *, ended_within: float) -> Census:
        """See JobStore."""
        async with to_read(self._engine) as connection:
            return await read_census(connection, self._now, ended_within)

    async def expire(self, *, rows_older_than: float) -> tuple[str, ...]:
        """See JobStore."""
        async with self._writing() as connection:
            past = select(JOBS.c.job_id).where(JOBS.c.results_expire_at.between(self._now - _LATELY_SECONDS, self._now))
            ids = tuple((await connection.execute(past)).scalars())
            await connection.execute(delete(JOBS).where(JOBS.c.finished_at < self._now - rows_older_than))
            await forget_spending(connection, self._now)
            return ids

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction."""
        async with self._turn, to_write(self._engine) as connection:
            yield connection

    async def _by_request(self, connection: AsyncConnection, client_id: str, request_id: str) -> Job | None:
        query = select(JOBS).where(JOBS.c.client_id == client_id, JOBS.c.request_id == request_id)
        row = (await connection.execute(query)).one_or_none()
        return None if row is None else job_of(row)

    async def _add(self, connection: AsyncConnection, job_id: str, usage: Usage, notes: Mapping[str, Any]) -> None:
        """Adds a batch's costs and notes to its job."""
        await hold(connection, [job_id])
        job = await read_job(connection, job_id)
        await connection.execute(
            update(JOBS)
            .where(JOBS.c.job_id == job_id)
            .values(
                records_done=records_of(job_id),
                metadata=merged(job.metadata, notes),
                **asdict(job.usage.plus(usage)),
            )
        )
        await add_spending(connection, job.client_id, usage, self._now)

    async def _abandon(self, connection: AsyncConnection) -> None:
        """Ends the batches of jobs to be cancelled that were given back, or whose workers are gone."""
        # Jobs that somebody changes at this moment are left for the next time.
        ending = select(JOBS.c.job_id).where(JOBS.c.cancel_requested.is_(True), JOBS.c.state.in_(_LIVE_JOBS))
        ending = ending.order_by(JOBS.c.job_id).with_for_update(skip_locked=True)
        job_ids = (await connection.execute(ending)).scalars().all()
        nobodys = or_(
            BATCHES.c.state == BatchState.QUEUED,
            and_(BATCHES.c.state == BatchState.RUNNING, BATCHES.c.due_at < self._now),
        )
        gone = await connection.execute(
            update(BATCHES)
            .where(nobodys, BATCHES.c.job_id.in_(job_ids))
            .values(state=BatchState.CANCELLED, owner="")
            .returning(BATCHES.c.job_id)
        )
        for job_id in set(gone.scalars()):
            await self._settle(connection, job_id)

    async def _settle(self, connection: AsyncConnection, job_id: str) -> None:
        """Ends a job none of whose batches is to be worked on any more."""
        query = select(BATCHES.c.state, func.count()).where(BATCHES.c.job_id == job_id).group_by(BATCHES.c.state)
        counts: dict[str, int] = {row[0]: row[1] for row in await connection.execute(query)}
        if any(counts.get(state) for state in _LIVE_BATCHES):
            return
        parked = counts.get(BatchState.PARKED, 0)
        if parked:
            words = f"{parked} of its batches failed or ended their worker {MAX_ATTEMPTS} times and are parked"
            await self._end(connection, job_id, JobState.FAILED, _PARKED, words)
        elif counts.get(BatchState.CANCELLED) or await self._cut_short(connection, job_id):
            await self._end(connection, job_id, JobState.CANCELLED, "", "")
        else:
            await self._end(connection, job_id, JobState.SUCCEEDED, "", "")

    async def _cut_short(self, connection: AsyncConnection, job_id: str) -> bool:
        """Whether a job's workers stopped because they were told to."""
        job = await read_job(connection, job_id)
        made = (await connection.execute(select(records_of(job_id)))).scalar_one()
        return job.cancel_requested and made < job.records_requested

    async def _end(self, connection: AsyncConnection, job_id: str, state: JobState, reason: str, error: str) -> None:
        # A job that never ran has nothing to wait for: it goes through RUNNING in the same moment.
        values: dict[str, Any] = {
            "state": state,
            "finished_at": self._now,
            "results_expire_at": self._now + self._results_ttl,
            "records_done": records_of(job_id),
        }
        if reason:
            values |= {"error_reason": reason, "error": error}
        await connection.execute(
            update(JOBS).where(JOBS.c.job_id == job_id, JOBS.c.state.in_(_LIVE_JOBS)).values(**values)
        )
