"""City, region and postcode of one object are of one place; the telephone's area is where the person lives."""

import re
from typing import ClassVar

from testdata_agent.engine.catalog.places import agrees, states_of_area_code
from testdata_agent.engine.coherence.batch import Structure, View
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


class Places(Check):
    """All objects with city, region and postcode, and the record's own telephone number."""

    name: ClassVar = "places"

    def __init__(self, structure: Structure, locale: str) -> None:
        self._structure = structure
        self._country = locale.rpartition("_")[2]
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
                    home.add(region)
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


def _first(group: Group, names: tuple[str, ...]) -> str | None:
    def is_there(node: Node | None) -> bool:
        return node is not None and node.is_text

    return next((name for name in names if is_there(group.members.get(name))), None)
