"""Telephone numbers that nobody holds.

Where a regulator keeps numbers for fiction, these are they: NANPA's 555-01xx, which goes for Canada too; Ofcom's for
drama; the Bundesnetzagentur's for media productions (Amtsblatt 7/2021, Mitteilung 148/2021); ARCEP's for audiovisual
works (decision 2018-0881); the ACMA's for radio, books, film and television. Of the other countries none is known to
have any, so their numbers are such as their numbering plans cannot assign.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from testdata_agent.engine.catalog.countries import Country

#: For places whose area has no numbers of its own in the table; given along with those of its area where it has.
_ANYWHERE: Final = ""
#: For every area: `{area}` is the area code without its leading zero.
_EVERY_AREA: Final = "*"

_OFCOM_CITIES: Final = ("0113", "0114", "0115", "0116", "0117", "0118", "0121", "0131", "0141", "0151", "0161")

#: By country and area code; each `x` is any digit.
RESERVED: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "US": {_EVERY_AREA: ["+1-{area}-555-01xx"]},
    "CA": {_EVERY_AREA: ["+1-{area}-555-01xx"]},
    "AU": {_EVERY_AREA: ["+61 {area} 5550 xxxx", "+61 {area} 7010 xxxx"]},
    "GB": {
        _ANYWHERE: ["+44 7700 900xxx"],
        **{area: [f"+44 {area[1:]} 496 0xxx"] for area in _OFCOM_CITIES},
        "020": ["+44 20 7946 0xxx"],
        "0191": ["+44 191 498 0xxx"],
        "028": ["+44 28 9649 6xxx"],
        "029": ["+44 29 2018 0xxx"],
    },
    "DE": {
        _ANYWHERE: ["+49 171 39200xx", "+49 176 040690xx"],
        "030": ["+49 30 23125xxx"],
        "040": ["+49 40 66969xxx"],
        "069": ["+49 69 90009xxx"],
        "089": ["+49 89 99998xxx"],
        "0221": ["+49 221 4710xxx"],
    },
    "FR": {
        _ANYWHERE: ["+33 6 39 98 xx xx"],
        "01": ["+33 1 99 00 xx xx"],
        "02": ["+33 2 61 91 xx xx"],
        "03": ["+33 3 53 01 xx xx"],
        "04": ["+33 4 65 71 xx xx"],
        "05": ["+33 5 36 49 xx xx"],
    },
    # Mobile numbers begin with 6 or with 71 to 74; the plan keeps those above for later, and nobody has one of 79.
    "ES": {_ANYWHERE: ["+34 790 xxxxxx"]},
    # Neither the digits after an area code nor those after 090 may begin with 0.
    "JP": {_ANYWHERE: ["+81-90-0000-xxxx"], _EVERY_AREA: ["+81-{area}-{zeros}-xxxx"]},
}
#: Nine digits of Japanese numbers, less the last four and the area.
_JAPANESE_MIDDLE: Final = 5


@dataclass(frozen=True, slots=True)
class PhoneBook:
    """The numbers of a table of places.

    Attributes:
        lines: Beginnings of numbers.
        starts: For each place, where its beginnings start in `lines`.
        counts: For each place, how many beginnings it has.
        digits: How many digits follow a beginning.
    """

    lines: tuple[str, ...]
    starts: tuple[int, ...]
    counts: tuple[int, ...]
    digits: int


def phone_book(country: Country, areas: Iterable[str]) -> PhoneBook:
    """The numbers of places with these telephone areas (empty where it is not known or does not matter)."""
    # Where dialling abroad begins with 00, as the ITU recommends, no number within a country can.
    forms = RESERVED.get(country.code, {_ANYWHERE: [f"+{country.calling_code} 00 000 xxxx"]})
    areas = list(areas)
    by_area = {area: tuple(_forms_of(forms, area)) for area in dict.fromkeys(areas)}
    digits = min(len(form) - len(form.rstrip("x")) for found in by_area.values() for form in found)
    lines: list[str] = []
    spans: dict[tuple[str, ...], tuple[int, int]] = {}
    for found in dict.fromkeys(by_area.values()):
        start = len(lines)
        lines += [line for form in found for line in _beginnings(form, digits)]
        spans[found] = start, len(lines) - start
    places = [spans[by_area[area]] for area in areas]
    return PhoneBook(tuple(lines), tuple(start for start, _ in places), tuple(count for _, count in places), digits)


def _forms_of(forms: Mapping[str, Sequence[str]], area: str) -> Iterator[str]:
    yield from forms.get(area, ()) if area else ()
    yield from forms.get(_ANYWHERE, ())
    if area:
        short = area.lstrip("0")
        zeros = "0" * (_JAPANESE_MIDDLE - len(short))
        yield from (form.format(area=short, zeros=zeros) for form in forms.get(_EVERY_AREA, ()))


def _beginnings(form: str, digits: int) -> Iterator[str]:
    """The form without its last digits, for every choice of the others."""
    head = form[: len(form) - digits]
    free = head.count("x")
    for number in range(10**free):
        chosen = iter(f"{number:0{free}}" if free else "")
        yield "".join(next(chosen) if char == "x" else char for char in head)
