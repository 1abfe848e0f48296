"""One job of the model path in one process: its admitted run, and what its batches share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from testdata_agent.engine.creative.completion import Completion
from testdata_agent.engine.creative.signatures import signature
from testdata_agent.engine.render.style import PLAIN
from testdata_agent.engine.request import GenerationMethod, GenerationRequest, OutputFormat, Scenario
from testdata_agent.engine.run import Run, Segment
from testdata_agent.generator import Generator
from testdata_agent.stores.jobs.job import Batch, Job
from testdata_agent.stores.jobs.plan import batches_of
from testdata_agent.stores.patterns import Pattern
from testdata_agent.stores.results.base import ResultFault, ResultStore
from worker.model.budget import Budgets

#: Patterns that one prompt shows: more cost tokens, and make what is written no better.
MOST_EXAMPLES = 5
#: Rows of a job's other batches whose words are looked up, so that they are not written twice.
_MOST_KNOWN = 1_000


@dataclass
class Work:
    """A job.

    Attributes:
        run: Its request, admitted; rows are JSON, whatever the format of the answer.
        budget: What all batches in this process may spend together.
        seen: Signatures of the records that are there.
        routed: Whether routing chose the path, so that the engine may stand in.
        patterns: The stored ones that the request chose and that there are still, by id.
    """

    job: Job
    request: GenerationRequest
    run: Run
    budget: Budgets
    seen: set[bytes] = field(default_factory=set)
    patterns: Mapping[str, Pattern] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        job: Job,
        request: GenerationRequest,
        generator: Generator,
        budget: Budgets,
        patterns: Sequence[Pattern] = (),
    ) -> "Work":
        """Admits the job's request, which is `request`; raises InvalidRequest."""
        run = replace(generator.prepare_now(request), output_format=OutputFormat.JSON, style=PLAIN)
        work = cls(job, request, run, budget, patterns={pattern.pattern_id: pattern for pattern in patterns})
        work._learn_patterns()
        return work

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ids of all patterns that the request chose."""
        return self.request.pattern_ids

    @property
    def routed(self) -> bool:
        """See above."""
        return self.request.method is None

    def spans(self, start: int, stop: int) -> Iterator[Segment]:
        """The scenarios that rows [start, stop), as `_index` counts them, lie in, cut to these rows."""
        first = self.run.first_row
        for segment in self.run.segments:
            low, high = max(segment.start, start - first), min(segment.stop, stop - first)
            if low < high:
                yield replace(segment, start=low, stop=high)

    def whole(self, segment: Segment) -> Segment:
        """The scenario that a span was cut from."""
        return next(whole for whole in self.run.segments if whole.start <= segment.start < whole.stop)

    def examples(self, segment: Segment) -> list[Pattern]:
        """The patterns that a model is shown for a scenario."""
        ids = self.request.patterns_of(segment.scenario)
        return [self.patterns[pattern_id] for pattern_id in ids if pattern_id in self.patterns][:MOST_EXAMPLES]

    def scenario_counts(self, start: int, stop: int) -> dict[str, int]:
        """How many of these rows each scenario has."""
        return self.run.scenarios_of(start - self.run.first_row, stop - self.run.first_row)

    def scenario_of(self, segment: Segment) -> Scenario | None:
        """What the request says of a segment's scenario; None: it is the rest."""
        at = self.whole(segment).start
        for scenario in self.request.scenarios:
            if at < scenario.count:
                return scenario
            at -= scenario.count
        return None

    async def recall(self, batch: Batch, results: ResultStore) -> list[tuple[int, str]]:
        """Learns what the job's records say already; gives those of the batch itself, each with its row.

        A store that cannot say is no reason not to write: then words may come twice.
        """
        own: list[tuple[int, str]] = []
        batches = batches_of(self.job.job_id, self.request, GenerationMethod(self.job.path))
        for other in batches if self.run.count <= _MOST_KNOWN else [batch]:
            try:
                entries = await results.read(other, row=other.start, limit=_MOST_KNOWN)
            except ResultFault:
                continue
            rows = [(entry.first + at, row) for entry in entries for at, row in enumerate(entry.rows)]
            if other.number == batch.number:
                own = rows
            self._learn(rows)
        return own

    def _learn(self, rows: list[tuple[int, str]]) -> None:
        for number, row in rows:
            for span in self.spans(number, number + 1):
                self._see(Completion(self.run, span), orjson.loads(row))

    def _learn_patterns(self) -> None:
        """What is shown as an example is not to be written once more."""
        for segment in self.run.segments if self.patterns else ():
            completion = Completion(self.run, segment)
            for pattern in self.examples(segment):
                self._see(completion, pattern.record)

    def _see(self, completion: Completion, record: Mapping[str, Any]) -> None:
        values = completion.values_of(record) if completion.parts else None
        mark = signature(completion.parts, values) if values is not None else None
        if mark is not None:
            self.seen.add(mark)
