"""A run: one admitted request, ready to give any of its rows at any time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
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
    """Rows [start, stop) of a run that one plan makes."""

    scenario: str
    start: int
    stop: int
    plan: Plan


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
    scenario_counts: Mapping[str, int]
    unchecked_rules: tuple[str, ...]
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
        for segment in self.segments:
            low, high = max(start, segment.start), min(stop, segment.stop)
            if low < high:
                texts += self._render(segment, low, high)
        return texts

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

    def _render(self, segment: Segment, low: int, high: int) -> list[str]:
        numbers = np.arange(self.first_row + low, self.first_row + high, dtype=np.int64)
        plan = segment.plan
        record = plan.record(plan.frame(numbers, seed=self.seed, as_of=self.as_of))
        if not self.envelope:
            return json_render.rows(record)
        name = json_render.literal(segment.scenario)
        return json_render.rows(record, [',"_index":', wholes(numbers), f',"_scenario":{name}'])

    @cached_property
    def _scorer(self) -> Scorer:
        key = (self.as_of, self.locale)
        found = self.scorers.get(key)
        if found is None:
            if len(self.scorers) > 8:
                self.scorers.clear()
            found = self.scorers[key] = Scorer(self.schema, as_of=self.as_of, locale=self.locale)
        return found
