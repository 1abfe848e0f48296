"""Ways to bring a stored defect up in a record in which its value alone does not do it.

The value that broke a system is wrong in one thing only where what stands around it lets it: a quantity of -7 beside
dear articles, a date before another one. So it is put at other items, into other valid records, beside what stood
around it when it was stored, and beside changed fields of the same rules, until the checks find exactly what was
claimed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from testdata_agent.engine.defects.case import REMOVED, Case, Change
from testdata_agent.engine.defects.guesses import guesses
from testdata_agent.engine.defects.numbers import written
from testdata_agent.engine.defects.spots import ABSENT, Pointer, Site, Spot, Target
from testdata_agent.engine.rules.rulebook import Rulebook
from testdata_agent.engine.schema.model import NUMERIC_TYPES, Schema

#: Other valid records that are tried before and after the record itself is changed elsewhere.
FIRST_DONORS, MORE_DONORS = 12, 60
#: Items of a list that the value is put at, and values that are tried at one other field.
_MOST_ITEMS, _MOST_GUESSES = 10, 24
#: By how much a number beside it is raised.
_RAISES: Final = (1, 2, 4, 8, 16, 32, 64, 128)

#: Gives a valid record for the row; None: there is none. They are numbered.
Donor = Callable[[int], Mapping[str, Any] | None]


class Replaying:
    """What there is to try in the records of one schema."""

    def __init__(self, schema: Schema, spots: Sequence[Spot], book: Rulebook) -> None:
        """Takes the schema, its places and its rules."""
        self._spots = {spot.path: spot for spot in spots}
        self._ids = {
            name
            for name, spec in schema.fields.items()
            if spec.unique or spec.reference is not None or (spec.generate or {}).get("kind") == "person"
        }
        self._related: dict[str, set[str]] = defaultdict(set)
        for rule in (*book.deriving, *book.checking):
            together = {*rule.inputs, *([rule.derives] if rule.derives else [])}
            for path in together:
                self._related[path] |= together - {path}

    def sites(self, case: Case, site: Site, donor: Donor) -> Iterator[tuple[Site, Change]]:
        """Records with what is to be done to them, those that are most like the row's own first."""
        yield from ((site, change) for change in self._elsewhere(case, site))
        yield from self._donated(case, site, donor, range(FIRST_DONORS))
        if case.stored is not None:
            yield from ((site, change) for change in self._as_stored(case, site, *case.stored))
        yield from ((site, change) for change in self._beside(case, site))
        yield from self._donated(case, site, donor, range(FIRST_DONORS, MORE_DONORS))

    def _donated(self, case: Case, site: Site, donor: Donor, turns: range) -> Iterator[tuple[Site, Change]]:
        for turn in turns:
            record = donor(turn)
            if record is None:
                return
            # In the order of the record's own keys: a set's would differ from process to process.
            own = {name: value for name, value in site.record.items() if name in (*self._ids, "_index", "_scenario")}
            others = {name: value for name, value in record.items() if name not in self._ids} | own
            placed = {name: others[name] for name in (*record, *own) if name in others}
            other = replace(site, record=placed)
            yield from ((other, change) for change in self._changes(case, other))

    def _changes(self, case: Case, site: Site) -> Iterator[Change]:
        change = case.change(site)
        if change is not None:
            yield change
            yield from self._at_other_items(change, site)

    def _elsewhere(self, case: Case, site: Site) -> Iterator[Change]:
        """The same at the other items of a list."""
        yield from islice(self._changes(case, site), 1, None)

    def _at_other_items(self, change: Change, site: Site) -> Iterator[Change]:
        at = next((at for at, step in enumerate(change.pointer) if isinstance(step, int)), None)
        if at is None:
            return
        items = _value(site.record, change.pointer[:at])
        for index in range(min(len(items), _MOST_ITEMS)):
            pointer = (*change.pointer[:at], index, *change.pointer[at + 1 :])
            if index != change.pointer[at] and _value(site.record, pointer) not in (ABSENT, change.value):
                yield replace(change, pointer=pointer)

    # -- what stood around it -------------------------------------------------------------------------------------

    def _as_stored(self, case: Case, site: Site, stored: Mapping[str, Any], pointer: Pointer) -> Iterator[Change]:
        """With the fields of the same rules as they were, then with all that says not who it is."""
        first = str(pointer[0])
        related = {path.partition(".")[0] for path in self._closure(case.path)} | {first}
        for names in (related, {*stored, *related}):
            put = []
            for name in sorted(names - self._ids):
                if (name,) == pointer or (name not in stored and (name not in site.record or self._is_needed(name))):
                    continue
                put.append(((name,), self._told(stored[name], name) if name in stored else REMOVED))
            if put:
                yield Change(pointer, _value(stored, pointer, REMOVED), beside=tuple(put))

    def _told(self, value: Any, path: str) -> Any:
        """A stored value with its numbers as records write them."""
        if isinstance(value, dict):
            return {name: self._told(inner, f"{path}.{name}") for name, inner in value.items()}
        if isinstance(value, list):
            return [self._told(inner, path) for inner in value]
        if isinstance(value, float) and path in self._spots:
            return written(self._spots[path].field, Decimal(str(value)))
        return value

    def _closure(self, path: str) -> set[str]:
        """All fields that a change of one may bear on by rules."""
        found, pending = set[str](), [path]
        while pending:
            for other in self._related.get(pending.pop(), ()):
                if other not in found:
                    found.add(other)
                    pending.append(other)
        return found

    def _is_needed(self, name: str) -> bool:
        return name not in self._spots or self._spots[name].needed

    # -- other fields of the same rules ---------------------------------------------------------------------------

    def _beside(self, case: Case, site: Site) -> Iterator[Change]:
        """With another value in one of the fields that stand in rules with it; last, with one item more."""
        change = case.change(site)
        if change is None:
            return
        for each in islice(self._changes(case, site), _MOST_ITEMS):
            for path in sorted(self._closure(case.path) | {case.path}):
                spot = self._spots.get(path)
                if spot is not None and not spot.derived:
                    yield from self._guessed(each, spot, site)
        yield from self._longer(change, site)

    def _guessed(self, change: Change, spot: Spot, site: Site) -> Iterator[Change]:
        near = [value for _, value in change.beside] + [change.value]
        for target in _targets(site.record, spot):
            if target.pointer == change.pointer:
                continue
            values = [*_raised(spot, target.value), *guesses(spot, target.value, near, site)]
            for value in values[:_MOST_GUESSES]:
                if value is not REMOVED or target.value is not ABSENT:
                    yield replace(change, beside=((target.pointer, value),))

    def _longer(self, change: Change, site: Site) -> Iterator[Change]:
        """With the item once more, unchanged but for a number that is raised."""
        at = next((at for at, step in enumerate(change.pointer) if isinstance(step, int)), None)
        if at is None or len(change.pointer) != at + 2:
            return
        items = _value(site.record, change.pointer[:at])
        item, name = items[change.pointer[at]], change.pointer[-1]
        spot = self._spots.get(".".join(step for step in change.pointer if isinstance(step, str)))
        if spot is None or not isinstance(item, dict):
            return
        for value in _raised(spot, item.get(name)):
            yield replace(change, beside=(((*change.pointer[:at], len(items)), {**item, name: value}),))


def _targets(record: Any, spot: Spot) -> Iterator[Target]:
    """The spot, in every item of the lists on the way."""
    places: list[tuple[Pointer, Any]] = [((), record)]
    for step in spot.steps:
        inner: list[tuple[Pointer, Any]] = []
        for pointer, value in places:
            if step is None and isinstance(value, list):
                inner += [((*pointer, index), each) for index, each in enumerate(value[:_MOST_ITEMS])]
            elif step is not None and isinstance(value, dict):
                inner.append(((*pointer, step), value.get(step, ABSENT)))
        places = inner
    yield from (Target(pointer, value) for pointer, value in places)


def _raised(spot: Spot, old: Any) -> list[Any]:
    """Greater numbers than a whole one, up to the most that its field may hold."""
    if spot.field.type not in NUMERIC_TYPES or not isinstance(old, int) or isinstance(old, bool):
        return []
    most = spot.field.max
    return [old + more for more in _RAISES if most is None or old + more <= float(str(most))]


def _value(record: Any, pointer: Sequence[str | int], missing: Any = ABSENT) -> Any:
    for step in pointer:
        there = step in record if isinstance(record, dict) else isinstance(record, list) and int(step) < len(record)
        if not there:
            return missing
        record = record[step]
    return record
