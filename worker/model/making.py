"""One attempt at a batch: its scenarios one after the other, each written, grown or left to the engine."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

import orjson

from testdata_agent.engine.coherence.named import DEFECT_KEY
from testdata_agent.engine.creative.acceptance import Acceptance
from testdata_agent.engine.creative.completion import Completion
from testdata_agent.engine.creative.cutting import exemplar_shares
from testdata_agent.engine.creative.estimate import exemplars
from testdata_agent.engine.errors import UnsatisfiableError
from testdata_agent.engine.request import GenerationMethod
from testdata_agent.engine.run import Segment
from testdata_agent.engine.variation.donors import EXPAND_ABOVE, Donors
from testdata_agent.service.prices import Prices
from testdata_agent.stores.cassettes.base import CassetteStore
from testdata_agent.stores.jobs.job import Usage
from testdata_agent.stores.results.base import ResultsGap
from worker.model.tally import Tally
from worker.model.tapes import Tapes
from worker.model.teaching import MOST_LEARNED
from worker.model.work import Work
from worker.model.writer import Parameters, Place, Rows, Writer
from worker.prompts import Prompts
from worker.providers.models import Models
from worker.runners import Context, JobBroken

#: Rows that are grown, or made by the engine, in one go.
_BLOCK_ROWS = 256
#: Rows of each block whose score is measured.
_SAMPLE = 8

_T = TypeVar("_T")


class Beside(Protocol):
    """Has the engine work in its own thread."""

    def __call__(self, work: Callable[[], _T]) -> Awaitable[_T]:
        """The outcome of the work."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the path is run.

    Attributes:
        threshold: Least score of a record, unless the request says.
        max_tokens: Most of one answer.
        temperature: None: the model's own.
        prices: What they cost.
    """

    threshold: float
    max_tokens: int
    temperature: float | None = None
    prices: Prices = field(default_factory=Prices)


@dataclass
class Making:
    """Makes the rows of a batch that are missing.

    Attributes:
        accepted: The records that a model wrote, before they are given defects: the first of them.
    """

    work: Work
    context: Context
    tally: Tally
    models: Models
    cassettes: CassetteStore
    rules: Rules
    beside: Beside
    accepted: list[str] = field(default_factory=list)

    async def make(self) -> None:
        """All of them, or as many as can be had; then `context.short` says why."""
        for span in self.work.spans(self.context.end, self.context.claim.batch.stop):
            if self.context.short:
                return
            await self._span(span)

    @property
    def _row(self) -> int:
        """The run's row that comes next."""
        return self.context.end - self.work.run.first_row

    async def _span(self, span: Segment) -> None:
        work = self.work
        completion = await self.beside(partial(Completion, work.run, span))
        if not completion.parts:
            self.tally.warnings.append(f"{work.run.schema.name} has nothing for a model to write: the engine made it")
            await self._by_engine(span)
            return
        whole = work.whole(span)
        expanded = work.request.expansion and work.run.count > EXPAND_ABOVE
        quota = exemplars(whole.stop - whole.start, work.run.count) if expanded else span.stop - whole.start
        rows = Rows(self._row, min(span.stop, whole.start + quota), self._emit)
        shares = exemplar_shares(rows.stop - rows.next_row) if expanded else [rows.stop - rows.next_row]
        writers = await self._write(completion, rows, shares)
        failed = next((writer for writer in writers if writer.unavailable), None)
        if rows.stop < span.stop and not (failed and work.routed):
            donors = await self._donors(completion, whole)
            if donors is not None:
                await self._grow(completion, span, donors)
                return
        reasons = [writer.reason for writer in writers if writer.reason]
        if reasons and self._row < span.stop:
            await self._missing(span, failed.reason if failed else reasons[0], unavailable=failed is not None)

    async def _write(self, completion: Completion, rows: Rows, shares: Sequence[int]) -> list[Writer]:
        """Writes the rows by as many calls side by side as there are shares."""
        first, places = rows.next_row, []
        for share in shares:
            places.append(Place(rows, first, share))
            first += share
        writers = [self._writer(completion) for _ in places]
        try:
            async with asyncio.TaskGroup() as group:
                for writer, place in zip(writers, places, strict=True):
                    if place.missing > 0:
                        group.create_task(writer.fill(place))
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from failures
        finally:
            for writer in writers:
                self.tally.wrote(writer)
        return writers

    def _writer(self, completion: Completion) -> Writer:
        work, rules = self.work, self.rules
        asked = work.request.coherence_threshold
        examples = work.examples(completion.segment)
        shown = [completion.values_of(pattern.record) or pattern.record for pattern in examples]
        pattern_ids = tuple(pattern.pattern_id for pattern in examples)
        return Writer(
            acceptance=Acceptance(completion, rules.threshold if asked is None else asked, work.seen),
            prompts=Prompts(work.request, completion, work.scenario_of(completion.segment), shown),
            tapes=Tapes(self.models, self.cassettes, use=work.request.use_cache, pattern_ids=pattern_ids),
            budget=work.budget,
            spend=self._spend,
            settle=self.context.settle,
            beside=self.beside,
            parameters=Parameters(rules.max_tokens, rules.temperature, work.run.count),
        )

    async def _emit(self, row: str) -> int:
        if len(self.accepted) < MOST_LEARNED:
            self.accepted.append(row)
        await self._hand_over(await self.beside(partial(self._finished, [row], self._row)))
        return self._row

    def _finished(self, rows: Sequence[str], first: int) -> list[str]:
        """Accepted rows, with the defects that the request wants."""
        return self.work.run.defective(rows, first, self.tally.defects)

    async def _hand_over(self, rows: Sequence[str]) -> int:
        """Emits rows; gives how many more there are now: fewer than before, where the server has lost some."""
        before = self.context.end
        try:
            await self.context.emit(rows)
        except ResultsGap:
            await self.context.look_again()
        return self.context.end - before

    def _spend(self, model: str, stage: str, usage: Usage) -> None:
        self.context.spend(model, stage, self.rules.prices.priced(usage))

    # -- what is grown ----------------------------------------------------------------------------------------

    async def _donors(self, completion: Completion, whole: Segment) -> Donors | None:
        """What was written for the scenario, by this attempt or an earlier one, to grow the rest from."""
        batch, first = self.context.claim.batch, self.work.run.first_row
        start = max(batch.start, whole.start + first)
        quota = exemplars(whole.stop - whole.start, self.work.run.count)
        entries = await self.context.results.read(batch, row=start, limit=quota)
        records = [orjson.loads(row) for entry in entries for row in entry.rows][:quota]
        sound = [record for record in records if not _touched(completion, record)]
        rows = [values for record in sound if (values := completion.values_of(record)) is not None]
        return Donors(completion.parts, rows) if rows else None

    async def _grow(self, completion: Completion, span: Segment, donors: Donors) -> None:
        while self._row < span.stop:
            rows = await self.beside(partial(self._grown, completion, span, donors, self._row))
            if not rows:
                self.context.short = "no variation of what was written keeps to the rules"
                return
            added = await self._hand_over(rows)
            self.tally.varied += added
            self.tally.by_path[self.tally.path] += added

    def _grown(self, completion: Completion, span: Segment, donors: Donors, first: int) -> list[str]:
        """The next rows, at least one of them where any can be had."""
        run = self.work.run
        count = min(_BLOCK_ROWS, span.stop - first)
        values = [donors.row(run.first_row + first + at, seed=run.seed) for at in range(count)]
        try:
            rows = completion.rows(first, values)
        except UnsatisfiableError:
            rows = self._one_by_one(completion, donors, first)
        self._score(rows[:: max(1, len(rows) // _SAMPLE)])
        return self._finished(rows, first)

    def _one_by_one(self, completion: Completion, donors: Donors, first: int) -> list[str]:
        """One row out of any donor's variation that can be completed; none: there is none."""
        run = self.work.run
        for attempt in range(_BLOCK_ROWS):
            values = donors.row(run.first_row + first, seed=run.seed + attempt)
            try:
                return completion.rows(first, [values])
            except UnsatisfiableError:
                continue
        return []

    # -- what the engine makes --------------------------------------------------------------------------------

    async def _missing(self, span: Segment, reason: str, *, unavailable: bool) -> None:
        """What becomes of the rows that were not written."""
        if not unavailable:
            self.context.short = reason
        elif self.work.routed:
            self.tally.fallback = reason
            await self._by_engine(span)
        else:
            raise JobBroken("MODEL_UNAVAILABLE", f"no model answers, and the request asks for one: {reason}")

    async def _by_engine(self, span: Segment) -> None:
        path = GenerationMethod.TRADITIONAL.value
        while (start := self._row) < span.stop:
            rows = await self.beside(partial(self._engine_rows, start, min(span.stop, start + _BLOCK_ROWS)))
            self.tally.by_path[path] += await self._hand_over(rows)

    def _engine_rows(self, start: int, stop: int) -> list[str]:
        rows = self.work.run.rows(start, stop, self.tally.defects)
        self._score(rows[:: max(1, len(rows) // _SAMPLE)])
        return rows

    def _score(self, rows: list[str]) -> Any:
        report = self.work.run.score(rows)
        self.tally.checked(report.records_scored, report.passed, report.applied)


def _touched(completion: Completion, record: dict[str, Any]) -> bool:
    """Whether the record was given a defect in what was written for it."""
    pointer = record.get(DEFECT_KEY, {}).get("pointer", "")
    return bool(pointer) and pointer.split("/")[1] in {part.name for part in completion.parts}
