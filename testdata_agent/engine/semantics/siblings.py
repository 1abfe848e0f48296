"""What stands in one object, by what it means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from testdata_agent.engine.schema.model import NUMERIC_TYPES, FieldType
from testdata_agent.engine.semantics.reading import Reading, classes_of
from testdata_agent.engine.semantics.scopes import Scope

#: What the amount of a line may be called, the surest first.
_AMOUNTS: Final = ("line_total", "amount_of_line", "total", "subtotal")
_PRICES: Final = ("price", "nightly_rate", "cost_price", "dish_price", "product_price")
#: Amounts that are one line's where the array is one of lines.
_PLAIN_AMOUNTS: Final = ("money", "price", "dish_price", "cost_price", "fee")


@dataclass(frozen=True, slots=True)
class Siblings:
    """Fields of one object.

    Attributes:
        found: Readings by meaning.
        lines: What the lines that the object holds come to, as the rule language says it; None: it holds none.
        outer: Readings of the record around by meaning, for the objects of its arrays.
    """

    found: Mapping[str, Sequence[Reading]]
    lines: str | None = None
    outer: Mapping[str, Sequence[Reading]] = field(default_factory=dict)

    def of(self, meaning: str) -> Sequence[Reading]:
        """The fields of this meaning."""
        return self.found.get(meaning, ())

    def pick(self, reading: Reading, wanted: Iterable[str], types: frozenset[FieldType]) -> Reading | None:
        """The first field of these meanings but the reading itself, rather one with the same word before its name."""
        for name in wanted:
            found = [r for r in self.of(name) if r is not reading and r.leaf.spec.type in types]
            if found:
                return next((r for r in found if r.prefix == reading.prefix), found[0])
        return None


def by_meaning(readings: Iterable[Reading]) -> Mapping[str, Sequence[Reading]]:
    """Fields of one object by what they mean."""
    found: dict[str, list[Reading]] = {}
    for reading in readings:
        if reading.meaning is not None and not reading.leaf.element:
            found.setdefault(reading.meaning.name, []).append(reading)
    return found


def always(reading: Reading) -> bool:
    """Whether its object has the field in every record."""
    return reading.leaf.spec.required and not reading.leaf.spec.nullable


def lines_of(scope: Scope, by_scope: Mapping[str, Mapping[str, Sequence[Reading]]]) -> str | None:
    """The sum of what the lines of the one array of lines in the object come to; None: there is none, or several."""
    arrays = [inner for inner in scope.inner if inner.level == inner.path and inner.always]
    sums = {inner.path: found for inner in arrays if (found := _sum(inner, by_scope[inner.path])) is not None}
    surer = [path for path in sums if "lines" in _own_classes(next(s for s in arrays if s.path == path))]
    chosen = surer or list(sums)
    return sums[chosen[0]] if len(chosen) == 1 else None


def _sum(lines: Scope, found: Mapping[str, Sequence[Reading]]) -> str | None:
    amount = _first(found, _AMOUNTS)
    quantity, price = _first(found, ("quantity",)), _first(found, _PRICES)
    named = "lines" in _own_classes(lines)
    if amount is not None and (named or (quantity is not None and price is not None)):
        return f"sum({amount})"
    if quantity is not None and price is not None:
        return f"sum({quantity} * {price})"
    plain = _first(found, _PLAIN_AMOUNTS) if named and quantity is None else None
    return None if plain is None else f"sum({plain})"


def _own_classes(scope: Scope) -> frozenset[str]:
    return classes_of(Scope(scope.path, scope.level, scope.depth, scope.own, None))


def _first(found: Mapping[str, Sequence[Reading]], names: Iterable[str]) -> str | None:
    return next(
        (
            reading.path
            for name in names
            for reading in found.get(name, ())
            if reading.leaf.spec.type in NUMERIC_TYPES and always(reading)
        ),
        None,
    )
