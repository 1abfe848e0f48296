"""A plan: the columns of one schema under one request's limits, in the order of their needs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from typing import Any, NamedTuple

import numpy as np

from testdata_agent.engine.errors import UnsatisfiableError, Violation
from testdata_agent.engine.rules.columns import RowCheck
from testdata_agent.engine.schema.moments import FIRST_SECOND, LAST_SECOND
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64, Bools, Column, Dates, Instants, Numbers
from testdata_agent.engine.synthesis.frame import ROOT, Frame, Level, LevelKeys, Node
from testdata_agent.engine.synthesis.scope import FrameScope

#: Column that holds the lengths of the array at a path.
LENGTHS = "#length"
#: Fresh draws of a row before its numbers are scaled to fit; and where nothing can be scaled.
MAX_ATTEMPTS, MAX_ATTEMPTS_ALONE = 40, 1600
#: Draws without a single row solved after which nothing more is hoped for.
_HOPELESS = 1600
#: Rows drawn at once where some are drawn again.
_SIDE_BY_SIDE = 256
#: Fresh draws of what is not given, where some columns are.
_ATTEMPTS_AROUND = 12
#: Corrections of one attempt at a row's numbers, and attempts at rows whose numbers no correction brings home: an
#: exact total cannot be reached where every quantity is even, or where the rounding of a tax leaps over it.
_ADJUSTMENTS, _ADJUSTED_ATTEMPTS = 12, 12
#: Seconds that spans of time lead away from as_of, at most: where that is nearer to the first or last year, what would
#: lie beyond stands at the end.
_SPAN = 300 * 366 * 86_400
#: Nearer than this (scaled) a total is led home by one number alone.
_NEAR = 100


@dataclass(frozen=True, slots=True)
class Bound:
    """Limits of a derived field, in its scaled integers; None does not limit."""

    path: str
    low: int | None
    high: int | None


#: Columns that come from elsewhere, by path: each is given what the plan makes, and says what stands there instead.
Given = Mapping[str, Callable[[Column], Column]]
_NOTHING: Given = {}


class Step(NamedTuple):
    """A node with what filling it takes.

    Attributes:
        slots: Which of its level's hashes are its own.
        array: The array whose lengths it makes; None: it makes something else.
    """

    node: Node
    slots: slice
    array: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Compiled columns.

    Attributes:
        entity: Part of every value's address.
        steps: In an order in which every need comes before its use.
        keys: Hash keys by level.
        bounds: Limits of derived fields, by which their inputs are scaled where no draw meets them.
        checks: Demands that no maker promises (rules, and what derived fields must be): words, and what checks rows.
        adjustable: Number columns whose scaling moves the bounded fields, with their least values.
        derived: Paths made out of other columns alone, so that they can be made again after an adjustment.
    """

    entity: str
    steps: tuple[Step, ...]
    keys: Mapping[str, LevelKeys]
    bounds: tuple[Bound, ...] = ()
    checks: tuple[tuple[str, RowCheck], ...] = ()
    adjustable: Mapping[str, tuple[int, int | None]] | None = None
    derived: frozenset[str] = frozenset()

    def frame(self, rows: I64, *, seed: int, as_of: int) -> Frame:
        """All columns of these rows; demands that draws may miss are met, or UnsatisfiableError is raised."""
        frame = self._fill(rows, None, seed, as_of)
        if not self.checks:
            return frame
        failing = self._failing(frame)
        if not failing.any():
            return frame
        attempts, nearest = self._draw_again(rows, frame, failing)
        if not failing.any() or not self.adjustable:
            frame = self._fill(rows, attempts, seed, as_of)
            self._refuse(frame, failing)
            return frame
        # What comes near by itself needs the least correction, and keeps prices that a shop would ask.
        attempts[failing] = nearest[failing]
        return self._adjusted(rows, attempts, failing, seed, as_of)

    def _draw_again(self, rows: I64, frame: Frame, failing: Bools) -> tuple[hashing.U64, hashing.U64]:
        """The first attempt at each failing row that meets all demands, and the one that comes nearest.

        Rows for which one was found no longer count as `failing`. Attempts are made side by side, ever more of them.
        """
        attempts, drawn = np.zeros(len(rows), dtype=np.uint64), 0
        nearest, least = attempts.copy(), self._distance(frame)
        tried, width, most = 0, 1, MAX_ATTEMPTS if self.adjustable else MAX_ATTEMPTS_ALONE
        while tried < most and failing.any():
            at = np.flatnonzero(failing)
            width = max(1, min(2 * width, most - tried, _SIDE_BY_SIDE // len(at)))
            turns = np.arange(tried + 1, tried + width + 1, dtype=np.uint64)
            again = self._fill(np.repeat(rows[at], width), np.tile(turns, len(at)), frame.seed, frame.as_of)
            distance, missed = (each.reshape(len(at), width) for each in (self._distance(again), self._failing(again)))
            closer, best = distance.min(axis=1) < least[at], distance.argmin(axis=1)
            nearest[at[closer]], least[at[closer]] = turns[best[closer]], distance.min(axis=1)[closer]
            solved, first = ~missed.all(axis=1), missed.argmin(axis=1)
            attempts[at[solved]], failing[at[solved]] = turns[first[solved]], False
            tried, drawn = tried + width, drawn + len(at) * width
            # A row's values may not depend on its neighbours, so only what ends in a refusal is given up early.
            if not self.adjustable and drawn >= _HOPELESS and not attempts.any():
                break
        return attempts, nearest

    def around(self, given: Given, rows: I64, *, seed: int, as_of: int) -> Frame:
        """`frame` with some columns given: what follows from them is made of them, all else is drawn as ever.

        A demand that no draw of the rest meets has the given numbers scaled, where they are among its inputs.
        """
        frame, failing = self.tried_around(given, rows, seed=seed, as_of=as_of)
        self._refuse(frame, failing)
        return frame

    def tried_around(
        self, given: Given, rows: I64, *, seed: int, as_of: int, turn: int = 0, scales: bool = True
    ) -> tuple[Frame, Bools]:
        """`around` that refuses nothing: the columns, and which of the rows break a demand; each turn draws anew.

        Without `scales` no number is scaled to meet a demand.
        """
        attempts = np.full(len(rows), turn * (_ATTEMPTS_AROUND + 1), dtype=np.uint64)
        frame = self._fill(rows, attempts, seed, as_of, given)
        failing = self._failing(frame) if self.checks else np.zeros(len(rows), dtype=bool)
        for _ in range(_ATTEMPTS_AROUND):
            if not failing.any():
                return frame, failing
            attempts[failing] += np.uint64(1)
            frame = self._fill(rows, attempts, seed, as_of, given)
            failing = self._failing(frame)
        return frame, self._adjust(frame, failing, given) if scales else failing

    def cone(self, paths: Iterable[str]) -> "Plan":
        """The part of the plan that these columns need."""
        by_path = {step.node.path: step.node for step in self.steps}
        wanted, pending = set[str](), list(paths)
        while pending:
            path = pending.pop()
            if path not in wanted and path in by_path:
                wanted.add(path)
                node = by_path[path]
                pending += node.needs
                if node.level != ROOT:
                    pending.append(node.level + LENGTHS)
        return plan_of(self.entity, [step.node for step in self.steps if step.node.path in wanted])

    def column(self, path: str, rows: I64, *, seed: int, as_of: int) -> Column:
        """One root column at any rows."""
        return self._fill(rows, None, seed, as_of).columns[path]

    def _fill(self, rows: I64, attempts: hashing.U64 | None, seed: int, as_of: int, given: Given = _NOTHING) -> Frame:
        frame = Frame(as_of, seed)
        frame.levels[ROOT] = self.keys[ROOT].root(frame, rows, attempts)
        self._make(self.steps, frame, given)
        return frame

    def _make(self, steps: Iterable[Step], frame: Frame, given: Given = _NOTHING) -> None:
        levels, columns = frame.levels, frame.columns
        near_the_end = not FIRST_SECOND + _SPAN < frame.as_of < LAST_SECOND - _SPAN
        for node, slots, array in steps:
            level = levels[node.level]
            column = node.make(frame, level, level.hashes[slots])
            if node.path in given:
                column = given[node.path](column)
            if near_the_end and isinstance(column, Instants | Dates):
                column = replace(column, values=column.values.clip(*column.ENDS))
            columns[node.path] = column
            if array is not None:
                assert isinstance(column, Numbers)
                levels[array] = self.keys[array].inside(frame, level, column.values)

    def _failing(self, frame: Frame) -> Bools:
        """Rows that break a demand."""
        failing = np.zeros(frame.levels[ROOT].size, dtype=bool)
        scope = FrameScope(frame)
        for _, check in self.checks:
            failing |= _broken(check, scope)
        return failing

    def _distance(self, frame: Frame) -> I64:
        """How far the bounded totals of each row lie outside of their bounds."""
        distance = np.zeros(frame.levels[ROOT].size, dtype=np.int64)
        for bound in self.bounds:
            total = frame.columns[bound.path]
            if isinstance(total, Numbers) and self._level(bound.path) == ROOT:
                if bound.low is not None:
                    distance += np.maximum(bound.low - total.values, 0)
                if bound.high is not None:
                    distance += np.maximum(total.values - bound.high, 0)
        return distance

    def _level(self, path: str) -> str:
        return next(step.node.level for step in self.steps if step.node.path == path)

    def _adjusted(self, rows: I64, attempts: hashing.U64, missed: Bools, seed: int, as_of: int) -> Frame:
        """All columns, with the numbers of the rows that no draw met scaled until their bounds hold."""
        left = _ADJUSTED_ATTEMPTS
        while True:
            frame, left = self._fill(rows, attempts, seed, as_of), left - 1
            failing = self._adjust(frame, missed)
            if not failing.any():
                return frame
            if not left:
                self._refuse(frame, failing)
            attempts[failing] += np.uint64(MAX_ATTEMPTS + 1)

    def _refuse(self, frame: Frame, failing: Bools) -> None:
        if not failing.any():
            return
        row = int(frame.levels[ROOT].rows[np.flatnonzero(failing)[0]])
        scope = FrameScope(frame)
        names = "; ".join(dict.fromkeys(words for words, check in self.checks if _broken(check, scope)[failing].any()))
        message = f"no values were found for row {row} that satisfy {names}; widen a bound or drop a rule"
        raise UnsatisfiableError(Violation(self.bounds[0].path if self.bounds else "schema", "UNSATISFIABLE", message))

    def _adjust(self, frame: Frame, failing: Bools, given: Given = _NOTHING) -> Bools:
        """Corrects the inputs of bounded fields in the failing rows; says which rows still fail."""
        corrections = [_Correction(bound, len(failing)) for bound in self.bounds]
        for _ in range(_ADJUSTMENTS):
            for correction in corrections:
                self._correct(frame, correction, failing, given)
            failing = failing & self._failing(frame)
            if not failing.any():
                break
        return failing

    def _correct(self, frame: Frame, correction: "_Correction", failing: Bools, given: Given) -> None:
        total = frame.columns[correction.bound.path]
        if not isinstance(total, Numbers) or self._level(correction.bound.path) != ROOT:
            return
        bound, (low, high) = correction.bound, correction.ends()
        below = bound.low is not None and total.values < bound.low
        wrong = failing & (below | (bound.high is not None and total.values > bound.high))
        if not wrong.any():
            return
        rows = frame.levels[ROOT].rows
        target = hashing.between(hashing.mix(rows.astype(np.uint64) + np.uint64(frame.seed & 0xFFFF)), low, high)
        near = wrong & (np.abs(target - total.values) < _NEAR)
        far, current = wrong & ~near, np.maximum(total.values, 1)
        steps, turn = correction.steps(total.values, target, near)
        nested = sorted(self.adjustable or {}, key=lambda path: self._level(path) == ROOT)
        for path in nested:
            column, level = frame.columns[path], frame.levels[self._level(path)]
            assert isinstance(column, Numbers)
            owners = level.owners if level.owners is not None else np.arange(level.size)
            values, least_most = column.values.copy(), (self.adjustable or {})[path]
            chosen = far[owners]
            values[chosen] = values[chosen] * target[owners][chosen] // current[owners][chosen]
            if path == nested[0]:
                values += np.where(_turns(level, turn), steps[owners], 0)
            changed = wrong[owners]
            values[changed] = np.clip(values[changed], *least_most)
            frame.columns[path] = Numbers(values, column.scale, column.present, column.nulls)
        self._make([step for step in self.steps if step.node.path in self.derived], frame, given)


def _broken(check: RowCheck, scope: FrameScope) -> Bools:
    """Rows that break one demand."""
    applicable, passed = check(scope)
    return applicable & ~passed


class _Correction:
    """How one bounded total of each row has answered to the changes of one of its inputs."""

    def __init__(self, bound: Bound, size: int) -> None:
        self.bound = bound
        self._before, self._step, self._turn = (np.zeros(size, dtype=np.int64) for _ in range(3))

    def ends(self) -> tuple[int, int]:
        """The least and greatest total; an open end is put where totals may well lie."""
        low = self.bound.low if self.bound.low is not None else min(0, self.bound.high or 0)
        return low, self.bound.high if self.bound.high is not None else max(2 * low, low + _NEAR)

    def steps(self, totals: I64, targets: I64, near: Bools) -> tuple[I64, I64]:
        """(by how much to change one input of each row, and whose turn it is among a row's items)."""
        missing, moved = targets - totals, totals - self._before
        known = (self._step != 0) & (moved * self._step > 0)
        # As many units as bring what is missing, by what the last ones brought; where that is none, another's turn.
        units = np.where(known, missing * self._step // np.where(known, moved, 1), missing)
        stuck = near & ((units == 0) | ((self._step != 0) & ~known))
        self._turn[stuck] += 1
        self._step = np.where(near, np.where(stuck, np.sign(missing), units), 0)
        self._before = totals.copy()
        return self._step, self._turn


def _turns(level: Level, turn: I64) -> Bools:
    """The one position of each row whose turn it is."""
    if level.children is None or level.owners is None or level.offsets is None:
        return np.ones(level.size, dtype=bool)
    sizes = np.maximum(np.diff(level.offsets), 1)
    result: Bools = level.children == (turn % sizes)[level.owners]
    return result


def ordered(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Nodes in an order in which every need comes first; needs that no node makes are the caller's mistake."""
    by_path = {node.path: node for node in nodes}
    graph = {}
    for node in nodes:
        needs = set(node.needs)
        if node.level != ROOT:
            needs.add(node.level + LENGTHS)
        graph[node.path] = {need for need in needs if need in by_path}
    return tuple(by_path[path] for path in TopologicalSorter(graph).static_order())


def plan_of(entity: str, nodes: Sequence[Node], **demands: Any) -> Plan:
    """The plan of these nodes, which stand in order; `demands` are what Plan takes beyond them."""
    levels: dict[str, list[Node]] = {ROOT: []}
    for node in nodes:
        levels.setdefault(node.level, []).append(node)
        if node.path.endswith(LENGTHS):
            levels.setdefault(node.path.removesuffix(LENGTHS), [])
    keys = {level: LevelKeys(entity, members) for level, members in levels.items()}
    steps = [Step(node, keys[node.level].slots[node.path], _array_of(node.path)) for node in nodes]
    return Plan(entity, tuple(steps), keys, **demands)


def _array_of(path: str) -> str | None:
    return path.removesuffix(LENGTHS) if path.endswith(LENGTHS) else None
