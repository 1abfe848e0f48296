"""Patterns grown to records: each takes after one of them, keeps what made it interesting, and is a copy of none.

What a record is about comes from the exemplar, with numbers moved a little and other articles of a kind in its lists.
Identifiers, contacts and times are the engine's, made for the row; what follows from other fields is derived. Every row
is a function of the seed, its number and the exemplars. A row that breaks a rule of the schema or a wish of the request
is made again after another exemplar.
"""

from collections import Counter, OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import gcd
from typing import Final

import numpy as np
import orjson

from testdata_agent.engine.coherence.checks.duplicates import Duplicates
from testdata_agent.engine.coherence.report import OF_TASTE, CoherenceReport
from testdata_agent.engine.render import json as json_render
from testdata_agent.engine.render.base import Writer
from testdata_agent.engine.run import Run, Segment
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64, Bools, Numbers
from testdata_agent.engine.synthesis.frame import Frame
from testdata_agent.engine.synthesis.parts import wholes
from testdata_agent.engine.variation.block import Block
from testdata_agent.engine.variation.copies import Copies
from testdata_agent.engine.variation.exemplars import Exemplar
from testdata_agent.engine.variation.fill import Fill
from testdata_agent.engine.variation.fitting import fitted
from testdata_agent.engine.variation.layout import Role, layout_of
from testdata_agent.engine.variation.likeness import Columns, FieldLikeness, columns_of, likeness

#: Attempts at one row; each takes after the next exemplar.
MAX_ATTEMPTS: Final = 12
#: From this attempt on numbers are scaled to meet what is asked of sums.
_SCALES_FROM: Final = 4
#: Shelves of one plan that are found again.
_KEPT_SHELVES: Final = 64
_WRITER: Final = "writer"
#: The exemplars as they are compared with what is made of them, of the last exemplars.
_STORED: Final = "stored"


class Rejection(StrEnum):
    """Why an attempt at a row was made again."""

    #: No draw of what is not the exemplar's meets the rules and bounds.
    UNSATISFIABLE = "unsatisfiable"
    #: A bound could be met only with other values than the locked ones.
    LOCKED = "locked"
    #: The finished record breaks a check that every record has to pass.
    RULES = "rules"
    #: It scores below the threshold.
    INCOHERENT = "incoherent"
    #: It is a stored record over again.
    COPY = "copy"


@dataclass
class Varied:
    """Rows of a run.

    Attributes:
        rows: By position in the run, as JSON; what no attempt could make is missing.
        used: Rows by the key of the exemplar that they take after.
        rejected: Attempts that were made again, by reason.
        passed, applied: Checks of the rows that are there.
    """

    rows: dict[int, str] = field(default_factory=dict)
    used: Counter[Hashable] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    passed: int = 0
    applied: int = 0

    @property
    def score(self) -> float | None:
        """Checks passed / checks applied; None where none applied."""
        return self.passed / self.applied if self.applied else None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Exemplars made ready for one plan.

    Attributes:
        fill: None: none of them can serve.
        passed_over: How many cannot, by reason.
    """

    fill: Fill | None
    copies: Copies
    passed_over: Mapping[str, int]


class Variation:
    """A run whose rows take after exemplars."""

    def __init__(
        self, run: Run, exemplars: Sequence[Exemplar], *, threshold: float = 0.0, faithful: bool = False
    ) -> None:
        """Prepares nothing yet.

        Args:
            run: Admitted.
            exemplars: At least one.
            threshold: Least score of a record.
            faithful: Whether the exemplars are samples whose distributions the rows follow: each is taken as often as
                any other, what stands in it together stays together, and numbers move no further than half-way to the
                next sample's.

        Raises:
            ValueError: there is no exemplar.
        """
        if not exemplars:
            raise ValueError("variation needs at least one exemplar")
        self._run, self._exemplars, self._threshold = run, tuple(exemplars), threshold
        self._faithful = faithful
        self._keys = (faithful, *((exemplar.key, exemplar.locked_paths) for exemplar in exemplars))

    def usable(self) -> int:
        """How many exemplars serve every scenario of the run; 0: some of its rows have none."""
        fills = [self._prepared(segment).fill for segment in self._run.segments]
        return min((0 if fill is None else len(fill.shelf.exemplars) for fill in fills), default=0)

    def passed_over(self) -> dict[str, int]:
        """How many exemplars are not used, by reason; of several scenarios, in that which uses the fewest."""
        found = [dict(self._prepared(segment).passed_over) for segment in self._run.segments]
        return max(found, key=lambda counts: sum(counts.values()), default={})

    def rows(self, start: int, stop: int) -> Varied:
        """Rows [start, stop), relative to the run's first.

        Raises:
            IndexError: the run has no such rows.
        """
        if not 0 <= start <= stop <= self._run.count:
            raise IndexError(f"rows {start} to {stop} of {self._run.count}")
        varied = Varied()
        for segment in self._run.segments:
            low, high = max(start, segment.start), min(stop, segment.stop)
            if low < high:
                self._segment(varied, segment, low, high)
        return varied

    def likeness(self, rows: Sequence[str]) -> tuple[FieldLikeness, ...]:
        """How like rows of the run are to the exemplars, field by field; see likeness.py."""
        if not self._run.segments:
            return ()
        segment = self._run.segments[0]
        layout, kept = layout_of(self._run, segment), segment.kept.get(_STORED)
        if kept is None or kept[0] != self._keys:
            stored: Columns = columns_of(layout, [each.record for each in self._exemplars])
            kept = segment.kept[_STORED] = (self._keys, stored)
        return likeness(kept[1], columns_of(layout, [orjson.loads(row) for row in rows]))

    # -- one scenario -----------------------------------------------------------------------------------------

    def _segment(self, varied: Varied, segment: Segment, start: int, stop: int) -> None:
        prepared = self._prepared(segment)
        if prepared.fill is None:
            return
        pending = np.arange(start, stop, dtype=np.int64)
        for attempt in range(MAX_ATTEMPTS):
            pending = self._attempt(varied, segment, prepared, pending, attempt)
            if not len(pending):
                return

    def _attempt(self, varied: Varied, segment: Segment, prepared: _Prepared, positions: I64, attempt: int) -> I64:
        """Adds the rows that come out right; gives the others."""
        fill, run = prepared.fill, self._run
        assert fill is not None
        numbers = positions + run.first_row
        chosen = self._chosen(fill, numbers, attempt)
        block = Block(fill, numbers, chosen, seed=run.seed, as_of=run.as_of, attempt=attempt)
        # Another basket may come to what is asked; a scaled one has articles of two prices.
        scales = attempt >= _SCALES_FROM or not fill.baskets
        frame, failing = segment.plan.tried_around(
            block.given(), numbers, seed=run.seed, as_of=run.as_of, turn=attempt, scales=scales
        )
        texts = self._written(segment, frame, numbers, block.finish(frame))
        bad: list[str | None] = [Rejection.UNSATISFIABLE if fails else None for fails in failing.tolist()]
        _mark(bad, _unlocked(block, fill, frame), Rejection.LOCKED)
        _mark(bad, prepared.copies.among(texts), Rejection.COPY)
        report = self._judged(texts, bad)
        good = [index for index, reason in enumerate(bad) if reason is None]
        for index in good:
            varied.rows[int(positions[index])] = texts[index]
            varied.used[fill.shelf.exemplars[int(chosen[index])].key] += 1
        varied.rejected.update(reason for reason in bad if reason is not None)
        varied.passed += report.passed
        varied.applied += report.applied
        return positions[[index for index, reason in enumerate(bad) if reason is not None]]

    def _chosen(self, fill: Fill, numbers: I64, attempt: int) -> I64:
        """The exemplar of each row: as many rows in turn as there are exemplars have one each."""
        size = len(fill.shelf.exemplars)
        keys = hashing.seeded_keys(self._run.seed, np.array([fill.key("", "turn")], dtype=np.uint64))
        offsets = hashing.below(hashing.draws(keys, hashing.counters(numbers // size))[0], size)
        # Neighbours are often of one kind, so the next attempt goes far.
        stride = next(step for step in range(size * 5 // 8 + 1, 2 * size + 2) if gcd(step, size) == 1)
        return (numbers + offsets + attempt * stride) % size

    def _written(self, segment: Segment, frame: Frame, numbers: I64, late: frozenset[str]) -> list[str]:
        writer: Writer | None = segment.kept.get((_WRITER, late))
        if writer is None:
            writer = segment.kept[_WRITER, late] = self._run.renderings.json().writer()
        if not self._run.envelope:
            return writer.rows(frame)
        name = json_render.literal(segment.scenario)
        return writer.rows(frame, [',"_index":', wholes(numbers), ',"_scenario":', name])

    def _judged(self, texts: Sequence[str], bad: list[str | None]) -> CoherenceReport:
        """Notes in `bad` what the score rejects; gives the report on the others.

        That a record is like an earlier one is told, and none is made again for it: a row would else be another one
        where others are made beside it.
        """
        standing = [index for index, reason in enumerate(bad) if reason is None]
        report = self._run.score([texts[index] for index in standing])
        if not report.faults:
            return report
        for fault in report.faults:
            if fault.check not in OF_TASTE | {Duplicates.name}:
                bad[standing[fault.row]] = Rejection.RULES
        for row in {fault.row for fault in report.faults}:
            index = standing[row]
            if bad[index] is None and self._threshold > 0:
                own = self._run.score([texts[index]]).score
                if own is not None and own < self._threshold:
                    bad[index] = Rejection.INCOHERENT
        return self._run.score([texts[index] for index in standing if bad[index] is None])

    # -- exemplars --------------------------------------------------------------------------------------------

    def _prepared(self, segment: Segment) -> _Prepared:
        """The exemplars made ready for the segment's plan; kept with the plan."""
        shelves: OrderedDict[Hashable, _Prepared] = segment.kept.setdefault("shelves", OrderedDict())
        found = shelves.get(self._keys)
        if found is None:
            found = shelves[self._keys] = self._prepare(segment)
            if len(shelves) > _KEPT_SHELVES:
                shelves.popitem(last=False)
        else:
            shelves.move_to_end(self._keys)
        return found

    def _prepare(self, segment: Segment) -> _Prepared:
        layout = layout_of(self._run, segment)
        found = fitted(layout, segment.limits, self._run.outline.derived, self._exemplars)
        fill = None if found.shelf is None else Fill(found.shelf, None if self._faithful else segment.limits)
        copies = Copies((exemplar.record for exemplar in self._exemplars), shared=self._faithful)
        return _Prepared(fill, copies, found.passed_over)


def _mark(bad: list[str | None], wrong: Sequence[bool] | Bools, reason: Rejection) -> None:
    for index in np.flatnonzero(wrong).tolist():
        bad[index] = bad[index] or reason


def _unlocked(block: Block, fill: Fill, frame: Frame) -> Bools:
    """Rows in which a number that is kept is another: what was scaled to meet a bound, or derived otherwise."""
    wrong = np.zeros(len(block.rows), dtype=bool)
    shelf = fill.shelf
    plan = shelf.layout.plan
    kept = frozenset[str]().union(*(wishes.kept for wishes in shelf.wishes))
    for path in kept:
        cells = shelf.cells.get(path)
        column = frame.columns.get(path)
        if cells is None or not isinstance(column, Numbers):
            continue
        if cells.leaf.role is not Role.DERIVED and path not in (plan.adjustable or {}):
            continue
        values, _, _ = fill.numbers(cells, column.scale)
        entries = block.entries(cells.leaf.level)
        owners = shelf.levels[cells.leaf.level].of
        keeps = np.array(
            [v is not None and path in shelf.wishes[o].kept for v, o in zip(cells.values, owners, strict=False)]
            + [False]
        )
        differs = keeps[entries] & (column.values != values[entries])
        wrong[block.owners(cells.leaf.level)[differs]] = True
    return wrong
