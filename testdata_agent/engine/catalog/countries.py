"""What is true of a whole country: taxes, how streets are written, calling code; and which country a locale is of."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from testdata_agent.engine.catalog.tables import table_lines

#: In 1/1000 percent: one rate, or one a region.
Taxes = int | Mapping[str, int]

#: Locales whose last part is no country: bare languages, and codes of Faker's own.
_COUNTRIES: Final[Mapping[str, str]] = {
    "ar_AA": "SA", "de": "DE", "en": "US", "en_MS": "MY", "es": "ES", "es_CA": "ES", "fr_QC": "CA", "la": "VA",
    "sw": "TZ", "th": "TH",
}  # fmt: skip

#: Rates of state sales taxes, without local ones.
STATE_TAX: Final[Mapping[str, int]] = {
    "AL": 4000, "AK": 0, "AZ": 5600, "AR": 6500, "CA": 7250, "CO": 2900, "CT": 6350, "DC": 6000, "DE": 0, "FL": 6000,
    "GA": 4000, "HI": 4000, "ID": 6000, "IL": 6250, "IN": 7000, "IA": 6000, "KS": 6500, "KY": 6000, "LA": 5000,
    "ME": 5500, "MD": 6000, "MA": 6250, "MI": 6000, "MN": 6875, "MS": 7000, "MO": 4225, "MT": 0, "NE": 5500, "NV": 6850,
    "NH": 0, "NJ": 6625, "NM": 4875, "NY": 4000, "NC": 4750, "ND": 5000, "OH": 5750, "OK": 4500, "OR": 0, "PA": 6000,
    "RI": 7000, "SC": 6000, "SD": 4200, "TN": 7000, "TX": 6250, "UT": 4850, "VT": 6000, "VA": 4300, "WA": 6500,
    "WV": 6000, "WI": 5000, "WY": 4000,
}  # fmt: skip

#: GST and provincial tax together, or HST.
PROVINCE_TAX: Final[Mapping[str, int]] = {
    "AB": 5000, "BC": 12_000, "MB": 12_000, "NB": 15_000, "NL": 15_000, "NS": 14_000, "NT": 5000, "NU": 5000,
    "ON": 13_000, "PE": 15_000, "QC": 14_975, "SK": 11_000, "YT": 5000,
}  # fmt: skip

_BY_REGION: Final[Mapping[str, Taxes]] = {"US": STATE_TAX, "CA": PROVINCE_TAX}


@dataclass(frozen=True, slots=True)
class Country:
    """Facts of one country.

    Attributes:
        code: ISO 3166 alpha-2.
        calling_code: As in `+49`, without the plus; `999`, which no country has, where it is not known.
        tax: Of usual goods, in 1/1000 percent.
        street: Form with `{number}` and `{street}`.
    """

    code: str
    calling_code: str
    tax: Taxes
    street: str


def country_of(locale: str) -> str:
    """The ISO 3166 alpha-2 code of a locale's country."""
    return _COUNTRIES.get(locale) or locale.rpartition("_")[2].upper()


def country(code: str) -> Country:
    """The facts of a country; plausible ones where none are known."""
    return _countries().get(code) or Country(code, "999", 20_000, "{street} {number}")


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, Country]:
    return {
        code: Country(code, calling, _BY_REGION.get(code, int(tax)), street)
        for code, calling, tax, street in table_lines("places/countries.tsv")
    }
