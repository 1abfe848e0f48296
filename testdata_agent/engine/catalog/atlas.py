"""What is certain of anybody's address: which regions a postcode may lie in, and which cities it is not of.

The tables of places are a choice, so what they do not know says nothing. A place is called wrong only where its region
has no such postcodes at all, or where its city, known in that region, cannot have this one.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from testdata_agent.engine.catalog.places import TABLES
from testdata_agent.engine.catalog.tables import table_lines

#: As long as the letters at the beginning of a postcode, as in the United Kingdom.
_LETTERS: Final = 0
#: A city of this many prefixes may have others that the table lacks (London).
_MANY: Final = 5


@dataclass(frozen=True, slots=True)
class _Form:
    """How a country's postcodes are read.

    Attributes:
        pattern: What it may look like; the groups, joined by `joint`, are how the tables write it.
        region: Characters at the beginning that tell the region.
        city: Characters at the beginning that every city of the table has all of; None where it may have others.
    """

    pattern: re.Pattern[str]
    region: int
    city: int | None
    joint: str = ""


_FIVE: Final = re.compile(r"([0-9]{5})")
_FORMS: Final[Mapping[str, _Form]] = {
    "US": _Form(re.compile(r"([0-9]{5})(?:-?[0-9]{4})?"), 3, None),
    "GB": _Form(re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})"), _LETTERS, _LETTERS, " "),
    "DE": _Form(_FIVE, 2, 1),
    "FR": _Form(_FIVE, 2, 2),
    "ES": _Form(_FIVE, 2, 2),
    "JP": _Form(re.compile(r"([0-9]{3})-?([0-9]{4})"), 3, 2, "-"),
    "CA": _Form(re.compile(r"([A-Z][0-9][A-Z])[ -]?([0-9][A-Z][0-9])"), 1, None, " "),
}

#: A city and the region that it lies in.
_Home = tuple[str, str]


def agrees(country: str, city: str, region: str, postcode: str) -> bool | None:
    """Whether the three belong together; None where nothing is certain.

    `country` is an ISO 3166 alpha-2 code. City and region are understood in any case and without accents, a region also
    by its English name or its code (`Bayern`, `Bavaria`, `BY`).
    """
    if (city, region) in _homes(country).get(postcode, ()):
        return True
    atlas = _atlas(country)
    return None if atlas is None else atlas.verdict(city, region, postcode)


def states_of_area_code(code: str) -> frozenset[str] | None:
    """US states (one in practice) of a telephone area code; None where it is not one of theirs."""
    return _area_states().get(code)


def region_code(country: str, region: str) -> str:
    """A region as the tables call it (`California`: `CA`); unchanged where it is not known."""
    atlas = _atlas(country)
    return region if atlas is None else atlas.names.get(_plain(region), region)


@dataclass(frozen=True, slots=True)
class _Atlas:
    """What is certain of one country; names of cities and regions are plain ones.

    Attributes:
        names: Region by each of its names.
        prefixes: The prefixes of postcodes that each region has.
        homes: The cities of every postcode of the table.
        cities: The prefixes of each city's postcodes in the table.
        city_names: The cities alone.
        also: Further names under which mail reaches a postcode; where there are any, no other city's name does.
    """

    form: _Form
    names: Mapping[str, str]
    prefixes: Mapping[str, frozenset[str]]
    homes: Mapping[str, frozenset[_Home]]
    cities: Mapping[_Home, frozenset[str]]
    city_names: frozenset[str]
    also: Mapping[str, frozenset[str]]

    def verdict(self, city: str, region: str, postcode: str) -> bool | None:
        """See `agrees`."""
        named = self.names.get(_plain(region))
        match = self.form.pattern.fullmatch(postcode.strip().upper())
        if match is None:
            # With a region of the country, but no postcode of its.
            return None if named is None else False
        code = self.form.joint.join(match.groups())
        if named is not None and _prefix(code, self.form.region) not in self.prefixes[named]:
            return False
        place = _plain(city), named or _plain(region)
        return self._of_city(place, code)

    def _of_city(self, place: _Home, code: str) -> bool | None:
        here = self.homes.get(code, frozenset())
        if place in here or (here and place[0] in self.also.get(code, ())):
            return True
        known = self.cities.get(place)
        if known is None:
            return False if here and self.also and place[0] in self.city_names else None
        prefix = _prefix(code, self.form.region)
        if prefix in known:
            # A suburb's postcode under the city's name, as people write it.
            return None
        return False if here or self._has_all_of(known, prefix) else None

    def _has_all_of(self, known: frozenset[str], prefix: str) -> bool:
        """Whether a city of the known prefixes cannot have this one, in the table or not."""
        length = self.form.city
        if length is None or len(known) >= _MANY:
            return False
        return _prefix(prefix, length) not in {_prefix(each, length) for each in known}


@lru_cache(maxsize=64)
def _homes(country: str) -> Mapping[str, frozenset[_Home]]:
    """City and region, as the tables write them, by postcode."""
    homes: dict[str, set[_Home]] = {}
    for city, region, postcode in _rows(country):
        homes.setdefault(postcode, set()).add((city, region))
    return {postcode: frozenset(found) for postcode, found in homes.items()}


def _rows(country: str) -> list[tuple[str, str, str]]:
    if country in TABLES:
        return [(city, region, code) for city, region, code, *_ in table_lines(f"places/{TABLES[country]}.tsv")]
    of_country = (line for line in table_lines("places/world.tsv") if line[0].rpartition("_")[2] == country)
    return [(city, region, code) for _, city, region, code, _ in of_country]


@lru_cache(maxsize=16)
def _atlas(country: str) -> _Atlas | None:
    form = _FORMS.get(country)
    if form is None:
        return None
    names: dict[str, str] = {}
    prefixes: dict[str, frozenset[str]] = {}
    for written, codes in table_lines(f"places/{country.lower()}_regions.tsv"):
        region = written.split("/")[0]
        names |= {_plain(name): region for name in written.split("/")}
        prefixes[region] = frozenset(codes.split())
    homes: dict[str, set[_Home]] = {}
    cities: dict[_Home, set[str]] = {}
    for city, region, postcode in _rows(country):
        place = _plain(city), names.get(_plain(region)) or _plain(region)
        homes.setdefault(postcode, set()).add(place)
        cities.setdefault(place, set()).add(_prefix(postcode, form.region))
    return _Atlas(
        form=form,
        names=names,
        prefixes=prefixes,
        homes={code: frozenset(found) for code, found in homes.items()},
        cities={place: frozenset(found) for place, found in cities.items()},
        city_names=frozenset(city for city, _ in cities),
        also=_other_names() if country == "US" else {},
    )


def _prefix(postcode: str, length: int) -> str:
    if length != _LETTERS:
        return postcode[:length]
    return postcode[: next((at for at, char in enumerate(postcode) if not char.isalpha()), len(postcode))]


_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_BETWEEN: Final = re.compile(r"[\s.\-'’]+")
_SHORT: Final = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}


def _plain(name: str) -> str:
    """A name without case, accents and punctuation, `St.` written out; Fürth is Fuerth and not Furth."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", name.casefold().translate(_UMLAUTS)))
    return " ".join(_SHORT.get(word, word) for word in _BETWEEN.split(bare) if word)


def _other_names() -> Mapping[str, frozenset[str]]:
    return {code: frozenset(map(_plain, names)) for code, *names in table_lines("places/us_zip_names.tsv")}


@lru_cache(maxsize=1)
def _area_states() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for state, codes in table_lines("places/us_area_codes.tsv"):
        for code in codes.replace("/", " ").split():
            found.setdefault(code, set()).add(state)
    return {code: frozenset(states) for code, states in found.items()}
