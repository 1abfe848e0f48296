"""All that can be done to the records of one schema."""

from collections.abc import Iterator, Mapping, Sequence

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.defects.case import Case
from testdata_agent.engine.defects.classes import (
    boundary,
    cross_field,
    encoding,
    historical,
    injection,
    numeric,
    time,
    type_null,
    unicode,
)
from testdata_agent.engine.defects.defect import DefectClass, StoredDefect
from testdata_agent.engine.defects.derivation import Derivation
from testdata_agent.engine.defects.replaying import Replaying
from testdata_agent.engine.defects.spots import Spot, spots_of
from testdata_agent.engine.rules.rulebook import compile_rules
from testdata_agent.engine.schema.model import Schema
from testdata_agent.engine.schema.shape import shape_of
from testdata_agent.engine.synthesis.hashing import name_key

#: Places of a schema that are looked at; of wider schemas as many, evenly spread.
MAX_SPOTS = 400


class Catalogue:
    """The cases of one schema by class.

    Attributes:
        spots: The places that are looked at.
        cases: In an order of their own, which mixes places and kinds; the same in every process.
        replaying: How stored defects are brought up where their value alone does not do it.
    """

    def __init__(self, schema: Schema, *, locale: str = "en_US", stored: Sequence[StoredDefect] = ()) -> None:
        """Takes the effective schema, the locale of money and the defects of a store."""
        self._shape = shape_of(schema, money_digits=currencies.digits(currencies.of_locale(locale)))
        self._book, _ = compile_rules(schema.coherence_rules, self._shape)
        book = self._book
        derived = {rule.derives for rule in book.deriving if rule.derives is not None}
        spots = self.spots = _spread(spots_of(schema, derived))
        self.replaying = Replaying(schema, spots, book)
        relations = cross_field.Relations(spots, book, self._shape)
        found: dict[DefectClass, list[Case]] = {each: [] for each in DefectClass}
        for case in _all(schema, spots, relations, stored):
            found[case.defect_class].append(case)
        self.cases: Mapping[DefectClass, tuple[Case, ...]] = {
            each: tuple(sorted(cases, key=lambda case: name_key(case.id))) for each, cases in found.items()
        }

    def derivation(self, as_of: int) -> Derivation:
        """The schema's deriving rules; `as_of` is what `now` is."""
        return Derivation(self._book.deriving, self._shape, as_of)

    @property
    def classes(self) -> tuple[DefectClass, ...]:
        """Those that the schema has a place for."""
        return tuple(each for each, cases in self.cases.items() if cases)


def _all(
    schema: Schema, spots: Sequence[Spot], relations: cross_field.Relations, stored: Sequence[StoredDefect]
) -> Iterator[Case]:
    yield type_null.of_record(schema)
    for spot in spots:
        for family in (boundary, type_null, numeric, unicode, injection, time, encoding):
            yield from family.cases(spot)
    yield from time.order_cases(spots)
    yield from cross_field.cases(relations)
    yield from historical.cases(stored)


def _spread(spots: tuple[Spot, ...]) -> tuple[Spot, ...]:
    if len(spots) <= MAX_SPOTS:
        return spots
    return tuple(spots[number * len(spots) // MAX_SPOTS] for number in range(MAX_SPOTS))
