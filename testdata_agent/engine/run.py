"""A run: one admitted request, ready to give any of its rows at any time."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
import orjson

from testdata_agent.engine.coherence.score import CoherenceReport, Scorer
from testdata_agent.engine.render import json as json_render
from testdata_agent.engine.request import OutputFormat
from testdata_agent.engine.schema.model import Schema
from testdata_agent.engine.synthesis.parts import wholes
from testdata_agent.engine.synthesis.plan import Plan


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows [start, stop) of a run: one scenario, made by one plan."""

    scenario: str
    start: int
    stop: int
    plan: Plan
    writer: json_render.Writer


@dataclass
class Run:
    """One admitted request.

    Attributes:
        schema: The effective one: the request's constraints merged in.
        seed, as_of, locale, count, first_row: As used, defaults filled in.
        segments: Who makes which rows, in order, without gaps.
        cache_hit: Whether the plans were there already.
    """

    schema: Schema
    seed: int
    as_of: int
    count: int
    first_row: int
    locale: str
    output_format: OutputFormat
    envelope: bool
    segments: tuple[Segment, ...]
    unchecked_rules: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    cache_hit: bool = False
    scorers: dict[tuple[int, str], Scorer] = field(default_factory=dict)

    def rows(self, start: int, stop: int) -> list[str]:
        """Rendered JSON objects of rows [start, stop), relative to `first_row`.

        Raises:
            UnsatisfiableError: a rule or bound that no attempt at a row could meet.
        """
        if not 0 <= start <= stop <= self.count:
            raise IndexError(f"rows {start} to {stop} of {self.count}")
        texts: list[str] = []
        # Neighbours of one plan are made together, so that many small scenarios cost what their rows do.
        for _, spans in groupby(self._spans(start, stop), key=lambda span: id(span.plan)):
            texts += self._render(list(spans))
        return texts

    def slice_end(self, start: int, stop: int, *, plans: int) -> int:
        """The greatest end, at most `stop`, of a slice from `start` in which at most so many plans make rows."""
        for seen, (_, spans) in enumerate(groupby(self._spans(start, stop), key=lambda span: id(span.plan))):
            if seen == plans:
                return next(spans).start
        return stop

    @cached_property
    def scenario_counts(self) -> Mapping[str, int]:
        """Rows of the run by scenario."""
        counts: Counter[str] = Counter()
        for segment in self.segments:
            counts[segment.scenario] += segment.stop - segment.start
        return counts

    def document(self, rows: Sequence[str]) -> str:
        """Rendered rows as a whole text in the request's format."""
        if self.output_format is OutputFormat.NDJSON:
            return "\n".join(rows) + "\n" if rows else ""
        return json_render.document(rows)

    def records(self, start: int, stop: int) -> list[dict[str, Any]]:
        """Rows [start, stop) as plain Python values (numbers with a fraction as floats)."""
        return [orjson.loads(text) for text in self.rows(start, stop)]

    def score(self, rows: Sequence[str]) -> CoherenceReport:
        """The score of finished rows, blind to how they were made."""
        return self._scorer.score_json(rows)

    @cached_property
    def _starts(self) -> list[int]:
        return [segment.start for segment in self.segments]

    def _spans(self, start: int, stop: int) -> list[Segment]:
        """The segments that rows [start, stop) lie in, cut to these rows."""
        if start == stop:
            return []
        touched = self.segments[bisect_right(self._starts, start) - 1 : bisect_left(self._starts, stop)]
        return [replace(s, start=max(s.start, start), stop=min(s.stop, stop)) for s in touched]

    def _render(self, spans: Sequence[Segment]) -> list[str]:
        """The rows of neighbouring spans of one plan."""
        low, high = spans[0].start, spans[-1].stop
        numbers = np.arange(self.first_row + low, self.first_row + high, dtype=np.int64)
        writer = spans[0].writer
        frame = spans[0].plan.frame(numbers, seed=self.seed, as_of=self.as_of)
        if not self.envelope:
            return writer.rows(frame)
        literals = [json_render.literal(span.scenario) for span in spans]
        names: str | list[str] = literals[0]
        if len(spans) > 1:
            names = [name for name, span in zip(literals, spans, strict=True) for _ in range(span.stop - span.start)]
        return writer.rows(frame, [',"_index":', wholes(numbers), ',"_scenario":', names])

    @cached_property
    def _scorer(self) -> Scorer:
        key = (self.as_of, self.locale)
        found = self.scorers.get(key)
        if found is None:
            if len(self.scorers) > 8:
                self.scorers.clear()
            found = self.scorers[key] = Scorer(self.schema, as_of=self.as_of, locale=self.locale)
        return found
