"""What clients pay, by day: statements of the ledger's."""

from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import ColumnElement, case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from testdata_agent.stores.jobs.base import Spent
from testdata_agent.stores.jobs.job import JobState, Usage
from testdata_agent.stores.jobs.tables import JOBS, SPENDING
from testdata_agent.stores.jobs.window import DAY_SECONDS, Window

#: Days are remembered for so long: a year and a month.
KEPT_DAYS: Final = 400


async def today(connection: AsyncConnection, now: ColumnElement[Any]) -> int:
    """The day since 1970-01-01 by the database's clock."""
    return int((await connection.execute(select(now))).scalar_one() // DAY_SECONDS)


async def add_spending(connection: AsyncConnection, client_id: str, usage: Usage, now: ColumnElement[Any]) -> None:
    """Adds what was paid to the client's day; safe beside other transactions that add to it."""
    if usage == Usage():
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    paid = asdict(usage)
    row = dialect.insert(SPENDING).values(client_id=client_id, day=await today(connection, now), **paid)
    there, new = SPENDING.c, row.excluded
    sums: dict[str, Any] = {name: there[name] + new[name] for name in paid if name != "cost_micros"}
    sums["cost_micros"] = func.coalesce(there.cost_micros + new.cost_micros, there.cost_micros, new.cost_micros)
    await connection.execute(row.on_conflict_do_update(index_elements=[there.client_id, there.day], set_=sums))


async def read_spent(connection: AsyncConnection, client_id: str, window: Window, now: ColumnElement[Any]) -> Spent:
    """See JobStore.spent."""
    day = await today(connection, now)
    paid = select(func.coalesce(func.sum(SPENDING.c.input_tokens + SPENDING.c.output_tokens), 0)).where(
        SPENDING.c.client_id == client_id, SPENDING.c.day >= window.first_day(day)
    )
    left = JOBS.c.tokens_expected - JOBS.c.input_tokens - JOBS.c.output_tokens
    expected = select(func.coalesce(func.sum(case((left > 0, left), else_=0)), 0)).where(
        JOBS.c.client_id == client_id, JOBS.c.state.in_([JobState.QUEUED, JobState.RUNNING])
    )
    return Spent(
        int((await connection.execute(paid)).scalar_one()),
        int((await connection.execute(expected)).scalar_one()),
        window.next_day(day) * DAY_SECONDS,
    )


async def forget_spending(connection: AsyncConnection, now: ColumnElement[Any]) -> None:
    """Forgets the days before those that are kept."""
    await connection.execute(delete(SPENDING).where(SPENDING.c.day < await today(connection, now) - KEPT_DAYS))
