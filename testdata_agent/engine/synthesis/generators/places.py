"""A place: street, city, region, postcode and telephone area that belong together."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from testdata_agent.engine.catalog.places import Places
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import Booleans, Choices, Column, Formatted, Numbers, Texts, Words, objects
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.pools import Pool
from testdata_agent.engine.synthesis.tables import Quantiles, Weights

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


def street(house: str, name: str, template: str, pool: Pool) -> Maker:
    """`742 Cedar Lane`, as the country writes it."""
    from testdata_agent.engine.render.json import literal  # noqa: PLC0415 - keeps makers free of rendering otherwise

    names = objects([literal(text)[1:-1] for text in pool.values])
    number_first = template.index("{number}") < template.index("{street}")
    form = template.replace("%", "%%").replace("{number}", "%d").replace("{street}", "%s")

    def make(frame: Frame, _level: Level, _hashes: Sequence[U64]) -> Column:
        numbers, streets = frame.columns[house], frame.columns[name]
        assert isinstance(numbers, Numbers)
        assert isinstance(streets, Choices)
        args = (numbers.values.tolist, names[streets.codes].tolist)
        return Formatted(form, args if number_first else args[::-1])

    return make


_SUBSCRIBER = re.compile(r"\{n:0?(\d+)\}")


def phone(group: str, places: Places) -> Maker:
    """A number of the place's area, in a range that no subscriber holds."""
    formats = [
        (_SUBSCRIBER.sub(lambda m: f"%0{m[1]}d", form).replace("{area}", "%s"), 10 ** int(_digits(form)), form)
        for form in places.phone_formats
    ]
    areas = objects(places.area_codes)

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        drawn = frame.columns[group]
        assert isinstance(drawn, Choices)
        if len(formats) == 1 and "{area}" in formats[0][2]:
            template, space, _ = formats[0]
            return Formatted(template, (areas[drawn.codes].tolist, hashing.below(hashes[0], space).tolist))
        which = hashing.below(hashing.again(hashes[0], 5), len(formats)).tolist()
        texts = map(partial(_phone_text, formats), which, areas[drawn.codes].tolist(), hashes[0].tolist())
        return Texts(list(texts))

    return make


def _digits(form: str) -> str:
    match = _SUBSCRIBER.search(form)
    if match is None:
        raise ValueError(f"a phone format needs {{n:0N}}: {form!r}")
    return match[1]


def _phone_text(formats: list[tuple[str, int, str]], which: int, area: str, value: int) -> str:
    template, space, form = formats[which]
    number: Any = value % space
    return template % ((area, number) if "{area}" in form else (number,))
