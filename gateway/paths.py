"""The one seam through which the four ways of making records are reached.

A runner serves one path. The table maps every path to a runner; paths that are not built yet have one that says so.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from typing_extensions import override

from gateway.errors.refusal import Refusal
from gateway.interceptors.base import Call
from gateway.pace import Pace
from gateway.patterns.choosing import Chosen
from testdata_agent.engine.request import GenerationMethod, GenerationRequest
from testdata_agent.engine.routing import Decision
from testdata_agent.engine.run import Run

#: Who answers in whose place when routing, not the caller, chose the path.
FALLBACKS: Mapping[GenerationMethod, GenerationMethod] = {
    GenerationMethod.HYBRID: GenerationMethod.RAG,
    GenerationMethod.RAG: GenerationMethod.TRADITIONAL,
    GenerationMethod.LLM: GenerationMethod.TRADITIONAL,
}


#: Plans that make rows of one slice: the first rows of a plan cost a thousand later ones.
MAX_PLANS = 2
#: Rows of the first slice where each is given a defect, which takes a hundred times as long.
FIRST_DEFECTS = 10

#: What keeps a model from being asked, as one clause each.
NO_MODEL = "no model is configured (ANTHROPIC_API_KEY or VLLM_BASE_URL)"
NO_JOBS = "this gateway keeps no jobs (REDIS_URL and DATABASE_URL), which a model's work needs"
#: What a gateway without a database says of patterns.
NO_PATTERNS = "this gateway keeps no patterns (DATABASE_URL)"
_MEND = "leave generation_method unset, or set it to TRADITIONAL, and the engine answers"


class Lack(StrEnum):
    """What a path lacks that cannot serve: bounded, so that it can be counted."""

    NO_MODEL = "no_model"
    NO_JOBS = "no_jobs"
    NO_PATTERNS = "no_patterns"
    PATTERNS_NOT_KEPT = "patterns_not_kept"
    PATTERNS_NOT_LOADED = "patterns_not_loaded"
    PATTERNS_UNFIT = "patterns_unfit"


class CannotServe(Exception):  # noqa: N818 - the words of the house
    """A path cannot serve a request now; str() says why, as one clause, and `lack` in a word."""

    def __init__(self, lack: Lack, why: str) -> None:
        super().__init__(why)
        self.lack = lack


class Runner(Protocol):
    """Makes the records of admitted requests along one path."""

    async def look(self, request: GenerationRequest, run: Run) -> Chosen | None:
        """Looks whether this path can serve `request`, and for what it needs for that; None: it needs nothing.

        Raises:
            CannotServe: it cannot.
            Refusal: nor can any other, since the request asks for what there is not.
        """
        ...

    def blocks(self, admitted: "Admitted", call: Call, pace: Pace) -> AsyncIterator[tuple[int, Sequence[str]]]:
        """Yields (number of the first row, rendered records) in order until `run.count` rows are made.

        The event loop is free between two blocks, and abandoning the iterator ends the work. A runner that has a job
        make the records writes it into `call`, as it is at the end; rows may be missing then, and the job says why.
        """
        ...


class EngineRunner(Runner):
    """The traditional path: the engine, here in the process, in slices."""

    @override
    async def look(self, request: GenerationRequest, run: Run) -> Chosen | None:
        """Always serves."""
        return None

    @override
    async def blocks(self, admitted: "Admitted", call: Call, pace: Pace) -> AsyncIterator[tuple[int, Sequence[str]]]:
        """See Runner."""
        run = admitted.run
        start, count = 0, run.count
        while True:
            most = pace.rows if run.defects is None or start else min(pace.rows, FIRST_DEFECTS)
            stop = run.slice_end(start, min(count, start + most), plans=MAX_PLANS)
            # Of this thread: time that others take from it says nothing about the rows.
            began = time.thread_time()
            rows = run.rows(start, stop, call.defects)
            if stop < count:
                pace.took(stop - start, time.thread_time() - began, sum(map(len, rows)))
            yield start, rows
            if stop >= count:
                return
            start = stop
            await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class AbsentRunner(Runner):
    """A path that this server does not have."""

    lack: Lack
    why: str

    @override
    async def look(self, request: GenerationRequest, run: Run) -> Chosen | None:
        """Never serves."""
        raise CannotServe(self.lack, self.why)

    @override
    def blocks(self, admitted: "Admitted", call: Call, pace: Pace) -> AsyncIterator[tuple[int, Sequence[str]]]:
        """Is not reached: a path that cannot serve is never chosen."""
        raise Refusal("PATH_UNAVAILABLE", self.why)


@dataclass(frozen=True, slots=True)
class Choice:
    """Who serves a request.

    Attributes:
        decision: What routing, or the caller, wanted.
        served: The path that serves.
        fallback_from: The path that was wanted and could not; None where it could.
        fallback_reason: Why it could not; empty where it could.
        lack: The same in a word; None where it could.
        chosen: The stored patterns that records are made of; None: of none.
    """

    decision: Decision
    served: GenerationMethod
    runner: Runner
    fallback_from: GenerationMethod | None = None
    fallback_reason: str = ""
    lack: Lack | None = None
    chosen: Chosen | None = None

    def settled(self, request: GenerationRequest) -> GenerationRequest:
        """The request with the patterns that were chosen, so that whoever makes its records looks for none."""
        return request if self.chosen is None else replace(request, patterns=self.chosen.choices)


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that will be served, or for a dry run one that would be."""

    request: GenerationRequest
    run: Run
    choice: Choice

    @property
    def path(self) -> str:
        """The name of the path that serves."""
        return self.choice.served.value

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the caller should know and is not refused for."""
        found = self.choice.chosen.warnings if self.choice.chosen is not None else ()
        return (*self.run.warnings, *found)


class Paths:
    """The table of runners and the rule of who stands in for whom."""

    def __init__(self, runners: Mapping[GenerationMethod, Runner]) -> None:
        self._runners = dict(runners)

    async def choose(self, decision: Decision, request: GenerationRequest, run: Run) -> Choice:
        """Finds who serves.

        Raises:
            Refusal: PATH_UNAVAILABLE, when the caller set the method and it cannot serve; or see Runner.
        """
        wanted = decision.path
        try:
            chosen = await self._runners[wanted].look(request, run)
        except CannotServe as reason:
            if request.method is not None:
                raise Refusal(
                    "PATH_UNAVAILABLE", f"the {wanted.value} path cannot serve: {reason}; {_MEND}"
                ) from reason
            return await self._stand_in(decision, request, run, reason)
        return Choice(decision, wanted, self._runners[wanted], chosen=chosen)

    async def _stand_in(self, decision: Decision, request: GenerationRequest, run: Run, why: CannotServe) -> Choice:
        """The first in the row of those who stand in that can serve; the engine, at the end, always can."""
        served = FALLBACKS[decision.path]
        while True:
            try:
                chosen = await self._runners[served].look(request, run)
            except CannotServe:
                served = FALLBACKS[served]
            else:
                return Choice(decision, served, self._runners[served], decision.path, str(why), why.lack, chosen)


def built_in_paths(
    *, model_configured: bool, jobs: Runner | None = None, rag: Runner | None = None, hybrid: Runner | None = None
) -> Paths:
    """The paths of this release: the engine serves, the others where they can, or they say what they lack.

    Args:
        model_configured: Whether any provider of models could be asked.
        jobs: What serves calls by jobs; None where no jobs are kept.
        rag: What serves calls from patterns; None where none are kept.
        hybrid: What serves calls by jobs that are shown patterns; None where either is missing.
    """
    no_patterns = AbsentRunner(Lack.PATTERNS_NOT_KEPT, NO_PATTERNS)
    no_model = AbsentRunner(Lack.NO_MODEL, NO_MODEL)
    by_model = (jobs or AbsentRunner(Lack.NO_JOBS, NO_JOBS)) if model_configured else no_model
    return Paths(
        {
            GenerationMethod.TRADITIONAL: EngineRunner(),
            GenerationMethod.LLM: by_model,
            GenerationMethod.RAG: rag or no_patterns,
            GenerationMethod.HYBRID: by_model if isinstance(by_model, AbsentRunner) else hybrid or no_patterns,
        }
    )
