"""One span of rows written by a model: asked once, corrected once, filled up, and what is still missing is said."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

from testdata_agent.engine.creative.acceptance import WORTH_ASKING_AGAIN, Acceptance, Verdict
from testdata_agent.engine.creative.answer_schema import answer_schema
from testdata_agent.engine.creative.estimate import record_tokens
from testdata_agent.engine.creative.signatures import title_of
from testdata_agent.engine.creative.stream import Broken, RecordStream
from testdata_agent.stores.jobs.job import Usage
from worker.model.budget import BudgetExhausted, Budgets
from worker.model.tapes import Tapes
from worker.prompts import Correction, Prompts
from worker.providers.base import Finish, ModelRequest, ProviderFault, Stop
from worker.providers.models import ModelsUnavailable

#: Answers that may break off before what is missing is given up.
_BREAKS = 3
#: Times that missing records are asked for after the first answer and the corrections.
_REFILLS = 2
#: An answer may be so many times as long as it is expected to be, and so many tokens longer.
_ROOM, _SPARE_TOKENS = 3, 300


class Stage(StrEnum):
    """What a call is for."""

    WRITE = "write"
    CORRECT = "correct"
    REFILL = "refill"


#: Work of the engine, done beside the loop.
Beside = Callable[[Callable[[], Any]], Awaitable[Any]]


@dataclass
class Rows:
    """The rows of one scenario, filled in turn by whoever has a record.

    Attributes:
        next_row: The run's row that the next accepted record takes.
        stop: The row after the last that is wanted.
        emit: Hands a record over; gives the next row, which another worker may have moved.
    """

    next_row: int
    stop: int
    emit: Callable[[str], Awaitable[int]]
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Place:
    """One writer's share of the rows.

    Attributes:
        first: Number by which the share is told from others, the run's row that it would begin at.
        share: Records that it is to have.
    """

    rows: Rows
    first: int
    share: int
    taken: int = 0

    @property
    def missing(self) -> int:
        """How many are wanted still."""
        return min(self.share - self.taken, self.rows.stop - self.rows.next_row)


@dataclass
class Parameters:
    """How a model is asked.

    Attributes:
        max_tokens: Most of one answer.
        total: Records that the whole job is to have.
    """

    max_tokens: int
    temperature: float | None
    total: int


@dataclass
class Writer:
    """Writes the records of one scenario.

    Attributes:
        spend: Told of what each call was paid with: the model, the stage, the tokens.
        settle: Has the ledger know what was paid.
        written: Creative parts of what was accepted, in order.
        reason: Why records are missing; empty while none are.
        unavailable: Whether they are because no provider answers.
    """

    acceptance: Acceptance
    prompts: Prompts
    tapes: Tapes
    budget: Budgets
    spend: Callable[[str, str, Usage], None]
    settle: Callable[[], Awaitable[None]]
    beside: Beside
    parameters: Parameters
    written: list[dict[str, Any]] = field(default_factory=list)
    calls: int = 0
    reason: str = ""
    unavailable: bool = False
    _stage: Stage = Stage.WRITE
    _declined: int = 0

    async def fill(self, place: Place) -> None:
        """Writes until nothing is missing, or nothing more can be hoped for; `reason` says which."""
        try:
            faulty = await self._ask(Stage.WRITE, place, lambda: self._new(place, place.missing))
            if faulty and place.missing > 0:
                await self._correct(faulty, place)
            for _ in range(_REFILLS):
                if place.missing <= 0 or self._declined > 1:
                    break
                await self._ask(Stage.REFILL, place, lambda: self._new(place, place.missing + 1))
        except ModelsUnavailable as error:
            self.unavailable, self.reason = True, str(error)
        except ProviderFault as fault:
            self.unavailable, self.reason = fault.retryable, str(fault)
        except BudgetExhausted as error:
            self.reason = str(error)
        if place.missing > 0 and not self.reason:
            self.reason = self._why(place.missing)

    async def _correct(self, faulty: Sequence[Correction], place: Place) -> None:
        chosen = list(faulty[: place.missing])
        await self._ask(Stage.CORRECT, place, lambda: self.prompts.correct(chosen), once=True)

    def _new(self, place: Place, count: int) -> str:
        known = [title_of(self.acceptance.completion.parts, values) for values in self.written]
        return self.prompts.write(
            count, place.first + place.taken, self.parameters.total, [text for text in known if text]
        )

    async def _ask(
        self, stage: Stage, place: Place, prompt: Callable[[], str], *, once: bool = False
    ) -> list[Correction]:
        """One call, made again while it breaks off; gives what was refused and could be put right."""
        faulty: list[Correction] = []
        self._stage = stage
        for breaks in range(_BREAKS + 1):
            try:
                await self._call(prompt(), place, faulty)
            except ProviderFault as fault:
                if not fault.retryable or once or breaks == _BREAKS:
                    raise
                if place.missing > 0:
                    continue
            break
        return faulty

    async def _call(self, variable: str, place: Place, faulty: list[Correction]) -> None:
        """One answer, its records taken as they close."""
        parts = self.acceptance.completion.parts
        wanted = max(place.missing, 1) * record_tokens(parts) * _ROOM + _SPARE_TOKENS
        wanted = min(wanted, self.parameters.max_tokens)
        schema = answer_schema(parts)
        records = RecordStream()
        async with self.budget.grant(f"{self.prompts.static}{variable}{schema}", wanted) as most:
            request = ModelRequest(self.prompts.static, variable, schema, most, self.parameters.temperature)
            self.calls += 1
            try:
                await self._read(request, records, place, faulty)
            finally:
                # Whoever asks next what has been paid is to hear of this call.
                await self.settle()

    async def _read(self, request: ModelRequest, records: RecordStream, place: Place, faulty: list[Correction]) -> None:
        async with aclosing(self.tapes.stream(request, self._paid)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Finish):
                    self._declined += piece.stop is Stop.REFUSAL
                    continue
                for record in records.feed(piece):
                    await self._take(record, place, faulty)
                if place.missing <= 0 and records.unfinished:
                    # It goes on with records that nobody asked for.
                    return

    async def _take(self, record: Any, place: Place, faulty: list[Correction]) -> None:
        if isinstance(record, Broken):
            self.acceptance.malformed()
            return
        async with place.rows.turn:
            if place.missing <= 0:
                return
            verdict: Verdict = await self.beside(partial(self.acceptance.judge, place.rows.next_row, record))
            if verdict.row is not None:
                self.written.append(verdict.values)
                place.taken += 1
                place.rows.next_row = await place.rows.emit(verdict.row)
            elif verdict.refusal in WORTH_ASKING_AGAIN:
                faulty.append(Correction(_shown(record), verdict.reasons))

    def _paid(self, model: str, usage: Usage) -> None:
        self.spend(model, self._stage.value, usage)

    def _why(self, missing: int) -> str:
        if self._declined:
            return f"the model declined to write; {missing} records are missing"
        refused = ", ".join(f"{count} {kind}" for kind, count in sorted(self.acceptance.refused.items()))
        return f"{missing} records could not be written well enough" + (f" (refused: {refused})" if refused else "")


def _shown(record: Any) -> Mapping[str, Any]:
    return record if isinstance(record, Mapping) else {"record": str(record)[:200]}
