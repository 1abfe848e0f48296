"""The coherence score of an answer, measured on its finished records."""

import asyncio
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, Self

from structlog.typing import FilteringBoundLogger

from gateway.metrics import Metrics
from testdata_agent.engine.coherence.report import Fault
from testdata_agent.engine.coherence.score import CoherenceReport
from testdata_agent.engine.request import GenerationMethod, GenerationRequest
from testdata_agent.service.logs import MAX_LOGGED_ID

#: Answers of more records are scored on this many of them, evenly spread.
SAMPLE_RECORDS = 200
#: What a scoring may hold the event loop for; one that would take longer is done beside it, in a thread. There it takes
#: up to three times as long, since both want the interpreter (docs/decisions/003).
MAX_INLINE_SECONDS = 0.003
#: From here on other work has its turn before the scoring.
_LONG_SECONDS = 0.001
#: For a record of a schema that was not scored before.
_UNKNOWN_SECONDS = 0.0001
_KEPT_COSTS = 1024
#: Faults that one log line names.
MAX_LOGGED_FAULTS = 5


class Scored(Protocol):
    """What can be scored (a Run)."""

    @property
    def schema(self) -> object:
        """What the cost of a record depends on."""
        ...

    @property
    def scorable(self) -> bool:
        """Whether its rendered records are JSON."""
        ...

    def json_rows(self, positions: Sequence[int]) -> list[str]:
        """The records at these positions as JSON."""
        ...

    def score(self, rows: Sequence[str]) -> CoherenceReport:
        """Scores finished records."""
        ...


class Sample:
    """Picks evenly spread rows out of an answer while it passes by."""

    def __init__(self, count: int, size: int = SAMPLE_RECORDS) -> None:
        self._count, self._size = count, min(count, size)
        self.rows: list[str] = []

    @classmethod
    def of(cls, rows: Sequence[str]) -> Self:
        """The sample of an answer that is there in whole."""
        sample = cls(len(rows))
        sample.take(0, rows)
        return sample

    def positions(self) -> list[int]:
        """Where the rows picked so far stand in the answer."""
        return [number * self._count // self._size for number in range(len(self.rows))]

    def take(self, start: int, rows: Sequence[str]) -> None:
        """Looks at the `rows` that begin at row `start`; they must come in order."""
        if self._size == self._count:
            self.rows.extend(rows)
            return
        stop = start + len(rows)
        while len(self.rows) < self._size:
            wanted = len(self.rows) * self._count // self._size
            if wanted >= stop:
                return
            self.rows.append(rows[wanted - start])


def _timed(run: Scored, sample: Sample) -> tuple[CoherenceReport, float]:
    """The score of the sample's records (of another format than JSON: of the same ones as JSON), and what it took."""
    began = time.thread_time()
    report = run.score(sample.rows if run.scorable else run.json_rows(sample.positions()))
    return report, time.thread_time() - began


class Scoring:
    """Scores, counts, and reports what should not be."""

    def __init__(self, metrics: Metrics, log: FilteringBoundLogger) -> None:
        self._metrics = metrics
        self._log = log
        #: Seconds of CPU for one record, by the identity of its schema; of one long gone it is a wrong guess, no more.
        self._costs: dict[int, float] = {}

    async def report(
        self, run: Scored, sample: Sample, *, path: GenerationMethod, request_id: str, said: Iterable[str] = ()
    ) -> CoherenceReport:
        """Scores a sample. On the engine's path a score below 1.0 is a bug of ours and is logged as an error.

        Unless it comes of what the request says itself: an id of the caller's own, a zip of another city.

        Args:
            run: What was made.
            sample: Of its records.
            path: By which it was made.
            request_id: Of the call.
            said: The fields that the request sets or limits, see `said_in`.
        """
        report = self.counted(await self._scored(run, sample))
        if report.passed < report.applied and path is GenerationMethod.TRADITIONAL:
            objects = set(map(_object_of, said))
            faults = [fault for fault in report.faults if _object_of(fault.field) not in objects]
            if faults or not objects:
                self._below_one(report, faults, request_id)
        return report

    def counted(self, report: CoherenceReport) -> CoherenceReport:
        """Adds the checks of a report to the metrics; gives the report."""
        if report.passed:
            self._metrics.checks_passed.inc(report.passed)
        if report.passed < report.applied:
            self._metrics.checks_failed.inc(report.applied - report.passed)
        return report

    async def _scored(self, run: Scored, sample: Sample) -> CoherenceReport:
        schema = id(run.schema)
        expected = self._costs.get(schema, _UNKNOWN_SECONDS) * len(sample.rows)
        if expected > MAX_INLINE_SECONDS:
            report, seconds = await asyncio.to_thread(_timed, run, sample)
        else:
            if expected > _LONG_SECONDS:
                await asyncio.sleep(0)
            report, seconds = _timed(run, sample)
        if len(self._costs) >= _KEPT_COSTS and schema not in self._costs:
            self._costs.clear()
        self._costs[schema] = seconds / max(len(sample.rows), 1)
        return report

    def _below_one(self, report: CoherenceReport, faults: Sequence[Fault], request_id: str) -> None:
        self._metrics.below_one.inc()
        self._log.error(
            "coherence_below_one",
            request_id=request_id[:MAX_LOGGED_ID],
            score=report.score,
            passed=report.passed,
            applied=report.applied,
            records_scored=report.records_scored,
            faults=[
                {"row": fault.row, "field": fault.field, "check": fault.check} for fault in faults[:MAX_LOGGED_FAULTS]
            ],
        )


def said_in(request: GenerationRequest) -> Iterator[str]:
    """The paths of the fields that a request sets or limits."""
    yield from request.overrides
    yield from request.constraints
    for scenario in request.scenarios:
        yield from scenario.overrides


def _object_of(path: str) -> str:
    """The object that a field is of, whichever item of a list it is; empty: the record itself."""
    return re.sub(r"\[\d*\]", "", path).rpartition(".")[0]
