"""The engine's batches: the same rows as a stream of the same request gives."""

import time
from collections import OrderedDict
from dataclasses import replace
from functools import partial
from typing import Any

from testdata_agent.engine.defects.step import DefectTally
from testdata_agent.engine.render.style import PLAIN
from testdata_agent.engine.request import OutputFormat
from testdata_agent.engine.request_data import from_data
from testdata_agent.engine.run import Run
from testdata_agent.generator import Generator
from testdata_agent.stores.jobs import Batch, Claim, Job
from testdata_agent.stores.results.base import ResultsGap
from worker.engine_thread import EngineThread
from worker.runners import Context, Runner

#: What making one slice should take; between slices a batch can be ended.
_SLICE_SECONDS = 0.05
_FIRST_SLICE_ROWS = 256
_MAX_SLICE_ROWS = 4096
#: Records of a whole job that are scored, spread over its batches.
_SAMPLE_RECORDS = 200
_KEPT_RUNS = 8


class BulkRunner(Runner):
    """The traditional path. The engine works in one thread, beside the loop."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self._engine = EngineThread("engine")
        self._runs: OrderedDict[str, Run] = OrderedDict()

    async def run(self, claim: Claim, context: Context) -> None:
        """See Runner."""
        batch = claim.batch
        run = await self._engine.run(partial(self._run_of, claim.job))
        tally = DefectTally()
        context.counts = lambda: _counts(run, batch, context.end, claim.job.path)
        try:
            await self._make(run, batch, context, tally)
        finally:
            context.notes = tally.notes()
        context.notes |= await self._engine.run(partial(_scored, run, batch))

    async def _make(self, run: Run, batch: Batch, context: Context, tally: DefectTally) -> None:
        rows = _FIRST_SLICE_ROWS
        while (start := context.end) < batch.stop:
            stop = min(batch.stop, start + rows)
            began = time.monotonic()
            made = await self._engine.run(partial(run.rows, start - run.first_row, stop - run.first_row, tally))
            wanted = rows * _SLICE_SECONDS / max(time.monotonic() - began, 1e-6)
            rows = max(1, min(int(wanted), 2 * rows, _MAX_SLICE_ROWS))
            try:
                await context.emit(made)
            except ResultsGap:
                await context.look_again()

    def _run_of(self, job: Job) -> Run:
        """The job's request, admitted; its batches come one after another and share it."""
        run = self._runs.get(job.job_id)
        if run is None:
            # What a format needs is done on delivery; the streams hold JSON.
            admitted = self._generator.prepare_now(from_data(job.request))
            run = replace(admitted, output_format=OutputFormat.JSON, style=PLAIN)
            while len(self._runs) >= _KEPT_RUNS:
                self._runs.popitem(last=False)
            self._runs[job.job_id] = run
        return run

    def close(self) -> None:
        """Ends the thread."""
        self._engine.close()


def _counts(run: Run, batch: Batch, end: int, path: str) -> dict[str, Any]:
    """What is said of the rows that are there, whoever made them."""
    made = end - batch.start
    return {
        "records_attempted": made,
        "records_accepted": made,
        "records_by_path": {path: made},
        "scenario_counts": run.scenarios_of(batch.start - run.first_row, end - run.first_row),
    }


def _scored(run: Run, batch: Batch) -> dict[str, Any]:
    """The score of the batch's share of the sample."""
    share = min(batch.size, -(-_SAMPLE_RECORDS * batch.size // run.count))
    first = batch.start - run.first_row
    report = run.score(run.json_rows([first + number * batch.size // share for number in range(share)]))
    return {
        "records_scored": report.records_scored,
        "checks_passed": report.passed,
        "checks_applied": report.applied,
    }
