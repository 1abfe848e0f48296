"""What a caller asks of single fields, merged into them: the fields as a request narrows them.

Every fault is a violation that names the field, what is wrong and what would be right.
"""

import math
from collections.abc import Callable, KeysView
from dataclasses import dataclass, field
from typing import Any

from testdata_agent.engine.coherence.moments import DATE_LENGTH, instant_text
from testdata_agent.engine.errors import Violation
from testdata_agent.engine.request import FieldConstraint
from testdata_agent.engine.schema.checks import MAX_ITEMS, MAX_NUMBER, MAX_TEXT
from testdata_agent.engine.schema.formats import NAMES, is_known
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TEXT_TYPES, TIME_TYPES, Field, FieldType
from testdata_agent.engine.schema.moments import epoch
from testdata_agent.engine.synthesis.agreement import DisagreementError, agreed, trials_of
from testdata_agent.engine.synthesis.literals import SHOWN, accepts, breaks, listing, literal, plain
from testdata_agent.engine.synthesis.pattern import PatternFault, is_pattern, parse_pattern
from testdata_agent.engine.synthesis.regex.dialect import compile_re2
from testdata_agent.engine.synthesis.regex.faults import RegexFault


@dataclass(slots=True)
class Limits:
    """Fields by path as a request narrows them, and the literals that it fixes.

    Attributes:
        fields: Effective fields by dotted path.
        fixed: Literal by path: int or Decimal for numbers, epoch seconds for times, else text, bool, list.
        lengths: (least, most) items by array path, where the request says.
        sources: Paths that the request speaks of, and where in the request it does.
    """

    fields: dict[str, Field]
    fixed: dict[str, Any] = field(default_factory=dict)
    lengths: dict[str, tuple[int, int]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    faults: list[Violation] = field(default_factory=list)

    @property
    def touched(self) -> KeysView[str]:
        """Paths that the request speaks of."""
        return self.sources.keys()

    def copy(self) -> "Limits":
        """Limits of their own that begin where these are."""
        return Limits(dict(self.fields), dict(self.fixed), dict(self.lengths), dict(self.sources), list(self.faults))

    def touch(self, path: str, where: str) -> None:
        """Notes that the request speaks of a field, and where."""
        self.sources[path] = where

    def fault(self, where: str, reason: str, message: str) -> None:
        """Notes a violation."""
        self.faults.append(Violation(where, reason, message))

    def source_of(self, path: str) -> str:
        """Where the request speaks of a field, or of a part of it; where the schema does, if the request does not."""
        inner = (where for touched, where in self.sources.items() if touched.startswith(path + "."))
        return self.sources.get(path) or next(inner, None) or f"schema.{path}"

    def latest_moment(self) -> int | None:
        """The latest epoch second that the request sets a point in time to, or lets it be; None: it sets none."""
        found = list[int]()
        for path in self.sources:
            spec = self.fields[path]
            if spec.type in TIME_TYPES:
                fixed = self.fixed.get(path, [])
                found += fixed if isinstance(fixed, list) else [fixed]
                found += [epoch(str(end)) for end in (spec.max, *(spec.values or ())) if end is not None]
        return max(found, default=None)

    def resolve(self, path: str, where: str) -> str | None:
        """The path, if it is a field's; else a fault that names the near ones."""
        if path in self.fields:
            return path
        from difflib import get_close_matches  # noqa: PLC0415 - only for a fault

        near = get_close_matches(path[:SHOWN], self.fields, n=2)
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else f"; fields: {listing(list(self.fields))}"
        self.fault(where, "UNKNOWN_FIELD", f"no field {path[:SHOWN]!r}{hint}")
        return None

    def constrain(self, path: str, constraint: FieldConstraint) -> None:
        """Merges one constraint of the request."""
        where = f"constraints[{path[:SHOWN]}]"
        target = self.resolve(path, where)
        if target is None:
            return
        spec = self.fields[target]
        self.touch(target, where)
        changes: dict[str, Any] = {}
        if constraint.min is not None or constraint.max is not None:
            self._bounds(target, spec, constraint, where, changes)
        if constraint.min_length is not None or constraint.max_length is not None:
            self._lengths(target, spec, constraint, where, changes)
        if constraint.enum_values:
            self._values(spec.model_copy(update=changes), constraint.enum_values, where, changes)
        if constraint.regex is not None:
            self._regex(spec, constraint.regex, where)
            changes["regex"] = constraint.regex
            if spec.regex is not None and not self._faulty(where):
                self._narrower(spec, constraint, where)
        if constraint.format:
            self._format(spec.model_copy(update=changes), constraint.format, where, changes)
        if not self._faulty(where):
            self.fields[target] = spec.model_copy(update=changes)
            self._narrow(target, where)

    def _narrow(self, path: str, where: str) -> None:
        """Keeps those of a text's values that its new lengths and pattern allow."""
        spec = self.fields[path]
        if spec.values is None or spec.type not in TEXT_TYPES:
            return
        test = accepts(spec)
        kept = tuple(value for value in spec.values if test(str(value)))
        if kept:
            self.fields[path] = spec.model_copy(update={"values": kept})
        else:
            words = f"none of {listing(spec.values)} has the length and pattern asked for"
            self.fault(where, "CONTRADICTION", words)

    def _bounds(self, path: str, spec: Field, constraint: FieldConstraint, where: str, changes: dict[str, Any]) -> None:
        given = {name: getattr(constraint, name) for name in ("min", "max") if getattr(constraint, name) is not None}
        if spec.type not in NUMERIC_TYPES:
            hint = _OTHER_BOUNDS.get(spec.type, "use enum_values")
            if spec.type in TIME_TYPES:
                hint = "an override such as 2025-01-01..2025-06-30 bounds dates"
            elif spec.type in TEXT_TYPES or spec.type is FieldType.ARRAY:
                hint = "use min_length, max_length"
            for name in given:
                words = f"{path} is {spec.type}: no numeric bound; {hint}"
                self.fault(f"{where}.{name}", "CONSTRAINT_TYPE", words)
            return
        for name, value in given.items():
            if not math.isfinite(value) or abs(value) > MAX_NUMBER:
                self.fault(f"{where}.{name}", "CONSTRAINT_RANGE", f"a bound lies between -1e15 and 1e15, not {value}")
                return
        low = _tighter(max, spec.min, constraint.min)
        high = _tighter(min, spec.max, constraint.max)
        if low is not None and high is not None and low > high:
            why = f"no {path} can be at least {plain(low)} and at most {plain(high)}"
            if constraint.min is None or constraint.max is None or constraint.min <= constraint.max:
                why += f"; the schema allows {_span(spec.min, spec.max)}"
            self.fault(where, "CONTRADICTION", why)
            return
        changes |= {"min": low, "max": high}

    def _lengths(
        self, path: str, spec: Field, constraint: FieldConstraint, where: str, changes: dict[str, Any]
    ) -> None:
        is_array = spec.type is FieldType.ARRAY
        names = ("min_items", "max_items") if is_array else ("min_length", "max_length")
        most = MAX_ITEMS if is_array else MAX_TEXT
        if not is_array and spec.type not in TEXT_TYPES:
            self.fault(where, "CONSTRAINT_TYPE", f"{path} is {spec.type}: lengths are for text and arrays")
            return
        low = _tighter(max, getattr(spec, names[0]), constraint.min_length)
        high = _tighter(min, getattr(spec, names[1]), constraint.max_length)
        if (low is not None and low < 0) or (high is not None and high < 0):
            self.fault(where, "CONSTRAINT_RANGE", "a length is not negative")
        elif low is not None and low > most:
            self.fault(where, "CONSTRAINT_RANGE", f"a length is at most {most}, not {low}")
        elif low is not None and high is not None and low > high:
            why = f"no {path} can be at least {low} and at most {high} long"
            schema = _span(getattr(spec, names[0]), getattr(spec, names[1]))
            self.fault(where, "CONTRADICTION", f"{why}; the schema allows {schema}")
        else:
            changes |= {names[0]: low, names[1]: None if high is None else min(high, most)}

    def _values(self, spec: Field, wanted: tuple[str, ...], where: str, changes: dict[str, Any]) -> None:
        where += ".enum_values"
        if spec.type in {FieldType.OBJECT, FieldType.ARRAY, FieldType.VARIANT}:
            words = f"{spec.name} is {spec.type}: it takes no enum_values; constrain its parts"
            self.fault(where, "CONSTRAINT_TYPE", words)
            return
        values, faults = [], []
        for text in dict.fromkeys(wanted):
            try:
                value = literal(spec, text)
            except ValueError as error:
                faults.append(("CONSTRAINT_TYPE", f"{text[:SHOWN]!r} is no {spec.type}: {error}"))
                continue
            fault = breaks(spec, value)
            if fault:
                faults.append(("CONTRADICTION", fault))
            values.append(_listed(spec, value))
        # Many wrong values of one list are one fault: it names the first few.
        for reason in dict.fromkeys(reason for reason, _ in faults):
            told = [message for kind, message in faults if kind == reason]
            more = f"; and {len(told) - 3} more" if len(told) > 3 else ""
            self.fault(where, reason, "; ".join(told[:3]) + more)
        changes["values"] = tuple(values)

    def _regex(self, spec: Field, pattern: str, where: str) -> None:
        if spec.type not in TEXT_TYPES:
            self.fault(where + ".regex", "CONSTRAINT_TYPE", f"{spec.name} is {spec.type}: a regex is for text")
            return
        try:
            compile_re2(pattern)
        except RegexFault as fault:
            self.fault(where + ".regex", fault.reason, fault.message)

    def _narrower(self, spec: Field, constraint: FieldConstraint, where: str) -> None:
        """Refuses an expression whose texts do not all match that of the schema."""
        try:
            trials = trials_of(str(constraint.regex), constraint.min_length or 0, constraint.max_length)
        except RegexFault:
            return  # told where texts of it are to be made
        if not all(map(accepts(spec.model_copy(update={"values": None})), trials)):
            asked, own = (str(expression)[:SHOWN] for expression in (constraint.regex, spec.regex))
            self.fault(
                where + ".regex", "CONTRADICTION", f"not all texts of {asked!r} match {own!r}, as {spec.name} is to"
            )

    def _format(self, spec: Field, text: str, where: str, changes: dict[str, Any]) -> None:
        where += ".format"
        if spec.type not in TEXT_TYPES:
            self.fault(where, "CONSTRAINT_TYPE", f"a format is for text, {spec.name} is {spec.type}")
        elif len(text) > MAX_TEXT or not is_known(text):
            words = (
                f"there is no format {text[:SHOWN]!r}; known: {', '.join(NAMES)}, or a pattern such as X-{{random:7}}"
            )
            self.fault(where, "INVALID_FORMAT", words)
        elif not self._faulty(where.removesuffix(".format")):
            try:
                if is_pattern(text):
                    parse_pattern(text)
                changes |= agreed(spec, text)
            except PatternFault as fault:
                self.fault(where, "INVALID_FORMAT", str(fault)[:500])
            except DisagreementError as error:
                self.fault(where, "CONTRADICTION", str(error))
            except RegexFault as fault:
                self.fault(where, fault.reason, fault.message)

    def _faulty(self, where: str) -> bool:
        return any(fault.field.startswith(where) for fault in self.faults)


_OTHER_BOUNDS = {FieldType.OBJECT: "constrain its parts", FieldType.BOOLEAN: "use enum_values"}


def _listed(spec: Field, value: Any) -> Any:
    """A listed value as records hold it, so that they are held against what they show."""
    if spec.type in TIME_TYPES:
        return instant_text(value)[: DATE_LENGTH if spec.type is FieldType.DATE else None]
    return value


def _tighter(pick: Callable[..., Any], one: Any, other: Any) -> Any:
    present = [value for value in (one, other) if value is not None]
    return pick(present) if present else None


def _span(low: Any, high: Any) -> str:
    if low is None:
        return "anything" if high is None else f"at most {plain(high)}"
    return f"at least {plain(low)}" if high is None else f"{plain(low)} to {plain(high)}"
