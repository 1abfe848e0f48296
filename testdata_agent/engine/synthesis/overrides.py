"""What a request sets: literals, ranges, and JSON for objects and arrays."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from testdata_agent.engine.coherence.moments import instant_text
from testdata_agent.engine.schema.checks import MAX_ITEMS, MAX_TEXT
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TIME_TYPES, Field, FieldType
from testdata_agent.engine.synthesis.limits import Limits
from testdata_agent.engine.synthesis.literals import SHOWN, breaks, from_json, literal

_RANGE = re.compile(r"\s*(.+?)\s*(?:\.\.)\s*(.+?)\s*$|\s*(-?[\d.]+)\s*-\s*(-?[\d.]+)\s*$", re.DOTALL)
_COUNT_SUFFIXES = ("length", "count")


@dataclass(frozen=True, slots=True)
class Overrides:
    """Reads overrides into limits; what is wrong is noted there."""

    limits: Limits

    def read(self, path: str, text: str, where: str) -> None:
        """Merges one override; `where` is the request field that it stands in."""
        array = self._array_of_count(path)
        if array is not None:
            self._size(array, text, where)
            return
        target = self.limits.resolve(path, where)
        if target is None:
            return
        if len(text) > MAX_TEXT:
            self._fault(where, "OVERRIDE_INVALID", f"a literal takes at most {MAX_TEXT} characters, not {len(text)}")
            return
        self.limits.touch(target, where)
        spec = self.limits.fields[target]
        try:
            self._value(target, spec, text, where)
        except json.JSONDecodeError:
            article = "an array" if spec.type is FieldType.ARRAY else "an object"
            words = f"{text[:SHOWN]!r} is not JSON: {target} is {article}, written as JSON, or set by its parts"
            self._fault(where, "OVERRIDE_INVALID", words)
        except RecursionError:
            self._fault(where, "OVERRIDE_INVALID", "it nests too deep")
        except ValueError as error:
            self._fault(where, "OVERRIDE_INVALID", f"{text[:SHOWN]!r} is no {spec.type}: {error}")

    def _fault(self, where: str, reason: str, message: str) -> None:
        self.limits.fault(where, reason, message)

    def _array_of_count(self, path: str) -> str | None:
        fields = self.limits.fields
        parent, _, last = path.rpartition(".")
        if last in _COUNT_SUFFIXES and path not in fields and self._is_array(parent):
            return parent
        if path.endswith("_count") and path not in fields:
            stem = path.removesuffix("_count")
            return next((name for name in (stem, stem + "s", stem + "es") if self._is_array(name)), None)
        return None

    def _is_array(self, path: str) -> bool:
        spec = self.limits.fields.get(path)
        return spec is not None and spec.type is FieldType.ARRAY

    def _size(self, array: str, text: str, where: str) -> None:
        span = _RANGE.match(text)
        low_text, high_text = (span[1] or span[3], span[2] or span[4]) if span else (text, text)
        try:
            low, high = int(low_text), int(high_text)
        except ValueError:
            words = f"{text[:SHOWN]!r} is no length: write a whole number or a range such as 2-5"
            self._fault(where, "OVERRIDE_INVALID", words)
            return
        spec = self.limits.fields[array]
        least, most = spec.min_items or 0, spec.max_items if spec.max_items is not None else MAX_ITEMS
        if low > high:
            self._fault(where, "CONTRADICTION", f"{text[:SHOWN]}: the lower end is above the upper one")
        elif not least <= low <= high <= most:
            self._fault(where, "OVERRIDE_OUT_OF_BOUNDS", f"{array} holds {least} to {most} items, not {text[:SHOWN]}")
        else:
            self.limits.touch(array, where)
            self.limits.lengths[array] = (low, high)

    def _value(self, path: str, spec: Field, text: str, where: str) -> None:
        if spec.type in {FieldType.OBJECT, FieldType.ARRAY}:
            self._structure(path, spec, json.loads(text), where)
            return
        if spec.type is FieldType.VARIANT:
            raise ValueError(f"it has several forms; set what is inside of one of them ({path}.0 ...)")
        span = _RANGE.match(text) if spec.type in NUMERIC_TYPES or spec.type in TIME_TYPES else None
        if span is not None and not (spec.type in TIME_TYPES and span[1] is None):
            self._range(path, spec, span, where)
        else:
            self._fix(path, spec, literal(spec, text), where)

    def _range(self, path: str, spec: Field, span: re.Match[str], where: str) -> None:
        low, high = literal(spec, span[1] or span[3]), literal(spec, span[2] or span[4])
        if low > high:
            self._fault(where, "CONTRADICTION", f"{span[0].strip()[:SHOWN]}: the lower end is above the upper one")
            return
        for end in (low, high):
            fault = breaks(spec.model_copy(update={"values": None, "scale": None, "multiple_of": None}), end)
            if fault:
                self._fault(where, "OVERRIDE_OUT_OF_BOUNDS", fault)
                return
        ends = (_number(low), _number(high)) if spec.type in NUMERIC_TYPES else (instant_text(low), instant_text(high))
        self.limits.fields[path] = spec.model_copy(update={"min": ends[0], "max": ends[1]})

    def _fix(self, path: str, spec: Field, value: Any, where: str) -> None:
        fault = breaks(spec, value)
        if fault:
            self._fault(where, "OVERRIDE_OUT_OF_BOUNDS", fault)
        else:
            self.limits.fixed[path] = value

    def _structure(self, path: str, spec: Field, data: Any, where: str) -> None:
        if spec.type is FieldType.ARRAY:
            self._array(path, spec, data, where)
            return
        if not isinstance(data, Mapping):
            raise ValueError("write a JSON object")
        for name, value in data.items():
            target = self.limits.resolve(f"{path}.{name}", where)
            if target is None:
                continue
            inner = self.limits.fields[target]
            self.limits.touch(target, where)
            if inner.type in {FieldType.OBJECT, FieldType.ARRAY}:
                self._structure(target, inner, value, where)
            else:
                self._fix(target, inner, from_json(inner, value), where)

    def _array(self, path: str, spec: Field, data: Any, where: str) -> None:
        if not isinstance(data, list):
            raise ValueError("write a JSON array")
        self._size(path, str(len(data)), where)
        if not data:
            return
        item = spec.item
        names = list(item.fields) if item is not None and item.fields else []
        if not names or not all(isinstance(entry, Mapping) for entry in data):
            raise ValueError("write an array of objects")
        for key in sorted({key for entry in data for key in entry} - set(names)):
            self.limits.resolve(f"{path}.{key}", where)
        for name in names:
            given = [entry[name] for entry in data if name in entry]
            if not given:
                continue
            if len(given) < len(data):
                raise ValueError(f"give {name} for every item or for none")
            self._items(f"{path}.{name}", given, where)

    def _items(self, path: str, given: list[Any], where: str) -> None:
        leaf = self.limits.fields[path]
        if leaf.type in {FieldType.OBJECT, FieldType.ARRAY}:
            raise ValueError(f"{path} is {leaf.type}: items are set by their own values alone")
        values = [from_json(leaf, value) for value in given]
        for value in values:
            fault = breaks(leaf, value)
            if fault:
                self._fault(where, "OVERRIDE_OUT_OF_BOUNDS", fault)
        self.limits.touch(path, where)
        self.limits.fixed[path] = values


def _number(value: int | Decimal) -> int | float:
    return float(value) if isinstance(value, Decimal) else value
