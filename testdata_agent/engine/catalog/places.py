"""Real places: city, region, postcode and telephone area that belong together.

US: made from the PyPI package `zipcodes` (MIT) by tools/build_places.py; the others are hand-made tables of facts.
Telephone numbers are of ranges that nobody can hold: US 555-01xx; Ofcom's, the Bundesnetzagentur's and ARCEP's numbers
for fiction; else the unassigned country code +999.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Places:
    """A table of places; `cities` to `tax_rates` have one entry a place.

    Attributes:
        country: ISO 3166 alpha-2.
        weights: How often a place is drawn.
        tax_rates: Sales tax of the state, or VAT, in 1/1000 percent.
        phone_formats: With `{area}` and `{n:0N}`, a number of N digits.
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


#: Rates of state sales taxes in 1/1000 percent, without local ones.
STATE_TAX: Final[Mapping[str, int]] = {
    "AL": 4000, "AK": 0, "AZ": 5600, "AR": 6500, "CA": 7250, "CO": 2900, "CT": 6350, "DC": 6000, "DE": 0, "FL": 6000,
    "GA": 4000, "HI": 4000, "ID": 6000, "IL": 6250, "IN": 7000, "IA": 6000, "KS": 6500, "KY": 6000, "LA": 5000,
    "ME": 5500, "MD": 6000, "MA": 6250, "MI": 6000, "MN": 6875, "MS": 7000, "MO": 4225, "MT": 0, "NE": 5500, "NV": 6850,
    "NH": 0, "NJ": 6625, "NM": 4875, "NY": 4000, "NC": 4750, "ND": 5000, "OH": 5750, "OK": 4500, "OR": 0, "PA": 6000,
    "RI": 7000, "SC": 6000, "SD": 4200, "TN": 7000, "TX": 6250, "UT": 4850, "VT": 6000, "VA": 4300, "WA": 6500,
    "WV": 6000, "WI": 5000, "WY": 4000,
}  # fmt: skip

#: Country, VAT (None: by state), telephone and street forms of the tables that are shipped.
_COUNTRIES: Final[Mapping[str, tuple[str, int | None, str, str]]] = {
    "en_US": ("US", None, "+1-{area}-555-01{n:02}", "{number} {street}"),
    "en_GB": ("GB", 20_000, "+44 7700 900{n:03}", "{number} {street}"),
    "de_DE": ("DE", 19_000, "+49 171 39200{n:02}", "{street} {number}"),
    "fr_FR": ("FR", 20_000, "+33 1 99 00 {n:04}", "{number} {street}"),
    "es_ES": ("ES", 21_000, "+999 91 555 {n:04}", "{street}, {number}"),
    "ja_JP": ("JP", 10_000, "+999 3 5550 {n:04}", "{street}{number}"),
}


@lru_cache(maxsize=16)
def load_places(locale: str) -> Places | None:
    """The table of a locale; None where none is shipped."""
    if locale not in _COUNTRIES:
        return None
    country, vat, phone, street = _COUNTRIES[locale]
    file = resources.files("testdata_agent.engine.catalog") / "reference" / "places" / f"{locale}.tsv"
    lines = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    cities, regions, postcodes, areas, weights = zip(*lines, strict=True)
    rates = [STATE_TAX[region] if vat is None else vat for region in regions]
    counts = np.array(weights, dtype=np.int64)
    table = np.array(rates, dtype=np.int64)
    return Places(country, cities, regions, postcodes, areas, counts, table, (phone,), (street,))


@lru_cache(maxsize=16)
def _known(country: str) -> tuple[frozenset[tuple[str, str, str]], frozenset[str]] | None:
    for locale, facts in _COUNTRIES.items():
        if facts[0] == country:
            table = load_places(locale)
            assert table is not None
            triples = frozenset(zip(table.cities, table.regions, table.postcodes, strict=True))
            return triples, frozenset(table.postcodes)
    return None


def agrees(country: str, city: str, region: str, postcode: str) -> bool | None:
    """Whether the three belong together; None where the table does not know the postcode."""
    known = _known(country)
    if known is None or postcode not in known[1]:
        return None
    return (city, region, postcode) in known[0]


@lru_cache(maxsize=1)
def _area_regions() -> Mapping[str, frozenset[str]]:
    table = load_places("en_US")
    assert table is not None
    result: dict[str, set[str]] = {}
    for area, region in zip(table.area_codes, table.regions, strict=True):
        result.setdefault(area, set()).add(region)
    return {area: frozenset(regions) for area, regions in result.items()}


def states_of_area_code(code: str) -> frozenset[str] | None:
    """US states of a telephone area code; None where the table does not know it."""
    return _area_regions().get(code)
