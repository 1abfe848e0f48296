"""Real places: city, region, postcode and telephone area that belong together.

The tables of six countries are made by tools/build_places.py and tools/build_foreign_places.py; `world.tsv` has a few
cities of every other country that Faker has a locale of. What is true of a whole country is in `countries`.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.catalog.countries import Taxes, country, country_of
from testdata_agent.engine.catalog.tables import table_lines
from testdata_agent.engine.catalog.telephones import PhoneBook, phone_book

#: Countries with a table of their own, and its name.
TABLES: Final = {"US": "en_US", "GB": "en_GB", "DE": "de_DE", "FR": "fr_FR", "ES": "es_ES", "JP": "ja_JP"}
#: Locales that speak as another one does.
_AS: Final = {"fr_QC": "fr_CA"}

#: City, region, postcode, telephone area.
Place = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Places:
    """A table of places; `cities` to `tax_rates` have one entry a place.

    Attributes:
        country: ISO 3166 alpha-2.
        weights: How often a place is drawn.
        tax_rates: Sales tax of the state, or VAT, in 1/1000 percent.
        phones: Numbers that nobody holds, of the place's area where there are any.
        street_formats: With `{number}` and `{street}`.
    """

    country: str
    cities: tuple[str, ...]
    regions: tuple[str, ...]
    postcodes: tuple[str, ...]
    area_codes: tuple[str, ...]
    weights: NDArray[np.int64]
    tax_rates: NDArray[np.int64]
    phones: PhoneBook
    street_formats: tuple[str, ...]


@lru_cache(maxsize=16)
def load_places(locale: str) -> Places | None:
    """The table of a locale such as `en_US`; None where nothing is known of its country."""
    code = country_of(locale)
    if code in TABLES:
        *parts, weights = zip(*table_lines(f"places/{TABLES[code]}.tsv"), strict=True)
        cities, regions, postcodes, areas = parts
        return of(code, cities, regions, postcodes, areas, tuple(map(int, weights)))
    rows = world(locale)
    if not rows:
        return None
    cities, regions, postcodes, areas = zip(*rows, strict=True)
    return of(code, cities, regions, postcodes, areas)


def of(
    code: str,
    cities: tuple[str, ...],
    regions: tuple[str, ...],
    postcodes: tuple[str, ...],
    areas: tuple[str, ...],
    weights: tuple[int, ...] | None = None,
) -> Places:
    """Places of one country, each as likely as the other where no weights are given."""
    facts = country(code)
    return Places(
        country=code,
        cities=cities,
        regions=regions,
        postcodes=postcodes,
        area_codes=areas,
        weights=np.array(weights or [1] * len(cities), dtype=np.int64),
        tax_rates=np.array(_rates(facts.tax, regions), dtype=np.int64),
        phones=phone_book(facts, areas),
        street_formats=(facts.street,),
    )


def world(locale: str) -> list[Place]:
    """The few cities of a locale: in its own language where they are told apart, else its country's."""
    rows: dict[str, list[Place]] = {}
    for key, city, region, postcode, area in table_lines("places/world.tsv"):
        rows.setdefault(key, []).append((city, region, postcode, area))
    return rows.get(_AS.get(locale, locale)) or rows.get(country_of(locale), [])


def _rates(tax: Taxes, regions: tuple[str, ...]) -> list[int]:
    return [tax] * len(regions) if isinstance(tax, int) else [tax[region] for region in regions]
