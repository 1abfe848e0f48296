"""A place: street, city, region, postcode and telephone area that belong together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from testdata_agent.engine.catalog.telephones import PhoneBook
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import (
    I64,
    Booleans,
    Choices,
    Column,
    Formatted,
    Numbers,
    Part,
    Words,
    objects,
)
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.parts import padded, wholes
from testdata_agent.engine.synthesis.pools import Pool
from testdata_agent.engine.synthesis.tables import Quantiles, Weights

#: Countries whose house numbers count blocks, so that they run into the thousands.
LONG_STREETS = frozenset({"US", "CA"})
HOUSE_NUMBERS = Quantiles.of([(0, 1), (20, 24), (50, 210), (80, 1400), (95, 5200), (100, 9899)])
SHORT_HOUSE_NUMBERS = Quantiles.of([(0, 1), (50, 24), (90, 110), (100, 280)])


def place(words: Words, weights: Sequence[int], home: str | None) -> Maker:
    """One of the table's places; where `home` names a row's own place, the first item of an array takes it."""
    table = Weights.of(weights)

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        codes = table.at(hashes[0])
        if home is not None and level.children is not None and level.owners is not None:
            own = frame.columns[home]
            assert isinstance(own, Choices)
            codes = np.where(level.children == 0, own.codes[level.owners], codes)
        return Choices(codes, words)

    return make


def same_as(flag: str, other: str, inner: Maker) -> Maker:
    """The column `other` where the boolean column `flag` is true, else the inner one (a billing address)."""

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        flags, there, here = frame.columns[flag], frame.columns[other], inner(frame, level, hashes)
        assert isinstance(flags, Booleans)
        if isinstance(here, Choices) and isinstance(there, Choices):
            return Choices(np.where(flags.values, there.codes, here.codes), here.words)
        assert isinstance(here, Numbers)
        assert isinstance(there, Numbers)
        return Numbers(np.where(flags.values, there.values, here.values), here.scale)

    return make


def part(group: str, words: Words) -> Maker:
    """A column of the table, by the place drawn for the group."""

    def make(frame: Frame, _level: Level, _hashes: Sequence[U64]) -> Column:
        drawn = frame.columns[group]
        assert isinstance(drawn, Choices)
        return Choices(drawn.codes, words)

    return make


#: What no text format has to escape.
_SAFE = re.compile(r"[A-Za-z0-9 ._-]*")


def street(house: str, name: str, template: str, pool: Pool) -> Maker:
    """`742 Cedar Lane`, as the country writes it."""
    names = objects(pool.values)
    form: list[str] = re.split(r"(\{number\}|\{street\})", template)
    safe = all(map(_SAFE.fullmatch, (*pool.values, *form[::2])))

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        numbers, streets = frame.columns[house], frame.columns[name]
        assert isinstance(numbers, Numbers)
        assert isinstance(streets, Choices)

        def parts() -> list[Part]:
            filled: dict[str, Part] = {"{number}": wholes(numbers.values), "{street}": names[streets.codes].tolist()}
            return [filled.get(piece, piece) for piece in form]

        return Formatted(parts, level.size, safe)

    return make


@dataclass(frozen=True, slots=True, eq=False)
class PhoneLines:
    """The numbers of a table of places, as columns.

    Attributes:
        only: The line of each place, where every place has one and none needs to be drawn.
    """

    lines: Any
    starts: I64
    counts: I64
    only: Any
    digits: int

    @classmethod
    def of(cls, book: PhoneBook) -> "PhoneLines":
        """Of a book."""
        lines, counts = objects(book.lines), np.array(book.counts, dtype=np.int64)
        starts = np.array(book.starts, dtype=np.int64)
        return cls(lines, starts, counts, lines[starts] if (counts == 1).all() else None, book.digits)


def phone(group: str, book: PhoneLines) -> Maker:
    """A number of the place's area, in a range that no subscriber holds."""
    lines, starts, counts, only, space = book.lines, book.starts, book.counts, book.only, 10**book.digits

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        drawn = frame.columns[group]
        assert isinstance(drawn, Choices)
        codes = drawn.codes

        def parts() -> list[Part]:
            if only is not None:
                chosen = only[codes]
            else:
                line = hashing.below(hashing.again(hashes[0], 5), counts[codes])
                chosen = lines[starts[codes] + line]
            return [chosen.tolist(), *padded(hashing.below(hashes[0], space), book.digits)]

        return Formatted(parts, level.size, safe=False)

    return make
