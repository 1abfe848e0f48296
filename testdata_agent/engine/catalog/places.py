"""Real places: city, region, postcode and telephone area that belong together.

The US tables are made from the PyPI package `zipcodes` (MIT) by tools/build_places.py; the others are facts put
together by hand. What a country's telephone numbers, streets and taxes look like is in `locales`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.catalog.locales import LOCALES, Taxes


@dataclass(frozen=True, slots=True)
class Places:
    """A table of places; `cities` to `tax_rates` have one entry a place.

    Attributes:
        country: ISO 3166 alpha-2.
        weights: How often a place is drawn.
        tax_rates: Sales tax of the state, or VAT, in 1/1000 percent.
        phone_formats: With `{area}` (in some) and `{n:0N}`, a number of N digits.
        street_formats: With `{number}` and `{street}`.
    """

    country: str
    cities: tuple[str, ...]
    regions: tuple[str, ...]
    postcodes: tuple[str, ...]
    area_codes: tuple[str, ...]
    weights: NDArray[np.int64]
    tax_rates: NDArray[np.int64]
    phone_formats: tuple[str, ...]
    street_formats: tuple[str, ...]


@lru_cache(maxsize=16)
def load_places(locale: str) -> Places | None:
    """The table of a locale such as `en_US`; None where none is shipped."""
    facts = LOCALES.get(locale)
    if facts is None:
        return None
    cities, regions, postcodes, areas, weights = zip(*_lines(f"{locale}.tsv"), strict=True)
    return Places(
        country=facts.country,
        cities=cities,
        regions=regions,
        postcodes=postcodes,
        area_codes=areas,
        weights=np.array(list(map(int, weights)), dtype=np.int64),
        tax_rates=np.array(_rates(facts.tax, regions), dtype=np.int64),
        phone_formats=facts.phones,
        street_formats=(facts.street,),
    )


def agrees(country: str, city: str, region: str, postcode: str) -> bool | None:
    """Whether the three belong together; None where the tables cannot say.

    `country` is an ISO 3166 alpha-2 code, `region` what the table of the country calls its regions (`CA`, `Bayern`).
    """
    known = _known(country)
    if known is None:
        return None
    homes = known.homes.get(postcode)
    if homes is not None:
        return (city, region) in homes or _by_another_name(country, city, region, postcode)
    return None if known.may_be(city, region, postcode) else False


def states_of_area_code(code: str) -> frozenset[str] | None:
    """US states (one in practice) of a telephone area code; None where it is not one of theirs."""
    return _area_states().get(code)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the tables say of a country: of every postcode in them, and of cities and prefixes for the others."""

    homes: Mapping[str, frozenset[tuple[str, str]]]
    regions: frozenset[str]
    prefix_regions: Mapping[str, frozenset[str]]
    city_prefixes: Mapping[tuple[str, str], frozenset[str]]
    prefix_length: int

    def may_be(self, city: str, region: str, postcode: str) -> bool:
        """False where a postcode that is not in the table cannot be of the place."""
        prefix = _prefix(postcode, self.prefix_length)
        by_prefix = self.prefix_regions.get(prefix)
        if self.prefix_regions and region in self.regions and (by_prefix is None or region not in by_prefix):
            return False
        prefixes = self.city_prefixes.get((city, region))
        return prefixes is None or prefix in prefixes


@lru_cache(maxsize=32)
def _known(country: str) -> _Known | None:
    tables = [(table, LOCALES[locale]) for locale in _locales_of(country) if (table := load_places(locale)) is not None]
    if not tables:
        return None
    homes: dict[str, set[tuple[str, str]]] = {}
    prefixes: dict[tuple[str, str], set[str]] = {}
    # Of one country all tables cut postcodes at the same length. A US city has too many prefixes to know them all.
    length = tables[0][1].prefix_length
    for table, facts in tables:
        for place in zip(table.cities, table.regions, table.postcodes, strict=True):
            homes.setdefault(place[2], set()).add(place[:2])
            if facts.cities_keep_prefix:
                prefixes.setdefault(place[:2], set()).add(_prefix(place[2], length))
    return _Known(
        homes={code: frozenset(found) for code, found in homes.items()},
        regions=frozenset(region for table, _ in tables for region in table.regions),
        prefix_regions=_zip_states() if country == "US" else {},
        city_prefixes={place: frozenset(found) for place, found in prefixes.items()},
        prefix_length=length,
    )


def _locales_of(country: str) -> list[str]:
    return [locale for locale, facts in LOCALES.items() if facts.country == country]


#: As long as the letters at the beginning of a postcode, as in the United Kingdom.
_LETTERS: Final = 0


def _prefix(postcode: str, length: int) -> str:
    if length != _LETTERS:
        return postcode[:length]
    return postcode[: next((at for at, char in enumerate(postcode) if not char.isalpha()), len(postcode))]


def _by_another_name(country: str, city: str, region: str, postcode: str) -> bool:
    if country != "US" or region not in _zip_states().get(postcode[:3], ()):
        return False
    return city.casefold() in _zip_names().get(postcode, ())


@lru_cache(maxsize=1)
def _zip_names() -> Mapping[str, frozenset[str]]:
    return {code: frozenset(name.casefold() for name in names) for code, *names in _lines("us_zip_names.tsv")}


@lru_cache(maxsize=1)
def _zip_states() -> Mapping[str, frozenset[str]]:
    return _inverted({state: prefixes.split() for state, prefixes in _lines("us_zip_states.tsv")})


@lru_cache(maxsize=1)
def _area_states() -> Mapping[str, frozenset[str]]:
    return _inverted({state: codes.replace("/", " ").split() for state, codes in _lines("us_area_codes.tsv")})


def _inverted(keys: Mapping[str, list[str]]) -> Mapping[str, frozenset[str]]:
    result: dict[str, set[str]] = {}
    for key, values in keys.items():
        for value in values:
            result.setdefault(value, set()).add(key)
    return {value: frozenset(found) for value, found in result.items()}


def _rates(tax: Taxes, regions: tuple[str, ...]) -> list[int]:
    return [tax] * len(regions) if isinstance(tax, int) else [tax[region] for region in regions]


def _lines(name: str) -> list[list[str]]:
    file = resources.files("testdata_agent.engine.catalog") / "reference" / "places" / name
    return [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
