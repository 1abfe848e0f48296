"""Schema and limits to a plan: which maker each field gets, and what it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np

from testdata_agent.engine.errors import Violation
from testdata_agent.engine.rules import columns as rule_columns
from testdata_agent.engine.rules.rulebook import Rule, Rulebook, compile_rules, parse_condition
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TIME_TYPES, Field, FieldType, Schema
from testdata_agent.engine.schema.shape import shape_of
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import Column, Numbers
from testdata_agent.engine.synthesis.frame import ROOT, Frame, Level, Maker, Node
from testdata_agent.engine.synthesis.generators import choices, numbers, times
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.limits import Limits, epoch
from testdata_agent.engine.synthesis.plan import LENGTHS, Bound, Plan, level_keys, ordered
from testdata_agent.engine.synthesis.resources import Resources
from testdata_agent.engine.synthesis.scope import FrameScope, column_of
from testdata_agent.engine.synthesis.tables import Quantiles

#: Share of records in which an optional field is absent, in percent.
ABSENT_PERCENT = 10
DEFAULT_LENGTHS = (1, 3)
_HOUR, _DAY = 3600, 86_400


@dataclass(slots=True)
class Compiler:
    """Turns one schema under one set of limits into a plan. Used once."""

    schema: Schema
    limits: Limits
    resources: Resources
    nodes: dict[str, Node] = field(default_factory=dict)
    faults: list[Violation] = field(default_factory=list)
    groups: dict[str, Any] = field(default_factory=dict)
    book: Rulebook = field(default_factory=lambda: Rulebook((), (), ()))
    derived: dict[str, Rule] = field(default_factory=dict)
    dependent: set[str] = field(default_factory=set)

    def compile(self) -> Plan:
        """The plan; what is wrong stands in `faults` (and in `limits.faults`) afterwards."""
        shape = shape_of(self.schema)
        self.book, faults = compile_rules(self.schema.coherence_rules, shape)
        self.faults += [Violation("schema.coherence_rules", f.reason, f"{f.rule[:120]!r}: {f.message}") for f in faults]
        if faults:
            return Plan((), {}, {})
        self.derived = {rule.derives: rule for rule in self.book.deriving if rule.derives is not None}
        self._fields(self.schema.fields, "", ROOT)
        if self.faults or self.limits.faults:
            return Plan((), {}, {})
        nodes = ordered(list(self.nodes.values()))
        bounds = tuple(b for b in (self._bound(path) for path in self.derived) if b is not None)
        return Plan(
            nodes,
            level_keys(self.schema.name, nodes),
            self.schema.fields,
            bounds,
            tuple(rule for rule in self.book.checking if not self._guaranteed(rule)),
            self._adjustable(bounds),
            frozenset({*self.derived, *self.dependent}),
        )

    # -- the tree ---------------------------------------------------------------------------------------------

    def _fields(self, fields: Mapping[str, Field], prefix: str, level: str) -> None:
        for name in fields:
            self._field(prefix + name, level)

    def _field(self, path: str, level: str) -> None:
        spec = self.limits.fields[path]
        if spec.type is FieldType.OBJECT and spec.fields:
            self._presence(path, spec, level, structural=True)
            self._fields(spec.fields, path + ".", level)
        elif spec.type is FieldType.ARRAY and spec.item is not None:
            self._presence(path, spec, level, structural=True)
            self._array(path, spec, level)
        else:
            self._leaf(path, spec, level)

    def _array(self, path: str, spec: Field, level: str) -> None:
        low, high = self.limits.lengths.get(path, (None, None))
        least = spec.min_items if spec.min_items is not None else DEFAULT_LENGTHS[0]
        most = spec.max_items if spec.max_items is not None else max(least, DEFAULT_LENGTHS[1])
        least, most = (least if low is None else low), (most if high is None else high)
        knots = (spec.generate or {}).get("quantiles")
        if knots and low is None:
            maker = numbers.shaped(Quantiles.of(knots), least, most, 0)
        else:
            maker = numbers.uniform(least, most, 0)
        self.add(path + LENGTHS, level, maker)
        item = spec.item
        assert item is not None
        if item.type is FieldType.OBJECT and item.fields:
            self._fields(item.fields, path + ".", path)
        elif item.type is FieldType.ARRAY:
            self.fault(
                path, "UNSUPPORTED_SCHEMA", "arrays directly inside arrays are not supported: put an object between"
            )
        else:
            self._leaf(path, item, path)

    def _leaf(self, path: str, spec: Field, level: str) -> None:
        from testdata_agent.engine.synthesis.fields import Found, maker_of  # noqa: PLC0415 - the two call one another

        rule = self.derived.get(path)
        if rule is not None:
            if path in self.limits.fixed:
                self._fix_derived(path, spec)
            self.add(path, level, self._deriving(rule, spec), tuple(rule.inputs), ())
            return
        if path in self.limits.fixed:
            found: Found = (fixed(spec, self.limits.fixed[path], self.scale(spec)), (), ())
        else:
            found = maker_of(self, path, spec, level)
        if found is None:
            return
        maker, needs, purposes = found
        self.add(path, level, *self._with_presence(path, spec, maker, needs, purposes))

    def add(
        self,
        path: str,
        level: str,
        maker: Maker,
        needs: Sequence[str] = (),
        purposes: Sequence[str] = ("value",),
    ) -> str:
        """Adds a node, unless one of that path is there; returns the path."""
        if path not in self.nodes:
            self.nodes[path] = Node(path, level, self._real(needs), tuple(purposes), maker)
        return path

    def fault(self, path: str, reason: str, message: str) -> None:
        """Notes a violation of the field at `path`."""
        where = f"constraints[{path}]" if path in self.limits.touched else f"schema.{path}"
        self.faults.append(Violation(where, reason, message))

    def _real(self, needs: Sequence[str]) -> tuple[str, ...]:
        """Needs as columns: an array is known by its lengths and all that its items hold."""
        result: list[str] = []
        for need in needs:
            spec = self.limits.fields.get(need)
            if spec is not None and spec.type is FieldType.ARRAY:
                result.append(need + LENGTHS)
            else:
                result.append(need)
        return tuple(result)

    # -- presence ---------------------------------------------------------------------------------------------

    def _presence(self, path: str, spec: Field, level: str, *, structural: bool) -> None:
        if structural and not spec.required and not self._forced(path):
            self.add(path + "#present", level, choices.boolean(100 - ABSENT_PERCENT))

    def _forced(self, path: str) -> bool:
        """Whether the request speaks of the field or of what it holds, so that it must be there."""
        return any(t == path or t.startswith(path + ".") for t in self.limits.touched)

    def _with_presence(
        self, path: str, spec: Field, maker: Maker, needs: Sequence[str], purposes: Sequence[str]
    ) -> tuple[Maker, Sequence[str], Sequence[str]]:
        condition = (spec.generate or {}).get("when")
        if condition is not None:
            expr = parse_condition(condition, shape_of(self.schema))
            from testdata_agent.engine.rules.syntax import paths  # noqa: PLC0415 - one use

            return conditional(maker, expr), (*needs, *paths(expr)), purposes
        if spec.required or path in self.limits.touched:
            return maker, needs, purposes
        return optional(maker), needs, (*purposes, "present")

    # -- rules ------------------------------------------------------------------------------------------------

    def _deriving(self, rule: Rule, spec: Field) -> Maker:
        scale = self.scale(spec)

        def make(frame: Frame, _level: Level, _hashes: Sequence[U64]) -> Column:
            return column_of(rule_columns.derive(rule, FrameScope(frame), scale))

        return make

    def _fix_derived(self, path: str, spec: Field) -> None:
        """A literal on a derived number is a bound whose ends are equal."""
        value = self.limits.fixed.pop(path)
        if spec.type not in NUMERIC_TYPES:
            self.fault(path, "CONTRADICTION", f"{path} follows from {self.derived[path].text!r}: set its inputs")
            return
        self.limits.fields[path] = spec.model_copy(update={"min": float(value), "max": float(value)})

    def _bound(self, path: str) -> Bound | None:
        spec = self.limits.fields[path]
        if path not in self.limits.touched or spec.type not in NUMERIC_TYPES or (spec.min is None and spec.max is None):
            return None
        low, high = scaled_bounds(spec, self.scale(spec))
        words = f"{path} from {spec.min} to {spec.max} by {self.derived[path].text!r}"
        return Bound(path, low, high, words)

    def _adjustable(self, bounds: Sequence[Bound]) -> dict[str, tuple[int, int | None]]:
        result: dict[str, tuple[int, int | None]] = {}
        pending, seen = [bound.path for bound in bounds], set[str]()
        while pending:
            path = pending.pop()
            if path in seen or path not in self.nodes:
                continue
            seen.add(path)
            if path in self.derived or path in self.dependent:
                pending += self.nodes[path].needs
                continue
            spec = self.limits.fields.get(path)
            if spec is None or spec.type is not FieldType.FLOAT or path in self.limits.fixed:
                continue
            low, high = scaled_bounds(spec, self.scale(spec))
            result[path] = (low if low is not None else 1, high)
        return result

    def _guaranteed(self, rule: Rule) -> bool:
        """Whether the makers hold a checking rule by construction, so that blocks need not be searched for it."""
        if rule.inputs & (self.limits.touched | self.derived.keys()):
            return False
        return rule.text in self.groups.get("guaranteed", ()) or any(
            (self.limits.fields[path].generate or {}).get("holds") == rule.text
            for path in rule.inputs
            if path in self.limits.fields
        )

    def scale(self, spec: Field) -> int:
        """Decimal digits of a numeric field: those of the currency for money."""
        if spec.type is FieldType.INTEGER:
            return 0
        if spec.semantic == "money":
            return self.resources.currency_digits
        return 2 if spec.scale is None else spec.scale


def scaled_bounds(spec: Field, scale: int) -> tuple[int | None, int | None]:
    """(least, greatest) value of a numeric field in scaled integers, inclusive."""

    def scaled(value: Any, rounding: str) -> int | None:
        return None if value is None else int((Decimal(str(value)) * 10**scale).to_integral_value(rounding))

    return scaled(spec.min, "ROUND_CEILING"), scaled(spec.max, "ROUND_FLOOR")


def time_bounds(spec: Field) -> tuple[int | None, int | None]:
    """(earliest, latest) epoch second of a time field, inclusive."""
    return tuple(None if value is None else epoch(str(value)) for value in (spec.min, spec.max))  # type: ignore[return-value]


def spans(knots: Any, unit: str) -> Quantiles:
    """A quantile table of seconds out of knots in `hours` or `days`."""
    factor = _HOUR if unit == "hours" else _DAY
    return Quantiles.of([(percent, int(Decimal(str(value)) * factor)) for percent, value in knots])


def fixed(spec: Field, value: Any, scale: int) -> Maker:
    """The literal of an override: everywhere, or item by item when it is a list."""
    if isinstance(value, list):
        if spec.type in NUMERIC_TYPES:
            return numbers_of(choices.per_child(value), value, scale)
        if spec.type in TIME_TYPES or spec.type is FieldType.BOOLEAN:
            return listed([fixed(spec, entry, scale) for entry in value])
        return choices.per_child(value)
    if spec.type in NUMERIC_TYPES:
        return numbers.constant(scaled_value(value, scale), scale)
    if spec.type in TIME_TYPES:
        return times.constant(value, days=spec.type is FieldType.DATE)
    if spec.type is FieldType.BOOLEAN:
        return choices.boolean(100 if value else 0)
    return choices.constant(value)


def scaled_value(value: Any, scale: int) -> int:
    """A number as a scaled integer, half up."""
    return int((Decimal(str(value)) * 10**scale).to_integral_value(ROUND_HALF_UP))


def numbers_of(inner: Maker, values: Sequence[Any], scale: int) -> Maker:
    """Choices among numbers, as numbers."""
    table = np.array([scaled_value(value, scale) for value in values], dtype=np.int64)

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        return Numbers(table[inner(frame, level, hashes).codes], scale)  # type: ignore[union-attr]

    return make


def listed(makers: Sequence[Maker]) -> Maker:
    """The i-th maker for the i-th item; all make columns with plain values."""

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        made: list[Any] = [maker(frame, level, hashes) for maker in makers]
        assert level.children is not None
        result = made[0]
        for number, column in enumerate(made[1:], start=1):
            result.values = np.where(level.children == number, column.values, result.values)
        return result  # type: ignore[no-any-return]

    return make


def optional(inner: Maker) -> Maker:
    """Absent in a tenth of the rows; takes one more hash than the inner maker."""

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        column = inner(frame, level, hashes[:-1])
        column.present = hashing.below(hashes[-1], 100) >= ABSENT_PERCENT
        return column

    return make


def conditional(inner: Maker, expr: Any) -> Maker:
    """Present where the condition holds."""

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        column = inner(frame, level, hashes)
        column.present = rule_columns.condition(expr, FrameScope(frame))
        return column

    return make
