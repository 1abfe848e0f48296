"""The pattern path's batches: stored patterns varied, the same rows as a stream of the same request gives."""

from collections import Counter, OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from testdata_agent.engine.defects.step import DefectTally
from testdata_agent.engine.request_data import from_data
from testdata_agent.engine.run import Run
from testdata_agent.engine.variation.exemplars import Exemplar
from testdata_agent.engine.variation.growth import Grown, Growth
from testdata_agent.engine.variation.likeness import FieldLikeness
from testdata_agent.generator import Generator
from testdata_agent.stores.jobs import Claim, Job
from testdata_agent.stores.results.base import ResultsGap
from worker.engine_thread import EngineThread
from worker.runners import Context, GetPatterns, JobBroken, Runner

#: Rows made at a time; between two slices a batch can be ended.
_SLICE_ROWS: Final = 256
_KEPT_JOBS: Final = 8


class VariedRunner(Runner):
    """The rag path. The engine works in one thread, beside the loop."""

    def __init__(self, generator: Generator, get_patterns: GetPatterns, *, threshold: float) -> None:
        """Takes a generator of its own, where patterns are, and the least score of a record."""
        self._generator, self._get_patterns, self._threshold = generator, get_patterns, threshold
        self._engine = EngineThread("varied-engine")
        self._growths: OrderedDict[str, Callable[[], Growth]] = OrderedDict()

    async def run(self, claim: Claim, context: Context) -> None:
        """See Runner."""
        batch, path = claim.batch, claim.job.path
        growth = (await self._growth_of(claim.job))()
        # What an earlier attempt emitted was varied as these are.
        growth.grown.by_path[path] += context.end - batch.start
        first, defects = growth.run.first_row, DefectTally()
        context.counts = lambda: {"scenario_counts": growth.run.scenarios_of(batch.start - first, context.end - first)}
        try:
            await self._make(growth, claim, context, defects)
        finally:
            context.notes = _notes(growth.grown) | defects.notes()
            if batch.number == 0 and growth.grown.likeness:
                # Distances of several batches cannot be added up: those of the first records are told.
                context.notes["distribution_fits"] = [_told(fit) for fit in growth.grown.likeness]

    async def _make(self, growth: Growth, claim: Claim, context: Context, defects: DefectTally) -> None:
        first = growth.run.first_row
        while (start := context.end) < claim.batch.stop:
            stop = min(claim.batch.stop, start + _SLICE_ROWS)
            rows = await self._engine.run(partial(growth.rows, start - first, stop - first, defects))
            try:
                await context.emit(rows)
            except ResultsGap:
                await context.look_again()

    async def _growth_of(self, job: Job) -> Callable[[], Growth]:
        """How the rows of a job are made; its batches share its admitted request."""
        found = self._growths.get(job.job_id)
        if found is None:
            request = from_data(job.request)
            patterns = {pattern.pattern_id: pattern for pattern in await self._get_patterns(request.pattern_ids)}
            if not patterns:
                raise JobBroken("PATTERNS_GONE", "the stored patterns that its records were to be made of are deleted")
            run: Run = await self._engine.run(partial(self._generator.prepare_now, request))
            asked = request.coherence_threshold
            exemplars = {
                choice.scenario: [
                    Exemplar(key, patterns[key].record, patterns[key].locked_paths)
                    for key in choice.pattern_ids
                    if key in patterns
                ]
                for choice in request.patterns
            }
            threshold = self._threshold if asked is None else asked
            found = partial(Growth, run, exemplars, threshold, faithful=request.production_like)
            self._growths[job.job_id] = found
            while len(self._growths) > _KEPT_JOBS:
                self._growths.popitem(last=False)
        return found

    def close(self) -> None:
        """Ends the thread."""
        self._engine.close()


def _told(fit: FieldLikeness) -> dict[str, Any]:
    return {"field": fit.field, "measure": fit.measure.value, "distance": fit.distance}


def _notes(grown: Grown) -> dict[str, Any]:
    accepted, rejected = grown.by_path.total(), grown.rejected.total()
    notes: dict[str, Any] = {
        "records_attempted": accepted + rejected,
        "records_accepted": accepted,
        "records_by_path": dict(Counter({path: count for path, count in grown.by_path.items() if count})),
        "records_scored": grown.records,
        "checks_passed": grown.passed,
        "checks_applied": grown.applied,
    }
    if grown.why_not:
        notes["warnings"] = [f"the engine made some of the records: {grown.why_not}"]
    if rejected:
        notes |= {"records_rejected": rejected, "rejection_reasons": dict(grown.rejected)}
    return notes
