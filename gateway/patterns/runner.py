"""The pattern paths: records varied from stored ones, here in the process; and jobs whose model is shown some."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Final

from typing_extensions import override

from gateway.errors.refusal import Refusal
from gateway.interceptors.base import Call
from gateway.pace import Pace
from gateway.paths import FIRST_DEFECTS, Admitted, CannotServe, Lack, Runner
from gateway.patterns.choosing import Choosing, Chosen, NoPatterns
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.run import Run
from testdata_agent.engine.variation.exemplars import Exemplar
from testdata_agent.engine.variation.growth import Growth

#: Rows of a first slice at the most: a row that is varied and judged takes as long as several of the engine's.
_FIRST_ROWS: Final = 32

#: Told of the patterns that an answer was made of, and how often.
Used = Callable[[Mapping[str, int]], None]


class RagRunner(Runner):
    """Varies stored patterns, in slices."""

    def __init__(self, choosing: Choosing, used: Used, *, threshold: float) -> None:
        """Takes what looks for patterns, who counts their use, and the least score of a record."""
        self._choosing, self._used, self._threshold = choosing, used, threshold

    @override
    async def look(self, request: GenerationRequest, run: Run) -> Chosen | None:
        """Finds the patterns; serves where some of them fit what is asked."""
        try:
            chosen = await self._choosing.choose(request, run)
        except NoPatterns as reason:
            raise _cannot_serve(reason) from reason
        unfit = self._growth(request, run, chosen).unfit()
        if unfit:
            found = ", ".join(f"{count} {reason}" for reason, count in sorted(unfit.items()))
            words = f"no stored pattern of {run.schema.name!r} fits what is asked ({found})"
            raise CannotServe(Lack.PATTERNS_UNFIT, words)
        return chosen

    @override
    async def blocks(self, admitted: Admitted, call: Call, pace: Pace) -> AsyncIterator[tuple[int, Sequence[str]]]:
        """See Runner."""
        chosen, run = admitted.choice.chosen, admitted.run
        assert chosen is not None
        growth = self._growth(admitted.request, run, chosen)
        call.grown = growth.grown
        pace.rows = min(pace.rows, _FIRST_ROWS if run.defects is None else FIRST_DEFECTS)
        start = 0
        while True:
            stop = min(run.count, start + pace.rows)
            began = time.thread_time()
            rows = growth.rows(start, stop, call.defects)
            if admitted.request.method is not None and not growth.grown.varied:
                raise Refusal("PATH_UNAVAILABLE", f"the rag path cannot serve: {growth.grown.why_not}")
            if not run.scorable:
                rows = run.written(rows, run.first_row + start)
            pace.took(stop - start, time.thread_time() - began, sum(map(len, rows)))
            yield start, rows
            if stop >= run.count:
                break
            start = stop
            await asyncio.sleep(0)
        self._used(dict.fromkeys(growth.grown.used, 1))

    def _growth(self, request: GenerationRequest, run: Run, chosen: Chosen) -> Growth:
        asked = request.coherence_threshold
        threshold = self._threshold if asked is None else asked
        return Growth(run, exemplars_of(chosen), threshold, faithful=request.production_like)


class HybridRunner(Runner):
    """The jobs' runner, for requests that there are patterns for."""

    def __init__(self, choosing: Choosing, jobs: Runner) -> None:
        """Takes what looks for patterns, and what serves calls by jobs."""
        self._choosing, self._jobs = choosing, jobs

    @override
    async def look(self, request: GenerationRequest, run: Run) -> Chosen | None:
        """Finds the patterns that a model is shown."""
        try:
            return await self._choosing.choose(request, run)
        except NoPatterns as reason:
            raise _cannot_serve(reason) from reason

    @override
    def blocks(self, admitted: Admitted, call: Call, pace: Pace) -> AsyncIterator[tuple[int, Sequence[str]]]:
        """See Runner."""
        return self._jobs.blocks(admitted, call, pace)


def exemplars_of(chosen: Chosen) -> dict[str, list[Exemplar]]:
    """The chosen patterns, by scenario."""
    patterns = chosen.patterns
    exemplars = {key: Exemplar(key, pattern.record, pattern.locked_paths) for key, pattern in patterns.items()}
    return {choice.scenario: [exemplars[key] for key in choice.pattern_ids] for choice in chosen.choices}


def _cannot_serve(reason: NoPatterns) -> CannotServe:
    return CannotServe(Lack.NO_PATTERNS if reason.loaded else Lack.PATTERNS_NOT_LOADED, str(reason))
