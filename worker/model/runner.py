"""The model path as a runner of batches."""

from collections import OrderedDict
from functools import partial
from typing import Any

from testdata_agent.engine.request_data import from_data
from testdata_agent.generator import Generator
from testdata_agent.stores.cassettes.base import CassetteStore
from testdata_agent.stores.jobs.base import Claim
from testdata_agent.stores.jobs.job import Job
from worker.engine_thread import EngineThread
from worker.model.making import Making, Rules
from worker.model.purse import Purse
from worker.model.tally import Tally
from worker.model.teaching import Teaching
from worker.model.work import Work
from worker.providers.models import Models
from worker.runners import Context, GetPatterns, Runner

#: Jobs whose request stays admitted.
_KEPT_JOBS = 32


class ModelRunner(Runner):
    """Of the paths that a model writes. The engine works in one thread, beside the loop."""

    def __init__(
        self,
        generator: Generator,
        models: Models,
        cassettes: CassetteStore,
        rules: Rules,
        purse: Purse,
        get_patterns: GetPatterns,
        teaching: Teaching | None = None,
    ) -> None:
        """Takes a generator of its own, which no other thread uses; and what learns from models, if anything does."""
        self._generator, self._models, self._cassettes = generator, models, cassettes
        self._rules, self._purse, self._get_patterns, self._teaching = rules, purse, get_patterns, teaching
        self._engine = EngineThread("model-engine")
        self._works: OrderedDict[str, Work] = OrderedDict()

    async def run(self, claim: Claim, context: Context) -> None:
        """See Runner."""
        work = await self._work_of(claim.job)
        tally = Tally(claim.job.path)
        gone = len(work.chosen) - len(work.patterns)
        if gone:
            tally.warnings.append(f"{gone} of {len(work.chosen)} chosen patterns are stored no more")
        # What an earlier attempt emitted was written; the engine stands in only at the end of a batch.
        tally.by_path[claim.job.path] += context.end - claim.batch.start
        await work.recall(claim.batch, context.results)
        making = Making(work, context, tally, self._models, self._cassettes, self._rules, self._engine.run)
        context.counts = partial(_counts, work, tally, context)
        try:
            await making.make()
        finally:
            context.notes = context.counts()
        if self._teaching is not None and making.accepted:
            await self._teaching.learn(work.request, claim.job.client_id, making.accepted, self._engine.run)

    def tell(self) -> None:
        """Tells how the providers stand."""
        self._models.tell()

    async def close(self) -> None:
        """Ends the thread and the connections to providers."""
        self._engine.close()
        await self._models.close()

    async def _work_of(self, job: Job) -> Work:
        work = self._works.get(job.job_id)
        if work is None:
            request = from_data(job.request)
            patterns = await self._get_patterns(request.pattern_ids) if request.pattern_ids else ()
            made = await self._engine.run(
                partial(Work.of, job, request, self._generator, self._purse.of(job), patterns)
            )
            # A batch of the same job may have been quicker; what has been written is known to one of them alone.
            work = self._works.setdefault(job.job_id, made)
            while len(self._works) > _KEPT_JOBS:
                self._works.popitem(last=False)
        return work


def _counts(work: Work, tally: Tally, context: Context) -> dict[str, Any]:
    """What is said of the rows that are there."""
    start = context.claim.batch.start
    tally.stands(context.end - start)
    return tally.notes() | {"scenario_counts": work.scenario_counts(start, context.end)}
