"""City, region and postcode of one object are of one place; the telephone's area is where the person lives."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from testdata_agent.engine.catalog.atlas import agrees, region_code, states_of_area_code
from testdata_agent.engine.catalog.countries import country_of
from testdata_agent.engine.coherence.batch import Batch, Structure, View
from testdata_agent.engine.coherence.checks.base import Check
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.coherence.nodes import Group, Node
from testdata_agent.engine.coherence.report import Problem

#: Names that the members have, the usual first.
CITY_FIELDS = ("city", "town")
REGION_FIELDS = ("state", "region", "province")
POSTCODE_FIELDS = ("zip", "postal_code", "postcode", "zip_code")
COUNTRY_FIELDS = ("country", "country_code")
PHONE_FIELDS = ("phone", "phone_number")

#: A number of the North American plan, with or without its country code.
_AREA = re.compile(r"(?:\+?1[ .-]?)?\(?([2-9][0-9]{2})\)?[ .-]?[2-9][0-9]{2}[ .-]?[0-9]{4}")
_HOME = "US"
_TRUE = frozenset({True})


class Places(Check):
    """All objects with city, region and postcode, and the record's own telephone number."""

    name: ClassVar = "places"

    def __init__(self, structure: Structure, locale: str) -> None:
        self._structure = structure
        self._country = country_of(locale)
        self._groups: list[tuple[Group, str, str, str, str | None]] = []
        for group in structure.groups:
            city, region, postcode, country = (
                _first(group, names) for names in (CITY_FIELDS, REGION_FIELDS, POSTCODE_FIELDS, COUNTRY_FIELDS)
            )
            if city is not None and region is not None and postcode is not None:
                self._groups.append((group, city, region, postcode, country))
        phone = _first(structure.groups[0], PHONE_FIELDS)
        # A form of the field's own may leave it no choice.
        free = phone is not None and (spec := structure.nodes[phone].field).regex is None and spec.values is None
        self._phone = phone if free else None
        self.applies = bool(self._groups)
        columns = [_columns(structure, *group) for group in self._groups]
        sure = self._phone is None or structure.nodes[self._phone].always
        self._columns = [found for found in columns if found is not None] if sure and None not in columns else None

    def quick(self, batch: Batch, moment: Moment) -> int | None:  # noqa: ARG002
        """See Check."""
        if self._columns is None:
            return None
        homes: list[list[str]] = [[] for _ in batch.records]
        countries: set[str] = set()
        for columns in self._columns:
            country, city, region, postcode = columns.read(batch, self._country)
            if not _TRUE.issuperset(map(agrees, country, city, region, postcode)):
                return None
            countries.update(country)
            regions = iter(region)
            for home, size in zip(homes, columns.sizes(batch), strict=True):
                home.extend(islice(regions, size))
        if self._phone is not None and _HOME in countries and not (len(countries) == 1 and self._at_home(batch, homes)):
            return None
        return sum(map(bool, homes))

    def _at_home(self, batch: Batch, homes: Sequence[Sequence[str]]) -> bool:
        """Whether every telephone's area is of one of its record's regions, as far as the table knows it."""
        assert self._phone is not None
        for phone, home in zip(batch.values[self._phone], homes, strict=True):
            match = _AREA.fullmatch(phone)
            states = states_of_area_code(match[1]) if match is not None else None
            if states is not None and states.isdisjoint(home):
                return False
        return True

    def judge(self, view: View, moment: Moment) -> list[Problem] | None:  # noqa: ARG002
        """See Check; places and area codes that the tables do not know say nothing."""
        problems: list[Problem] = []
        applies = False
        home: set[str] = set()
        abroad = False
        for group, city_key, region_key, postcode_key, country_key in self._groups:
            for prefix, entry in self._structure.objects(view.record, group):
                city, region, postcode = entry.get(city_key), entry.get(region_key), entry.get(postcode_key)
                if city is None or region is None or postcode is None:
                    continue
                country = (entry.get(country_key) if country_key is not None else None) or self._country
                if country == _HOME:
                    home.add(region_code(_HOME, region))
                else:
                    abroad = True
                verdict = agrees(country, city, region, postcode)
                if verdict is None:
                    continue
                applies = True
                if not verdict:
                    here = prefix + postcode_key
                    problems.append((here, f"{here}: {postcode} is not in {city}, {region}"))
        phone = view.record.get(self._phone) if self._phone is not None and home and not abroad else None
        match = _AREA.fullmatch(phone) if phone is not None else None
        states = states_of_area_code(match[1]) if match is not None else None
        if match is not None and states is not None:
            applies = True
            if not states & home:
                where = ", ".join(sorted(home))
                problems.append((f"{self._phone}", f"{self._phone}: area code {match[1]} is not of {where}"))
        return problems if applies else None


@dataclass(frozen=True, slots=True)
class _Columns:
    """A group whose objects lack nothing: paths of their parts, and of the array that holds them ("": no array)."""

    country: str | None
    city: str
    region: str
    postcode: str
    array: str

    def read(self, batch: Batch, country: str) -> tuple[list[str], list[str], list[str], list[str]]:
        """The parts of all places; `country` stands in where objects name none."""
        cities, regions, codes = batch.values[self.city], batch.values[self.region], batch.values[self.postcode]
        named = [country] * len(cities) if self.country is None else batch.values[self.country]
        return named, cities, regions, codes

    def sizes(self, batch: Batch) -> list[int]:
        """How many places each record has."""
        return list(map(len, batch.values[self.array])) if self.array else [1] * len(batch.records)


def _columns(
    structure: Structure, group: Group, city: str, region: str, postcode: str, country: str | None
) -> _Columns | None:
    parts = [group.members[key] for key in (city, region, postcode, country) if key is not None]
    paths = [node.path for node in parts]
    if not all(node.always for node in parts):
        return None
    named = paths[3] if country is not None else None
    if group.steady:
        return _Columns(named, paths[0], paths[1], paths[2], "")
    array, *deeper = group.route
    element = structure.nodes.get(f"{array[0]}[]")
    if deeper or array[1] != 1 or element is None or not element.always or not structure.nodes[array[0]].always:
        return None
    return _Columns(named, paths[0], paths[1], paths[2], array[0])


def _first(group: Group, names: tuple[str, ...]) -> str | None:
    def is_there(node: Node | None) -> bool:
        return node is not None and node.is_text

    return next((name for name in names if is_there(group.members.get(name))), None)
