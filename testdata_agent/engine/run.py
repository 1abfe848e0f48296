"""A run: one admitted request, ready to give any of its rows at any time."""

import json
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
import orjson

from testdata_agent.engine.coherence.score import CoherenceReport, Scorer
from testdata_agent.engine.defects.asking import Defecting
from testdata_agent.engine.defects.coverage.covering import MOST_ENTRIES, CoveringSet
from testdata_agent.engine.defects.numbers import Number
from testdata_agent.engine.defects.step import DefectStep, DefectTally
from testdata_agent.engine.errors import UnsatisfiableError
from testdata_agent.engine.render import json as json_render
from testdata_agent.engine.render.base import Rendering, Writer
from testdata_agent.engine.render.records import frame_of
from testdata_agent.engine.render.renderings import Renderings
from testdata_agent.engine.render.style import PLAIN, Style
from testdata_agent.engine.request import DEFAULT_SCENARIO, OutputFormat
from testdata_agent.engine.schema.model import Schema
from testdata_agent.engine.synthesis.columns import I64
from testdata_agent.engine.synthesis.frame import Frame
from testdata_agent.engine.synthesis.limits import Limits
from testdata_agent.engine.synthesis.outline import Outline
from testdata_agent.engine.synthesis.parts import wholes
from testdata_agent.engine.synthesis.plan import Plan

_KEPT_WRITERS = 8
#: Rows whose columns a run keeps until it is scored: as many as the answers of most calls have.
_KEPT_ROWS = 200
#: A record that is wanted beside a row's own is that of a row so far away.
_OTHER_ROWS = 104_729


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows [start, stop) of a run: one scenario, made by one plan.

    Attributes:
        writers: Writers of the plan's rows, by the keys of renderings; what is not there is made.
        limits: What the plan was made under: the fields as the request narrows them, and what it fixes.
        kept: What others made of the plan and want to find again.
        currency: What money is in.
    """

    scenario: str
    start: int
    stop: int
    plan: Plan
    writers: dict[Hashable, Writer]
    limits: Limits
    kept: dict[Hashable, Any] = field(default_factory=dict)
    currency: str = "USD"

    def writer(self, rendering: Rendering) -> Writer:
        """The plan's writer."""
        found = self.writers.get(rendering.key)
        if found is None:
            if len(self.writers) >= _KEPT_WRITERS:
                self.writers.clear()
            found = self.writers[rendering.key] = rendering.writer()
        return found


@dataclass
class Run:
    """One admitted request.

    Attributes:
        schema: The effective one: the request's constraints merged in.
        outline: Of the schema before its limits.
        seed, as_of, locale, count, first_row: As used, defaults filled in.
        segments: Who makes which rows, in order, without gaps.
        renderings: The ways in which the run's records can be written.
        style: What the request says about its format.
        hints: How the leaves are made that the schema leaves to their meaning, by path.
        cache_hit: Whether the plans were there already.
        covering: The set that the records are of, where they are of one.
        defects: What is done to the records once they are there; None: nothing.
        judged: What the score holds records against, where scenarios limit fields otherwise; None: `schema`.
    """

    schema: Schema
    outline: Outline
    seed: int
    as_of: int
    count: int
    first_row: int
    locale: str
    output_format: OutputFormat
    envelope: bool
    segments: tuple[Segment, ...]
    renderings: Renderings
    style: Style = PLAIN
    hints: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    unchecked_rules: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    cache_hit: bool = False
    defects: Defecting | None = None
    covering: CoveringSet | None = None
    judged: Schema | None = None
    scorers: dict[tuple[int, str], Scorer] = field(default_factory=dict)
    _kept: tuple[Plan, I64, Frame] | None = field(default=None, init=False, repr=False)

    def rows(self, start: int, stop: int, tally: DefectTally | None = None) -> list[str]:
        """Rendered records of rows [start, stop), relative to `first_row`; see `document`.

        Args:
            start: The first of them.
            stop: The one after the last.
            tally: Counts the defects that they are given, where the request wants any.

        Raises:
            UnsatisfiableError: a rule or bound that no attempt at a row could meet; or no defect fits a record.
        """
        if self.covering is not None:
            return self.covering.rows(self.first_row + start, self.first_row + stop, tally)
        texts = self._valid_rows(start, stop)
        step = self._step
        if step is None:
            return texts
        return step.rows(texts, self.first_row + start, earlier=self._finished, tally=tally)

    def defective(self, rows: Sequence[str], start: int, tally: DefectTally | None = None) -> list[str]:
        """Valid records of whatever hand, with the defects that the request wants; as they are where it wants none.

        Args:
            rows: JSON, with the envelope.
            start: Of the first of them, relative to `first_row`.
            tally: Counts.
        """
        if self.covering is not None:
            return self.covering.rows(self.first_row + start, self.first_row + start + len(rows), tally)
        return list(rows) if self._step is None else self._step.rows(rows, self.first_row + start, tally=tally)

    @cached_property
    def _step(self) -> DefectStep | None:
        if self.defects is None:
            return None
        return self.defects.step(self._scorer, seed=self.seed, as_of=self.as_of, donor=self._other)

    def set_of_defects(self, *, space: int | None) -> CoveringSet:
        """The set of records that the request wants, on records of the engine's.

        Args:
            space: How many records unique fields have values for; None: any number.
        """
        assert self.defects is not None
        plan, writer = self.segments[-1].plan, self.segments[-1].writer(self.renderings.json())

        def donors(entry: int, count: int) -> list[dict[str, Any]]:
            numbers = [entry + MOST_ENTRIES * turn for turn in range(count)]
            rows = np.array([row for row in numbers if space is None or row < space], dtype=np.int64)
            frame = plan.frame(rows, seed=self.seed, as_of=self.as_of)
            texts = writer.rows(
                frame, [',"_index":', wholes(rows), ',"_scenario":', json_render.literal(DEFAULT_SCENARIO)]
            )
            return [json.loads(text, parse_float=Number) for text in texts]

        return self.defects.covering(self._scorer, donors, seed=self.seed, as_of=self.as_of)

    def _finished(self, row: int) -> str:
        """The engine's finished record of any row, by its `_index`; nothing of other records goes into it."""
        assert self._step is not None
        position = row - self.first_row
        # A row before the first is of the first scenario: without scenarios it is the one that another call gives.
        segment = self.segments[max(0, bisect_right(self._starts, position) - 1)]
        span = replace(segment, start=position, stop=position + 1)
        return self._step.rows(self._render([span]), row)[0]

    def _other(self, row: int, turn: int) -> str | None:
        """Another record of the engine's for a row, by its `_index`, under the wishes of its scenario."""
        position = row - self.first_row
        segment = self.segments[max(0, bisect_right(self._starts, position) - 1)]
        position += (turn + 1) * _OTHER_ROWS
        try:
            return self._render([replace(segment, start=position, stop=position + 1)])[0]
        except UnsatisfiableError:
            return None

    def _valid_rows(self, start: int, stop: int) -> list[str]:
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
        return self.scenarios_of(0, self.count)

    def scenarios_of(self, start: int, stop: int) -> dict[str, int]:
        """Rows by scenario among rows [start, stop), relative to `first_row`."""
        counts: Counter[str] = Counter()
        for span in self._spans(start, stop):
            counts[span.scenario] += span.stop - span.start
        return dict(counts)

    def written(self, records: Sequence[str], first: int) -> list[str]:
        """Finished records of the run's schema, as JSON, in the request's format; see `document`.

        Args:
            records: From whatever hand; what is in no field of the schema is left out.
            first: The row of the first of them.
        """
        return self._finisher.rows(frame_of(self.schema.fields, records, first))

    @cached_property
    def _finisher(self) -> Writer:
        return self._rendering.writer()

    def document(self, rows: Sequence[str], *, head: bool = True) -> str:
        """Rendered rows as a whole text in the request's format; `head`: with what goes before the first record."""
        return self._rendering.document(rows, head=head)

    def records(self, start: int, stop: int) -> list[dict[str, Any]]:
        """Rows [start, stop) of a JSON or NDJSON run as plain Python values (numbers with a fraction as floats)."""
        return [orjson.loads(text) for text in self.rows(start, stop)]

    @property
    def scorable(self) -> bool:
        """Whether rendered records are JSON, which `score` reads; else score `json_rows`."""
        return self.output_format in {OutputFormat.JSON, OutputFormat.NDJSON}

    def json_rows(self, positions: Sequence[int]) -> list[str]:
        """The records at these positions (ascending, relative to `first_row`) as JSON.

        Those with defects have their envelope, which names these; others have none.
        """
        if self.defects is not None:
            return [self.rows(position, position + 1)[0] for position in positions]
        rendering = self.renderings.json()
        placed = [(position, self.segments[bisect_right(self._starts, position) - 1]) for position in positions]
        texts: list[str] = []
        for _, group in groupby(placed, key=lambda each: id(each[1].plan)):
            together = list(group)
            segment = together[0][1]
            numbers = np.array([self.first_row + position for position, _ in together], dtype=np.int64)
            frame = self._frame(segment.plan, numbers)
            texts += segment.writer(rendering).rows(frame)
        return texts

    def score(self, rows: Sequence[str]) -> CoherenceReport:
        """The score of finished rows (JSON texts), blind to how they were made; what `_defect` names is left out."""
        return self._scorer.score_json(rows) if self.defects is None else self._scorer.score_defects(rows)

    @cached_property
    def _rendering(self) -> Rendering:
        return self.renderings.of(self.output_format, self.style)

    @cached_property
    def _starts(self) -> list[int]:
        return [segment.start for segment in self.segments]

    def _spans(self, start: int, stop: int) -> list[Segment]:
        """The segments that rows [start, stop) lie in, cut to these rows."""
        if start == stop:
            return []
        touched = self.segments[bisect_right(self._starts, start) - 1 : bisect_left(self._starts, stop)]
        return [replace(s, start=max(s.start, start), stop=min(s.stop, stop)) for s in touched]

    def _frame(self, plan: Plan, numbers: I64) -> Frame:
        """The columns of these rows; where they will be asked for again as JSON, to be scored, they are kept."""
        if self.scorable:
            return plan.frame(numbers, seed=self.seed, as_of=self.as_of)
        kept = self._kept
        if kept is not None and kept[0] is plan and np.array_equal(kept[1], numbers):
            return kept[2]
        frame = plan.frame(numbers, seed=self.seed, as_of=self.as_of)
        if len(numbers) <= _KEPT_ROWS:
            self._kept = (plan, numbers, frame)
        return frame

    def _render(self, spans: Sequence[Segment]) -> list[str]:
        """The rows of neighbouring spans of one plan."""
        low, high = spans[0].start, spans[-1].stop
        numbers = np.arange(self.first_row + low, self.first_row + high, dtype=np.int64)
        writer = spans[0].writer(self._rendering)
        frame = self._frame(spans[0].plan, numbers)
        if not self.envelope or not self._rendering.enveloped:
            return writer.rows(frame)
        literals = [json_render.literal(span.scenario) for span in spans]
        names: str | list[str] = literals[0]
        if len(spans) > 1:
            names = [name for name, span in zip(literals, spans, strict=True) for _ in range(span.stop - span.start)]
        return writer.rows(frame, [',"_index":', wholes(numbers), ',"_scenario":', names])

    @cached_property
    def _judged_as_of(self) -> int:
        """The latest moment that records may speak of: a future that the request itself asks for is no fault."""
        limits = {id(segment.limits): segment.limits for segment in self.segments}.values()
        return max(
            (moment for each in limits if (moment := each.latest_moment()) is not None and moment > self.as_of),
            default=self.as_of,
        )

    @cached_property
    def _scorer(self) -> Scorer:
        key = (self._judged_as_of, self.locale)
        found = self.scorers.get(key)
        if found is None:
            if len(self.scorers) > 8:
                self.scorers.clear()
            found = self.scorers[key] = Scorer(self.judged or self.schema, as_of=key[0], locale=self.locale)
        return found
