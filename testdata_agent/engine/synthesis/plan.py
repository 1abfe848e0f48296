"""A plan: the columns of one schema under one request's limits, in the order of their needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, NamedTuple

import numpy as np

from testdata_agent.engine.errors import UnsatisfiableError, Violation
from testdata_agent.engine.rules.columns import RowCheck
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64, Bools, Column, Numbers
from testdata_agent.engine.synthesis.frame import ROOT, Frame, LevelKeys, Node
from testdata_agent.engine.synthesis.scope import FrameScope

#: Column that holds the lengths of the array at a path.
LENGTHS = "#length"
#: Fresh draws of a row before its numbers are scaled to fit; and where nothing can be scaled.
MAX_ATTEMPTS, MAX_ATTEMPTS_ALONE = 40, 400
#: Draws without a single row solved after which nothing more is hoped for.
_HOPELESS = 1000
_ADJUSTMENTS = 12


@dataclass(frozen=True, slots=True)
class Bound:
    """Limits of a derived field, in its scaled integers; None does not limit."""

    path: str
    low: int | None
    high: int | None


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
        attempts, drawn = np.zeros(len(rows), dtype=np.uint64), 0
        for attempt in range(1, (MAX_ATTEMPTS if self.adjustable else MAX_ATTEMPTS_ALONE) + 1):
            at = np.flatnonzero(failing)
            again = self._fill(rows[at], np.full(len(at), attempt, dtype=np.uint64), seed, as_of)
            solved = at[~self._failing(again)]
            attempts[solved] = attempt
            failing[solved] = False
            drawn += len(at)
            # A row's values may not depend on its neighbours, so only what ends in a refusal is given up early.
            if not failing.any() or (not self.adjustable and drawn >= _HOPELESS and not attempts.any()):
                break
        frame = self._fill(rows, attempts, seed, as_of)
        if failing.any():
            self._adjust(frame, failing)
        return frame

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

    def _fill(self, rows: I64, attempts: hashing.U64 | None, seed: int, as_of: int) -> Frame:
        frame = Frame(as_of, seed)
        frame.levels[ROOT] = self.keys[ROOT].root(frame, rows, attempts)
        self._make(self.steps, frame)
        return frame

    def _make(self, steps: Iterable[Step], frame: Frame) -> None:
        levels, columns = frame.levels, frame.columns
        for node, slots, array in steps:
            level = levels[node.level]
            column = columns[node.path] = node.make(frame, level, level.hashes[slots])
            if array is not None:
                assert isinstance(column, Numbers)
                levels[array] = self.keys[array].inside(frame, level, column.values)

    def _failing(self, frame: Frame) -> Bools:
        """Rows that break a demand."""
        failing = np.zeros(frame.levels[ROOT].size, dtype=bool)
        scope = FrameScope(frame)
        for _, check in self.checks:
            applicable, passed = check(scope)
            failing |= applicable & ~passed
        return failing

    def _level(self, path: str) -> str:
        return next(step.node.level for step in self.steps if step.node.path == path)

    def _adjust(self, frame: Frame, failing: Bools) -> None:
        """Scales the inputs of bounded fields in the failing rows until the bounds hold."""
        for _ in range(_ADJUSTMENTS):
            for bound in self.bounds:
                self._scale(frame, bound, failing)
            still = self._failing(frame)
            if not still.any():
                return
            failing = still
        row = int(frame.levels[ROOT].rows[np.flatnonzero(failing)[0]])
        names = "; ".join(dict.fromkeys(words for words, _ in self.checks))
        message = f"no values were found for row {row} that satisfy {names}; widen a bound or drop a rule"
        raise UnsatisfiableError(Violation(self.bounds[0].path if self.bounds else "schema", "UNSATISFIABLE", message))

    def _scale(self, frame: Frame, bound: Bound, failing: Bools) -> None:
        total = frame.columns[bound.path]
        if not isinstance(total, Numbers) or self._level(bound.path) != ROOT:
            return
        low = bound.low if bound.low is not None else min(0, bound.high or 0)
        high = bound.high if bound.high is not None else max(2 * low, low + 100)
        wrong = failing & ((total.values < low) | (total.values > high))
        if not wrong.any():
            return
        rows = frame.levels[ROOT].rows
        target = hashing.between(hashing.mix(rows.astype(np.uint64) + np.uint64(frame.seed & 0xFFFF)), low, high)
        current = np.maximum(total.values, 1)
        for path, (least, most) in (self.adjustable or {}).items():
            column, level = frame.columns[path], frame.levels[self._level(path)]
            assert isinstance(column, Numbers)
            owners = level.owners if level.owners is not None else np.arange(level.size)
            chosen = wrong[owners]
            values = column.values.copy()
            scaled = values[chosen] * target[owners][chosen] // current[owners][chosen]
            near = np.abs(target - total.values)[owners][chosen] < 100
            stepped = values[chosen] + np.sign(target - total.values)[owners][chosen]
            values[chosen] = np.clip(np.where(near, stepped, scaled), least, most)
            frame.columns[path] = Numbers(values, column.scale, column.present)
        self._make([step for step in self.steps if step.node.path in self.derived], frame)


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
