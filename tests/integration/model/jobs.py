"""Jobs of the model path run in this process, without queue and ledger."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from testdata_agent.engine.request import GenerationMethod, GenerationRequest
from testdata_agent.engine.request_data import to_data
from testdata_agent.engine.version import ENGINE_VERSION
from testdata_agent.generator import Generator
from testdata_agent.service.access.ceilings import TokenCeilings
from testdata_agent.stores.cassettes.base import Cassette, CassetteStore
from testdata_agent.stores.jobs.base import Claim, JobStore, Spent, UnknownJob
from testdata_agent.stores.jobs.job import Batch, Job, Usage
from testdata_agent.stores.jobs.notes import merged
from testdata_agent.stores.jobs.plan import batches_of
from testdata_agent.stores.jobs.window import Window
from testdata_agent.stores.patterns import Pattern
from testdata_agent.stores.results.base import Entry, ResultStore
from tests.standin.server import StandIn
from worker.bills import Bill
from worker.model.making import Rules
from worker.model.purse import Purse
from worker.model.runner import ModelRunner
from worker.model.teaching import Teaching
from worker.providers.anthropic import AnthropicProvider
from worker.providers.base import Provider
from worker.providers.models import Models
from worker.providers.openai import OpenAiProvider
from worker.runners import Context

BLANK = Job(
    job_id="",
    client_id="",
    request_id="",
    fingerprint="",
    request={},
    path="llm",
    records_requested=0,
    engine_version=ENGINE_VERSION,
)


class Streams:
    """What the runner needs of a result store, in memory."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int], list[str]] = {}
        self.at: list[float] = []

    async def append(self, batch: Batch, entry: Entry) -> bool:
        rows = self.rows.setdefault((batch.job_id, batch.number), [])
        if entry.first != batch.start + len(rows):
            return False
        rows += entry.rows
        self.at.append(asyncio.get_running_loop().time())
        return True

    async def end_of(self, batch: Batch) -> int:
        return batch.start + len(self.rows.get((batch.job_id, batch.number), []))

    async def read(self, batch: Batch, *, row: int, limit: int) -> tuple[Entry, ...]:
        rows = self.rows.get((batch.job_id, batch.number), [])[row - batch.start :][:limit]
        return (Entry(row, tuple(rows)),) if rows else ()


class Shelf(CassetteStore):
    """Cassettes in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Cassette] = {}

    async def get(self, key: str) -> Cassette | None:
        return self.kept.get(key)

    async def put(self, key: str, cassette: Cassette) -> None:
        self.kept.setdefault(key, cassette)


class Ledger:
    """What the runner needs of the ledger, in memory."""

    def __init__(self) -> None:
        self.paid: dict[str, Bill] = {}

    def bill(self, job_id: str) -> Callable[[Bill], Awaitable[None]]:
        async def bill(owed: Bill) -> None:
            await asyncio.sleep(0)
            self.paid[job_id] = self.paid.get(job_id, Bill()).plus(owed)

        return bill

    async def get(self, job_id: str) -> Job:
        if job_id not in self.paid:
            raise UnknownJob(job_id)
        return replace(BLANK, usage=self.paid[job_id].usage)

    async def spent(self, client_id: str, window: Window) -> Spent:  # noqa: ARG002 - see JobStore
        return Spent(sum(paid.usage.tokens for paid in self.paid.values()), 0, 0)


@dataclass
class Outcome:
    """A job that has run."""

    rows: list[str]
    usage: Usage
    notes: dict[str, Any]
    shorts: list[str]

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(row) for row in self.rows]


@dataclass
class Desk:
    """Runs jobs."""

    providers: Sequence[Provider]
    rules: Rules = field(default_factory=lambda: Rules(threshold=0.85, max_tokens=8192))
    streams: Streams = field(default_factory=Streams)
    shelf: Shelf = field(default_factory=Shelf)
    names: tuple[str, ...] = ("claude-sonnet-5-5",)
    most: int = 16
    request_tokens: int | None = None
    client_tokens: int | None = None
    ledger: Ledger = field(default_factory=Ledger)
    patterns: dict[str, Pattern] = field(default_factory=dict)
    teaching: Teaching | None = None
    _runners: list[ModelRunner] = field(default_factory=list)

    @classmethod
    def of_claude(cls, standin: StandIn, **more: Any) -> "Desk":
        return cls([claude(standin)], **more)

    def runner(self) -> ModelRunner:
        models = Models.of(self.providers, most=self.most, names=self.names)
        runner = ModelRunner(
            Generator(), models, self.shelf, self.rules, self._purse(), self._get_patterns, self.teaching
        )
        self._runners.append(runner)
        return runner

    async def _get_patterns(self, pattern_ids: Sequence[str]) -> list[Pattern]:
        return [self.patterns[pattern_id] for pattern_id in pattern_ids if pattern_id in self.patterns]

    def _purse(self) -> Purse:
        ledger = cast("JobStore", self.ledger)
        return Purse(ledger, self.request_tokens, TokenCeilings(self.client_tokens))

    async def run(self, job: str = "job", *, runner: ModelRunner | None = None, **request: Any) -> Outcome:
        """Runs all batches of a job side by side."""
        wanted = GenerationRequest(**{"entity": "cart", "seed": 7, "method": GenerationMethod.LLM, **request})
        row = Job(
            job_id=job,
            client_id="anonymous",
            request_id=job,
            fingerprint="",
            request=to_data(replace(wanted, as_of=1_767_225_600)),
            path="llm",
            records_requested=wanted.count,
            engine_version=ENGINE_VERSION,
        )
        batches = batches_of(job, wanted, GenerationMethod.LLM)
        made = runner or self.runner()
        contexts = [await Context.open(Claim(row, batch), cast("ResultStore", self.streams)) for batch in batches]
        for context in contexts:
            context.bill = self.ledger.bill(job)
        await asyncio.gather(*(made.run(context.claim, context) for context in contexts))
        rows = [row for batch in batches for row in self.streams.rows.get((job, batch.number), [])]
        paid, notes = self.ledger.paid.get(job, Bill()), dict[str, Any]()
        for context in contexts:
            paid, notes = paid.plus(context.owed), merged(notes, context.notes)
        return Outcome(
            rows, paid.usage, merged(notes, paid.notes), [context.short for context in contexts if context.short]
        )

    async def close(self) -> None:
        for runner in self._runners:
            await runner.close()


def claude(standin: StandIn, *, stall_seconds: float = 2.0) -> AnthropicProvider:
    return AnthropicProvider(api_key="k", model="claude-sonnet-5-5", base_url=standin.url, stall_seconds=stall_seconds)


def local(standin: StandIn, *, stall_seconds: float = 2.0) -> OpenAiProvider:
    return OpenAiProvider(base_url=f"{standin.url}/v1", model="local", stall_seconds=stall_seconds)
