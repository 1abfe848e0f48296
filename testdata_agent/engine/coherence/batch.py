"""The records of one scoring, seen two ways: all values of a field at once, or one record with its faults.

The first way is the fast one: while everything is sound, checks look at whole columns (lists that C code walks:
`set(values) <= allowed`, `min(values) >= least`), and a record is never visited by itself. The second explains.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import chain, islice, repeat
from operator import truediv
from typing import Any

from testdata_agent.engine.coherence import moments
from testdata_agent.engine.coherence.nodes import ENVELOPE, SCENARIO_KEY, Group, Node, groups_of, is_needed
from testdata_agent.engine.coherence.report import Problem
from testdata_agent.engine.schema.model import FieldType, Schema
from testdata_agent.engine.schema.shape import decimal_digits

#: Scaled numbers from here on may not be told from their neighbours as floats.
_EXACT = 10**15
_SHOWN = 60


class Batch:
    """Sound records as columns. Only `Structure.columns` makes one.

    Attributes:
        records: As they came, envelope and all.
        objects: Group path to the group's objects, in the order of the records.
        values: Node path to its values: all of them, flat, in order, without absent and null ones.
        strings: How many strings all records have together, keys and those of the envelope among them.
    """

    def __init__(self, records: Sequence[dict[str, Any]]) -> None:
        self.records = records
        self.objects: dict[str, Sequence[dict[str, Any]]] = {}
        self.values: dict[str, list[Any]] = {}
        self.strings = 0
        self._scaled: dict[tuple[str, int], list[int] | None] = {}

    def aligned(self, node: Node) -> list[Any]:
        """One entry for every object of the node's group; None where the value is absent or null."""
        if node.always:
            return self.values[node.path]
        return [entry.get(node.key) for entry in self.objects[node.group]]

    def scale_all(self, nodes: Sequence[Node], scale: int) -> bool:
        """`scaled` of several numbers in one pass; False where one of them has more digits."""
        units = scaled(list(chain.from_iterable([self.values[node.path] for node in nodes])), scale)
        if units is None:
            return False
        parts = iter(units)
        for node in nodes:
            self._scaled[node.path, scale] = list(islice(parts, len(self.values[node.path])))
        return True

    def scaled(self, node: Node, scale: int) -> list[int] | None:
        """`values` of a number as integers, times 10**scale; None where one has more digits than that."""
        key = (node.path, scale)
        if key not in self._scaled:
            self._scaled[key] = scaled(self.values[node.path], scale)
        return self._scaled[key]


def scaled(values: Sequence[float], scale: int) -> list[int] | None:
    """Numbers times 10**scale; None where one of them has more decimal digits, or too many in all."""
    if not values:
        return []
    unit = 10**scale
    try:
        units = list(map(round, map(float(unit).__mul__, values)))
    except (OverflowError, ValueError):
        return None  # infinite, or not a number
    # A quotient is rounded correctly: it is the very float that the decimal's text is read as.
    if list(map(truediv, units, repeat(unit))) != values or max(units) > _EXACT or min(units) < -_EXACT:
        return None
    return units


def has_digits(values: Sequence[float], scale: int) -> bool:
    """Whether none of some numbers is written with more decimal digits than that, however large they are."""
    return scaled(values, scale) is not None or all(math.isfinite(v) and decimal_digits(v) <= scale for v in values)


class View:
    """One record by itself.

    Attributes:
        record: Without its envelope and without what is of a wrong type, which no other check could read.
        values: Node path to (path with item numbers, value) of all that is there, not null and of the right type.
        unknown_or_missing: Findings of the check `fields`.
        mistyped: Findings of the check `types`; None where there was no record to look at.
    """

    __slots__ = ("_structure", "_values", "mistyped", "record", "unknown_or_missing")

    def __init__(self, structure: "Structure", record: dict[str, Any], values: Mapping[str, Any] | None = None) -> None:
        self._structure = structure
        self._values = values
        self.record = record
        self.unknown_or_missing: list[Problem] = []
        self.mistyped: list[Problem] | None = []

    @property
    def values(self) -> Mapping[str, list[tuple[str, Any]]]:
        """See above; found out when first asked for."""
        if self._values is None:
            self._values = self._structure.view(self.record).values
        return self._values


class Structure:
    """The places of one schema, compiled once."""

    def __init__(self, schema: Schema) -> None:
        self.groups: tuple[Group, ...] = groups_of(schema)
        self.nodes: dict[str, Node] = {node.path: node for group in self.groups for node in group.nodes}
        self._texts = tuple(path for path, node in self.nodes.items() if node.types == _STRING)
        self._mixed = tuple(path for path, node in self.nodes.items() if node.types > _STRING)
        self._inside: dict[str, Group] = {group.source: group for group in self.groups}

    def columns(self, records: Sequence[Any], quotes: int | None = None) -> Batch | None:
        """All records as columns; None where one of them has a fault of form: something missing, unknown, mistyped.

        With the number of quotation marks in their text, unknown keys need not be looked for in most objects: where the
        keys and strings that are known account for all the marks, there are no others.
        """
        batch = Batch(records)
        if not _OBJECT.issuperset(map(type, records)):
            return None
        for group in self.groups:
            objects: Sequence[Any] = batch.values[group.source] if group.path else records
            batch.objects[group.path] = objects
            accounted = quotes is not None and group.uniform
            if not accounted and not group.all_fit(objects):
                return None
            batch.strings += len(objects) * len(group.always) if accounted else sum(map(len, objects))
            try:
                sound = _member_columns(batch, group, objects) and _element_columns(batch, group)
            except KeyError:
                return None
            if not sound:
                return None
        batch.strings += self._values_that_are_strings(batch)
        return batch if quotes is None or quotes == 2 * batch.strings else self.columns(records)

    def _values_that_are_strings(self, batch: Batch) -> int:
        values = batch.values
        count = sum(map(len, map(values.__getitem__, self._texts)))
        for path in self._mixed:
            count += sum([type(value) is str for value in values[path]])
        return count + sum([type(record.get(SCENARIO_KEY)) is str for record in batch.records])

    def view(self, record: Any) -> View:
        """One record by itself, whatever it is."""
        values: dict[str, list[tuple[str, Any]]] = {path: [] for path in self.nodes}
        view = View(self, {}, values)
        if not isinstance(record, dict):
            view.unknown_or_missing.append(("", f"{shown(record)} is not a JSON object"))
            view.mistyped = None
            return view
        view.record = self._members(self.groups[0], record, "", view, values)
        return view

    def _members(
        self, group: Group, entry: dict[str, Any], prefix: str, view: View, values: dict[str, list[tuple[str, Any]]]
    ) -> dict[str, Any]:
        clean: dict[str, Any] = {}
        for key in entry:
            if key not in group.members and not group.open and not (key in ENVELOPE and not group.path):
                path = f"{prefix}{key}"
                view.unknown_or_missing.append((path, f"{path}: is not in the schema"))
        for key, node in group.members.items():
            path = prefix + key
            if key in entry:
                value = self._value(node, entry[key], path, view, values)
                if value is not None:
                    clean[key] = value
            elif is_needed(node):
                view.unknown_or_missing.append((path, f"{path}: is missing"))
        return clean

    def _value(self, node: Node, value: Any, path: str, view: View, values: dict[str, list[tuple[str, Any]]]) -> Any:
        """The value without what is wrong in it; None where nothing is left."""
        assert view.mistyped is not None
        if value is None:
            if not node.field.nullable:
                view.mistyped.append((path, f"{path}: is null"))
            return None
        if type(value) not in node.types or (node.is_time and not _all_times(node, [value])):
            view.mistyped.append((path, f"{path}: {shown(value)} is not {_KINDS[node.field.type]}"))
            return None
        values[node.path].append((path, value))
        element = self.nodes.get(node.path + "[]")
        if element is not None:
            entries = [self._value(element, entry, f"{path}[{i}]", view, values) for i, entry in enumerate(value)]
            # Numbers of items stay what they are: an item of a wrong type is an empty one.
            empty: dict[str, Any] | None = {} if element.path in self._inside else None
            return [empty if entry is None else entry for entry in entries]
        inside = self._inside.get(node.path)
        return value if inside is None else self._members(inside, value, path + ".", view, values)

    @staticmethod
    def objects(record: dict[str, Any], group: Group) -> list[tuple[str, dict[str, Any]]]:
        """(path before a member's name, object) of every object of a group in one sound record."""
        found = [("", record)]
        for key, depth in group.route:
            if depth == 0:
                found = [(f"{at}{key}.", inner) for at, entry in found if (inner := entry.get(key)) is not None]
                continue
            nested = [(f"{at}{key}", entry.get(key)) for at, entry in found]
            for _ in range(depth):
                nested = [(f"{at}[{i}]", item) for at, items in nested for i, item in enumerate(items or ())]
            found = [(f"{at}.", item) for at, item in nested if item is not None]
        return found


_OBJECT = frozenset({dict})
_STRING = frozenset({str})
_KINDS = {
    FieldType.INTEGER: "a whole number",
    FieldType.FLOAT: "a number",
    FieldType.BOOLEAN: "true or false",
    FieldType.OBJECT: "an object",
    FieldType.ARRAY: "an array",
    FieldType.VARIANT: "of the type of any of its forms",
    FieldType.DATE: "a date (YYYY-MM-DD)",
    FieldType.DATETIME: "an instant (RFC 3339, UTC, whole seconds: 2026-01-31T09:00:00Z)",
    **dict.fromkeys(
        (FieldType.STRING, FieldType.EMAIL, FieldType.PHONE, FieldType.ADDRESS, FieldType.UUID, FieldType.ENUM), "text"
    ),
}


def shown(value: Any) -> str:
    """A value as a message quotes it, cut where it is long."""
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _member_columns(batch: Batch, group: Group, objects: Sequence[dict[str, Any]]) -> bool:
    """Puts the columns of a group's members into the batch; False where one holds what it must not."""
    values = batch.values
    if objects and group.always:
        # One pass over the objects gives all columns that have no gaps.
        for node, column in zip(group.always, zip(*map(group.always_of, objects), strict=True), strict=True):
            values[node.path] = list(column)
    else:
        values.update((node.path, []) for node in group.always)
    for node in group.sometimes:
        key = node.key
        if node.field.nullable:
            values[node.path] = [value for entry in objects if (value := entry.get(key)) is not None]
        else:
            values[node.path] = [entry[key] for entry in objects if key in entry]
    for types, paths in group.paths_by_types:
        if not types.issuperset(map(type, chain.from_iterable([values[path] for path in paths]))):
            return False
    return all(
        all_times(list(chain.from_iterable([values[path] for path in paths])))
        for all_times, paths in ((moments.all_instants, group.instants), (moments.all_dates, group.dates))
        if paths
    )


def _element_columns(batch: Batch, group: Group) -> bool:
    """As `_member_columns`, of the elements of arrays, which are known to be lists by now."""
    for node in group.elements:
        elements = chain.from_iterable(batch.values[node.parent])
        values = [value for value in elements if value is not None] if node.field.nullable else list(elements)
        if not node.types.issuperset(map(type, values)) or (node.is_time and not _all_times(node, values)):
            return False
        batch.values[node.path] = values
    return True


def _all_times(node: Node, values: Sequence[str]) -> bool:
    if node.field.type is FieldType.DATETIME:
        return moments.all_instants(values)
    return moments.all_dates(values)
