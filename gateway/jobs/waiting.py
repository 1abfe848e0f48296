"""Waiting for the end of a job, without asking over and over."""

import time
from typing import Final

from gateway.jobs.stores import JobStores
from testdata_agent.stores.jobs import Job

#: An announcement may be lost: the ledger is looked at by itself, soon at first, then ever more rarely.
FIRST_LOOK_SECONDS: Final = 0.5
RAREST_LOOK_SECONDS: Final = 30.0


async def finished_or_late(
    stores: JobStores, job_id: str, *, client_id: str | None = None, seconds: float | None
) -> Job:
    """The job once it has ended, or after so many seconds as it is then; None: however long it takes."""
    end = None if seconds is None else time.monotonic() + seconds
    look = FIRST_LOOK_SECONDS
    while True:
        job = await stores.ledger.get(job_id, client_id=client_id)
        remaining = look if end is None else end - time.monotonic()
        if job.state.finished or remaining <= 0:
            return job
        await stores.results.wait(job_id, seconds=min(look, remaining))
        look = min(look * 2, RAREST_LOOK_SECONDS)
