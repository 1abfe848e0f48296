"""What the records of jobs may take of Redis, held before a job is written down."""

import asyncio

from gateway.errors.refusal import Refusal
from gateway.paths import MAX_PLANS
from testdata_agent.engine.run import Run
from testdata_agent.stores.results.base import ResultFault, ResultStore

#: Rows that are made to see how wide they are.
SAMPLE_ROWS = 32
#: Bytes of a row's `_index` and `_scenario`, and of its share in what its stream takes.
_ROW_BYTES = 60
#: What is waited for an answer on how much is in use.
_PATIENCE_SECONDS = 1.0
_MEBIBYTE = 1024 * 1024


def estimated_bytes(run: Run) -> int:
    """What the records of a run will take: as many times the first ones as there are rows."""
    stop = run.slice_end(0, min(run.count, SAMPLE_ROWS), plans=MAX_PLANS)
    rows = run.json_rows(range(stop))
    return run.count * (sum(len(row.encode()) for row in rows) // len(rows) + _ROW_BYTES)


class Room:
    """The ceilings on bytes: RESULTS_MAX_BYTES of one job, RESULTS_TOTAL_BYTES of all together."""

    def __init__(self, results: ResultStore, *, job_bytes: int, total_bytes: int) -> None:
        self._results = results
        self._job_bytes, self._total_bytes = job_bytes, total_bytes

    async def require(self, run: Run) -> None:
        """Returns where there is room for the records of a run.

        Raises:
            Refusal: JOB_TOO_LARGE or RESULTS_FULL, naming the limit and the way out.
        """
        size = estimated_bytes(run)
        takes = f"{run.count} records take about {_mebibytes(size)}"
        if size > self._job_bytes:
            raise Refusal(
                "JOB_TOO_LARGE",
                f"{takes}, over RESULTS_MAX_BYTES ({_mebibytes(self._job_bytes)}); stream them: GenerateDataStream"
                " keeps nothing and takes any count",
            )
        used = await self._used()
        if used + size > self._total_bytes:
            raise Refusal(
                "RESULTS_FULL",
                f"{takes}, and of RESULTS_TOTAL_BYTES ({_mebibytes(self._total_bytes)}) {_mebibytes(used)} are in use;"
                " try again when earlier results have expired, or stream them: GenerateDataStream keeps nothing",
            )

    async def _used(self) -> int:
        """Bytes in use. 0 while Redis is away: the job is taken down, and its records are held to the limits anyway."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await self._results.used()
        except (TimeoutError, ResultFault):
            return 0


def _mebibytes(size: int) -> str:
    return f"{size / _MEBIBYTE:.1f} MiB"
