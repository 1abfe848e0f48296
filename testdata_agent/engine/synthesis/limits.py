"""What a caller asks of single fields: constraints and overrides, read by the field's type and merged into it.

Every fault is a violation that names the field, what is wrong and what would be right.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import re2

from testdata_agent.engine.errors import Violation
from testdata_agent.engine.request import FieldConstraint
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TEXT_TYPES, TIME_TYPES, Field, FieldType

_RANGE = re.compile(r"\s*(.+?)\s*(?:\.\.)\s*(.+?)\s*$|\s*(-?[\d.]+)\s*-\s*(-?[\d.]+)\s*$", re.DOTALL)
_COUNT_SUFFIXES = ("length", "count")
#: Texts of a request that are longer than this are cut in messages.
_SHOWN = 60
#: Longest literal or pattern of a request.
MAX_TEXT = 10_000


@dataclass(slots=True)
class Limits:
    """Fields by path as a request narrows them, and the literals that it fixes.

    Attributes:
        fields: Effective fields by dotted path.
        fixed: Literal by path: int or Decimal for numbers, epoch seconds for times, else text, bool, list.
        lengths: (least, most) items by array path, where the request says.
        touched: Paths that the request speaks of.
    """

    fields: dict[str, Field]
    fixed: dict[str, Any] = field(default_factory=dict)
    lengths: dict[str, tuple[int, int]] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    faults: list[Violation] = field(default_factory=list)

    def copy(self) -> "Limits":
        """Limits of their own that begin where these are."""
        return Limits(dict(self.fields), dict(self.fixed), dict(self.lengths), set(self.touched), list(self.faults))

    def constrain(self, path: str, constraint: FieldConstraint) -> None:
        """Merges one constraint of the request."""
        where = f"constraints[{path[:_SHOWN]}]"
        target = self._resolve(path, where)
        if target is None:
            return
        spec = self.fields[target]
        self.touched.add(target)
        changes: dict[str, Any] = {}
        if constraint.min is not None or constraint.max is not None:
            self._bounds(target, spec, constraint, where, changes)
        if constraint.min_length is not None or constraint.max_length is not None:
            self._lengths(target, spec, constraint, where, changes)
        if constraint.enum_values:
            self._values(spec, constraint.enum_values, where, changes)
        if constraint.regex is not None:
            self._regex(spec, constraint.regex, where, changes)
        if constraint.format:
            if spec.type in TEXT_TYPES:
                changes["format"] = constraint.format
            else:
                self._fault(where + ".format", "CONSTRAINT_TYPE", f"a format is for text, {target} is {spec.type}")
        self.fields[target] = spec.model_copy(update=changes)

    def override(self, path: str, text: str, where: str) -> None:
        """Merges one override of the request."""
        array = self._array_of_count(path)
        if array is not None:
            self._size(array, text, where)
            return
        target = self._resolve(path, where)
        if target is None:
            return
        if len(text) > MAX_TEXT:
            self._fault(where, "OVERRIDE_INVALID", f"a literal takes at most {MAX_TEXT} characters")
            return
        self.touched.add(target)
        spec = self.fields[target]
        try:
            self._read(target, spec, text, where)
        except (ValueError, InvalidOperation, RecursionError) as error:
            self._fault(where, "OVERRIDE_INVALID", f"{text[:_SHOWN]!r} is no {spec.type}: {_reason(error)}")

    def _fault(self, where: str, reason: str, message: str) -> None:
        self.faults.append(Violation(where, reason, message))

    def _resolve(self, path: str, where: str) -> str | None:
        if path in self.fields:
            return path
        from difflib import get_close_matches  # noqa: PLC0415 - only for a fault

        near = get_close_matches(path[:_SHOWN], self.fields, n=2)
        hint = (
            f"; did you mean {' or '.join(map(repr, near))}?" if near else f"; fields: {', '.join(self.fields)[:400]}"
        )
        self._fault(where, "UNKNOWN_FIELD", f"no field {path[:_SHOWN]!r}{hint}")
        return None

    def _array_of_count(self, path: str) -> str | None:
        parent, _, last = path.rpartition(".")
        if last in _COUNT_SUFFIXES and parent in self.fields and self.fields[parent].type is FieldType.ARRAY:
            return parent
        if path.endswith("_count") and path not in self.fields:
            stem = path.removesuffix("_count")
            for name in (stem, stem + "s", stem + "es"):
                if name in self.fields and self.fields[name].type is FieldType.ARRAY:
                    return name
        return None

    def _size(self, array: str, text: str, where: str) -> None:
        span = _RANGE.match(text)
        low_text, high_text = (span[1] or span[3], span[2] or span[4]) if span else (text, text)
        try:
            low, high = int(low_text), int(high_text)
        except ValueError:
            self._fault(where, "OVERRIDE_INVALID", f"{text[:_SHOWN]!r} is no length: a whole number or lo-hi")
            return
        spec = self.fields[array]
        least, most = spec.min_items or 0, spec.max_items if spec.max_items is not None else 1000
        if not least <= low <= high <= most:
            self._fault(where, "OVERRIDE_OUT_OF_BOUNDS", f"{array} holds {least} to {most} items, not {text[:_SHOWN]}")
            return
        self.lengths[array] = (low, high)

    def _bounds(self, path: str, spec: Field, constraint: FieldConstraint, where: str, changes: dict[str, Any]) -> None:
        if spec.type not in NUMERIC_TYPES:
            hint = "an override lo..hi bounds dates" if spec.type in TIME_TYPES else "use min_length, max_length"
            for name in ("min", "max"):
                if getattr(constraint, name) is not None:
                    self._fault(
                        f"{where}.{name}", "CONSTRAINT_TYPE", f"{path} is {spec.type}: no numeric bound; {hint}"
                    )
            return
        for name in ("min", "max"):
            value = getattr(constraint, name)
            if value is not None and (value != value or abs(value) > 1e15):  # noqa: PLR0124 - NaN
                self._fault(f"{where}.{name}", "CONSTRAINT_RANGE", "a bound is a number up to 1e15")
                return
        low = _tighter(max, spec.min, constraint.min)
        high = _tighter(min, spec.max, constraint.max)
        if low is not None and high is not None and low > high:
            why = f"no {path} can be at least {_plain(low)} and at most {_plain(high)}"
            if constraint.min is None or constraint.max is None or constraint.min <= constraint.max:
                why += f"; the schema allows {_plain(spec.min)} to {_plain(spec.max)}"
            self._fault(where, "CONTRADICTION", why)
            return
        changes |= {"min": low, "max": high}

    def _lengths(
        self, path: str, spec: Field, constraint: FieldConstraint, where: str, changes: dict[str, Any]
    ) -> None:
        names = ("min_items", "max_items") if spec.type is FieldType.ARRAY else ("min_length", "max_length")
        if spec.type is not FieldType.ARRAY and spec.type not in TEXT_TYPES:
            self._fault(where, "CONSTRAINT_TYPE", f"{path} is {spec.type}: lengths are for text and arrays")
            return
        low = _tighter(max, getattr(spec, names[0]), constraint.min_length)
        high = _tighter(min, getattr(spec, names[1]), constraint.max_length)
        if (low is not None and low < 0) or (high is not None and high < 0):
            self._fault(where, "CONSTRAINT_RANGE", "a length is not negative")
        elif low is not None and high is not None and low > high:
            self._fault(where, "CONTRADICTION", f"no {path} can be at least {low} and at most {high} long")
        elif low is not None and low > MAX_TEXT:
            self._fault(where, "CONSTRAINT_RANGE", f"a length is at most {MAX_TEXT}")
        else:
            changes |= {names[0]: low, names[1]: high}

    def _values(self, spec: Field, wanted: tuple[str, ...], where: str, changes: dict[str, Any]) -> None:
        if spec.type in {FieldType.OBJECT, FieldType.ARRAY, FieldType.VARIANT}:
            self._fault(
                where + ".enum_values", "CONSTRAINT_TYPE", f"{spec.name} is {spec.type}: it takes no enum_values"
            )
            return
        values = []
        for text in dict.fromkeys(wanted):
            try:
                value = literal(spec, text)
            except (ValueError, InvalidOperation) as error:
                self._fault(
                    where + ".enum_values", "CONSTRAINT_TYPE", f"{text[:_SHOWN]!r} is no {spec.type}: {_reason(error)}"
                )
                continue
            if spec.values is not None and text not in map(str, spec.values):
                allowed = ", ".join(map(str, spec.values))
                self._fault(where + ".enum_values", "CONTRADICTION", f"{text[:_SHOWN]!r} is none of {allowed}")
                continue
            fault = breaks(spec, value)
            if fault:
                self._fault(where + ".enum_values", "CONTRADICTION", fault)
            values.append(value if spec.type in NUMERIC_TYPES else text)
        changes["values"] = tuple(values)

    def _regex(self, spec: Field, pattern: str, where: str, changes: dict[str, Any]) -> None:
        if spec.type not in TEXT_TYPES:
            self._fault(where + ".regex", "CONSTRAINT_TYPE", f"{spec.name} is {spec.type}: a regex is for text")
            return
        if len(pattern) > MAX_TEXT:
            self._fault(where + ".regex", "REGEX_TOO_LARGE", f"a regex takes at most {MAX_TEXT} characters")
            return
        try:
            compiled = re2.compile(pattern, _quiet())
        except re2.error as error:
            self._fault(where + ".regex", "REGEX_SYNTAX", f"no RE2 expression: {_reason(error)}")
            return
        if spec.values is not None:
            kept = tuple(value for value in spec.values if compiled.fullmatch(str(value)))
            if not kept:
                self._fault(where + ".regex", "CONTRADICTION", f"none of {', '.join(map(str, spec.values))} matches")
            changes["values"] = kept
        changes["regex"] = pattern

    def _read(self, path: str, spec: Field, text: str, where: str) -> None:
        if spec.type in {FieldType.OBJECT, FieldType.ARRAY}:
            self._structure(path, spec, json.loads(text), where)
            return
        if spec.type is FieldType.VARIANT:
            raise ValueError(f"it has several forms; set what is inside of one of them ({path}.0 ...)")
        span = _RANGE.match(text) if spec.type in NUMERIC_TYPES or spec.type in TIME_TYPES else None
        if span is not None and not (spec.type in TIME_TYPES and span[1] is None):
            low, high = literal(spec, span[1] or span[3]), literal(spec, span[2] or span[4])
            if low > high:
                self._fault(where, "CONTRADICTION", f"{text[:_SHOWN]}: the lower end is above the upper one")
                return
            for end in (low, high):
                fault = breaks(spec, end) if spec.type in NUMERIC_TYPES else None
                if fault:
                    self._fault(where, "OVERRIDE_OUT_OF_BOUNDS", fault)
                    return
            ends = (low, high) if spec.type in NUMERIC_TYPES else (_stamp(low), _stamp(high))
            self.fields[path] = spec.model_copy(update={"min": _number(ends[0]), "max": _number(ends[1])})
            return
        value = literal(spec, text)
        fault = breaks(spec, value)
        if fault:
            self._fault(where, "OVERRIDE_OUT_OF_BOUNDS", fault)
            return
        self.fixed[path] = value

    def _structure(self, path: str, spec: Field, data: Any, where: str) -> None:
        if spec.type is FieldType.OBJECT:
            if not isinstance(data, Mapping):
                raise ValueError("a JSON object is needed")
            for name, value in data.items():
                self.override(f"{path}.{name}", _text(value), where)
            return
        if not isinstance(data, list):
            raise ValueError("a JSON array is needed")
        self._size(path, str(len(data)), where)
        if not data:
            return
        item = spec.item
        names = list(item.fields) if item is not None and item.fields else []
        if not names or not all(isinstance(entry, Mapping) for entry in data):
            raise ValueError("an array of objects is needed")
        unknown = sorted({key for entry in data for key in entry} - set(names))
        for key in unknown:
            self._resolve(f"{path}.{key}", where)
        for name in names:
            given = [entry.get(name) for entry in data]
            if all(value is None for value in given):
                continue
            if any(value is None for value in given):
                raise ValueError(f"give {name} for every item or for none")
            leaf = self.fields[f"{path}.{name}"]
            values = [literal(leaf, _text(value)) for value in given]
            for value in values:
                fault = breaks(leaf, value)
                if fault:
                    self._fault(where, "OVERRIDE_OUT_OF_BOUNDS", fault)
            self.touched.add(f"{path}.{name}")
            self.fixed[f"{path}.{name}"] = values


def literal(spec: Field, text: str) -> Any:
    """Reads a literal by the field's type; raises ValueError with what would be right."""
    match spec.type:
        case FieldType.INTEGER:
            return int(text)
        case FieldType.FLOAT:
            value = Decimal(text)
            if not value.is_finite():
                raise ValueError("a finite number is needed")
            return value
        case FieldType.BOOLEAN:
            if text.lower() not in {"true", "false"}:
                raise ValueError("true or false is needed")
            return text.lower() == "true"
        case FieldType.DATE | FieldType.DATETIME:
            return epoch(text)
        case _:
            return text


def epoch(text: str) -> int:
    """Epoch seconds of an RFC 3339 instant or a date; raises ValueError."""
    if "T" not in text:
        return int(datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC).timestamp())
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant needs its offset: 2026-01-01T00:00:00Z")
    return int(moment.timestamp())


def breaks(spec: Field, value: Any) -> str | None:
    """Why a literal breaks the field's own limits; None: it does not."""
    if spec.type in NUMERIC_TYPES:
        if spec.min is not None and value < Decimal(str(spec.min)):
            return f"{spec.name} is at least {_plain(spec.min)}, not {value}"
        if spec.max is not None and value > Decimal(str(spec.max)):
            return f"{spec.name} is at most {_plain(spec.max)}, not {value}"
        scale = 0 if spec.type is FieldType.INTEGER else spec.scale
        if scale is not None and isinstance(value, Decimal) and value != round(value, scale):
            return f"{spec.name} has {scale} decimal digits, not {value}"
    if spec.type in TIME_TYPES:
        if spec.min is not None and value < epoch(str(spec.min)):
            return f"{spec.name} is not before {spec.min}"
        if spec.max is not None and value > epoch(str(spec.max)):
            return f"{spec.name} is not after {spec.max}"
    if spec.values is not None and str(value) not in map(str, spec.values):
        return f"{str(value)[:_SHOWN]!r} is none of {', '.join(map(str, spec.values))}"
    if spec.type in TEXT_TYPES and not accepts(spec)(str(value)):
        return f"{str(value)[:_SHOWN]!r} breaks the length or pattern of {spec.name}"
    return None


def accepts(spec: Field) -> Callable[[str], bool]:
    """A test of texts against a field's lengths, values, regex and pattern."""
    compiled = re2.compile(spec.regex, _quiet()) if spec.regex is not None else None
    searched = re2.compile(spec.pattern, _quiet()) if spec.pattern is not None else None
    least, most = spec.min_length or 0, spec.max_length
    values = None if spec.values is None else frozenset(map(str, spec.values))

    def test(text: str) -> bool:
        if len(text) < least or (most is not None and len(text) > most):
            return False
        if values is not None and text not in values:
            return False
        if searched is not None and searched.search(text) is None:
            return False
        return compiled is None or compiled.fullmatch(text) is not None

    return test


def limited(spec: Field) -> bool:
    """Whether a text field has limits at all."""
    return any(v is not None for v in (spec.min_length, spec.max_length, spec.values, spec.regex, spec.pattern))


def _quiet() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


def _tighter(pick: Callable[..., Any], one: Any, other: Any) -> Any:
    present = [value for value in (one, other) if value is not None]
    return pick(present) if present else None


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _number(value: Any) -> int | float | str:
    return float(value) if isinstance(value, Decimal) else value


def _stamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _reason(error: BaseException) -> str:
    if isinstance(error, InvalidOperation):
        return "a number is needed"
    if isinstance(error, RecursionError):
        return "it nests too deep"
    text = error.args[0] if error.args else ""
    return (text.decode() if isinstance(text, bytes) else str(text))[:200]
