"""The seam through which the ways of making a batch's records are reached, one runner a path."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from testdata_agent.engine.defects.step import DefectTally
from testdata_agent.service.tracing import Kind, NoTracing, Tracing
from testdata_agent.stores.jobs import Claim, LedgerUnreachable, Usage
from testdata_agent.stores.patterns import Pattern
from testdata_agent.stores.results.base import Entry, ResultStore
from worker.bills import Bill

#: Records and bytes of one entry, at the most.
ENTRY_ROWS = 256
ENTRY_BYTES = 256 * 1024


#: Gives those of the stored patterns of these ids that there are.
GetPatterns = Callable[[Sequence[str]], Awaitable[Sequence[Pattern]]]


class JobBroken(Exception):  # noqa: N818 - the words of the house
    """The job cannot go on, however often it is tried.

    Args:
        reason: UPPER_SNAKE.
        error: One sentence for whoever asked; nothing of the request's free text.
    """

    def __init__(self, reason: str, error: str) -> None:
        super().__init__(f"{reason}: {error}")
        self.reason, self.error = reason, error


@dataclass
class Context:
    """What a runner works with: where records go, and what is said of them.

    Attributes:
        end: The row after the last that is there: an earlier attempt may have made some.
        owed: Paid in this attempt and not in the ledger yet; it gets there whatever becomes of the batch.
        notes: For the job's metadata; taken when the batch is finished (`stores.jobs.notes` says how they add up).
        counts: Gives more of them, about the rows up to `end`: it is asked once that is known for good.
        tracing: Where the spans of emissions go.
        paid: Told of what was paid to which model.
        first_at: When this attempt's first record was there, on the monotonic clock; None: none is yet.
        bill: Writes down what was paid; None: it is written down at the batch's end.
        short: Why the batch ends with fewer records than it was to have; empty: it must be whole to be done.
    """

    claim: Claim
    results: ResultStore
    end: int
    owed: Bill = field(default_factory=Bill)
    notes: dict[str, Any] = field(default_factory=dict)
    counts: Callable[[], dict[str, Any]] = dict
    short: str = ""
    tracing: Tracing = field(default_factory=NoTracing)
    paid: Callable[[str, Usage], None] = lambda model, usage: None
    bill: Callable[[Bill], Awaitable[None]] | None = None
    first_at: float | None = None

    @classmethod
    async def open(cls, claim: Claim, results: ResultStore, **more: Any) -> "Context":
        """Looks where an earlier attempt got to; `more`: attributes."""
        return cls(claim, results, await results.end_of(claim.batch), **more)

    async def emit(self, rows: Sequence[str]) -> int:
        """Adds records, JSON objects of one line each, from row `end` on; they are with followers at once.

        Returns:
            The new `end`: beyond these rows where another worker was quicker, and then its rows count.

        Raises:
            ResultsFull: see ResultStore.
            ResultsGap: the server has lost rows; `look_again` says where to go on.
        """
        for entry in entries(self.end, rows):
            if entry.end <= self.end:
                continue
            with self.tracing.span("emission", Kind.PRODUCER) as span:
                span.note(records_first=entry.first, records_count=len(entry.rows))
                added = await self.results.append(self.claim.batch, entry)
            if added:
                self.end = entry.end
                self.first_at = self.first_at or time.monotonic()
            else:
                await self.look_again()
        return self.end

    async def look_again(self) -> int:
        """Asks the streams for `end`."""
        self.end = await self.results.end_of(self.claim.batch)
        return self.end

    async def defects(self) -> dict[str, Any]:
        """The note of what the batch's records were given, as they say themselves; empty where none are wanted.

        Other attempts, before this one and beside it, gave it to some of them.
        """
        batch, request = self.claim.batch, self.claim.job.request
        if not (request.get("defect_triggering") or request.get("defects")):
            return {}
        tally = DefectTally(replaced=self.notes.get("defects", {}).get("replaced", 0))
        row = batch.start
        while row < self.end and (found := await self.results.read(batch, row=row, limit=ENTRY_ROWS)):
            for entry in found:
                tally.count(entry.rows)
            row = found[-1].end
        return tally.notes()

    def spend(self, model: str, stage: str, usage: Usage) -> None:
        """Adds what a call to a model was paid with, and what for."""
        self.owed = self.owed.plus(Bill.of(model, stage, usage))
        self.paid(model, usage)

    async def settle(self) -> None:
        """Has the ledger know what was paid so far, so that nobody spends it again; it is done even if cancelled.

        While the ledger is away, `owed` keeps it.
        """
        writing = asyncio.ensure_future(self._billed())
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            while not writing.done():
                # Who is to end is told so again and again.
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({writing})
            raise

    async def _billed(self) -> None:
        if self.bill is None or self.owed == Bill():
            return
        owed, self.owed = self.owed, Bill()
        try:
            await self.bill(owed)
        except LedgerUnreachable:
            self.owed = owed.plus(self.owed)


class Runner(Protocol):
    """Makes the records of batches along one path."""

    async def run(self, claim: Claim, context: Context) -> None:
        """Makes the rows from `context.end` to `claim.batch.stop`, and returns.

        It runs on the process's one loop and must not hold it. It is ended by asyncio.CancelledError, at any await:
        when the job is cancelled, its claim is lost, its time is up or the worker is to end. What was emitted by then
        stays; what it holds open it must close.

        Raises:
            JobBroken: the job cannot go on. Anything else is a failed attempt.
        """
        ...


class AbsentRunner(Runner):
    """Of a path that these workers do not have."""

    async def run(self, claim: Claim, context: Context) -> None:  # noqa: ARG002 - see Runner
        """Raises JobBroken."""
        raise JobBroken("PATH_UNAVAILABLE", f"no worker makes records along the {claim.job.path} path")


#: Path to its runner.
Runners = Mapping[str, Runner]


def entries(first: int, rows: Sequence[str]) -> list[Entry]:
    """Records from row `first` on as entries of bounded size, at least a record each."""
    found: list[Entry] = []
    start = size = 0
    for index, row in enumerate(rows):
        size += len(row)
        if index > start and (size > ENTRY_BYTES or index - start >= ENTRY_ROWS):
            found.append(Entry(first + start, tuple(rows[start:index])))
            start, size = index, len(row)
    if start < len(rows):
        found.append(Entry(first + start, tuple(rows[start:])))
    return found
