"""Numbers that nobody holds, of the area where the place is."""

import re

import pytest

from testdata_agent.engine.catalog.countries import country
from testdata_agent.engine.catalog.places import load_places
from testdata_agent.engine.catalog.telephones import phone_book

#: By country and area: every number that a place there may have.
RANGES = [
    ("US", "212", r"\+1-212-555-01\d\d"),
    ("CA", "416", r"\+1-416-555-01\d\d"),
    ("AU", "03", r"\+61 3 (5550|7010) \d{4}"),
    ("GB", "020", r"\+44 (20 7946 0\d{3}|7700 900\d{3})"),
    ("GB", "0113", r"\+44 (113 496 0\d{3}|7700 900\d{3})"),
    ("GB", "0191", r"\+44 (191 498 0\d{3}|7700 900\d{3})"),
    ("GB", "028", r"\+44 (28 9649 6\d{3}|7700 900\d{3})"),
    ("GB", "029", r"\+44 (29 2018 0\d{3}|7700 900\d{3})"),
    ("GB", "01904", r"\+44 7700 900\d{3}"),
    ("DE", "030", r"\+49 (30 23125\d{3}|171 39200\d\d|176 040690\d\d)"),
    ("DE", "040", r"\+49 (40 66969\d{3}|171 39200\d\d|176 040690\d\d)"),
    ("DE", "069", r"\+49 (69 90009\d{3}|171 39200\d\d|176 040690\d\d)"),
    ("DE", "089", r"\+49 (89 99998\d{3}|171 39200\d\d|176 040690\d\d)"),
    ("DE", "0221", r"\+49 (221 4710\d{3}|171 39200\d\d|176 040690\d\d)"),
    ("DE", "0351", r"\+49 (171 39200\d\d|176 040690\d\d)"),
    ("FR", "01", r"\+33 (1 99 00|6 39 98) \d\d \d\d"),
    ("FR", "02", r"\+33 (2 61 91|6 39 98) \d\d \d\d"),
    ("FR", "03", r"\+33 (3 53 01|6 39 98) \d\d \d\d"),
    ("FR", "04", r"\+33 (4 65 71|6 39 98) \d\d \d\d"),
    ("FR", "05", r"\+33 (5 36 49|6 39 98) \d\d \d\d"),
    ("ES", "91", r"\+34 790 \d{6}"),
    ("JP", "03", r"\+81-(3-0000|90-0000)-\d{4}"),
    ("JP", "045", r"\+81-(45-000|90-0000)-\d{4}"),
    ("JP", "0857", r"\+81-(857-00|90-0000)-\d{4}"),
    ("JP", "", r"\+81-90-0000-\d{4}"),
    ("IT", "", r"\+39 00 000 \d{4}"),
]


@pytest.mark.parametrize(("code", "area", "pattern"), RANGES)
def test_numbers_are_of_the_reserved_ranges_of_their_area(code: str, area: str, pattern: str) -> None:
    book = phone_book(country(code), [area])
    start, count = book.starts[0], book.counts[0]
    numbers = [f"{line}{0:0{book.digits}}" for line in book.lines[start : start + count]]
    assert [number for number in numbers if not re.fullmatch(pattern, number)] == []
    kinds = {re.sub(r"[^0-9]", "", number)[:6] for number in numbers}
    assert len(kinds) >= pattern.count("|") + 1


def test_places_of_one_area_share_its_lines() -> None:
    book = phone_book(country("DE"), ["030", "0351", "030"])
    assert book.starts[0] == book.starts[2] != book.starts[1]
    assert book.counts == (12, 2, 12)


@pytest.mark.parametrize("locale", ["en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "ja_JP", "it_IT"])
def test_a_table_of_places_needs_few_beginnings(locale: str) -> None:
    table = load_places(locale)
    assert table is not None
    assert len(table.phones.lines) < 1200
