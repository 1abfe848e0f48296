"""What is true of a whole country: its taxes, how streets are written, and telephone numbers that nobody holds.

Numbers are of ranges that regulators keep for fiction (NANPA's 555-01xx, Ofcom, the Bundesnetzagentur, ARCEP, ACMA) or
that the country's numbering plan cannot assign; each country says which.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: In 1/1000 percent: one rate, or one a region.
Taxes = int | Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LocaleFacts:
    """Facts of a locale's country.

    Attributes:
        country: ISO 3166 alpha-2.
        tax: Of usual goods, in 1/1000 percent.
        phones: Forms with `{area}` (in some) and `{n:0N}`, a number of N digits.
        street: Form with `{number}` and `{street}`.
        prefix_length: Characters at the beginning of a postcode that tell where it is; 0 stands for its first letters.
        cities_keep_prefix: Whether the table has every such prefix of each of its cities.
    """

    country: str
    tax: Taxes
    phones: tuple[str, ...]
    street: str
    prefix_length: int
    cities_keep_prefix: bool = True


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

LOCALES: Final[Mapping[str, LocaleFacts]] = {
    "en_US": LocaleFacts(
        "US", STATE_TAX, ("+1-{area}-555-01{n:02}",), "{number} {street}", 3, cities_keep_prefix=False
    ),
    # Ofcom, numbers for drama: mobiles 07700 900000 to 900999.
    "en_GB": LocaleFacts("GB", 20_000, ("+44 7700 900{n:03}",), "{number} {street}", 0),
    # Bundesnetzagentur, numbers for media productions: two blocks of a hundred mobiles.
    "de_DE": LocaleFacts("DE", 19_000, ("+49 171 39200{n:02}", "+49 176 040690{n:02}"), "{street} {number}", 1),
    # ARCEP, numbers for audiovisual works: mobiles 06 39 98 00 00 to 99 99.
    "fr_FR": LocaleFacts(
        "FR", 20_000, tuple(f"+33 6 39 98 {k:02} {{n:02}}" for k in range(100)), "{number} {street}", 2
    ),
    # Of the mobiles that begin with 7, those from 75 to 79 are held in reserve.
    "es_ES": LocaleFacts("ES", 21_000, ("+34 790 00{n:04}",), "{street}, {number}", 2),
    # No digit 0 may follow the three of a mobile operator's prefix.
    "ja_JP": LocaleFacts("JP", 10_000, ("+81-90-0000-{n:04}",), "{street}{number}番地", 2),
}
