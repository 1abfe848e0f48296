"""Makers of the parts of one real place by what the fields mean."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from testdata_agent.engine.catalog.linetables import line_table
from testdata_agent.engine.schema.model import TEXT_TYPES, Field
from testdata_agent.engine.synthesis.columns import Bools, Words
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.fields.meant import coordinates
from testdata_agent.engine.synthesis.generators import numbers, places
from testdata_agent.engine.synthesis.generators.texts import pooled
from testdata_agent.engine.synthesis.literals import accepts, limited

#: Parts that are columns of the table of places.
_COLUMNS = frozenset({"city", "region", "postcode", "country", "area_code"})
#: Longest names that a country's code and not its name is meant for.
_CODES = {2: "country", 3: "country_code3"}


def part(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """A part of the place of the field's group."""
    wanted, group = hint["part"], hint["group"]
    if wanted == "street":
        return _street(draft, group, level)
    drawn = place(draft, group, level)
    if wanted == "phone":
        return places.phone(drawn, draft.resources.phone_lines), (drawn,), VALUE
    if wanted in {"latitude", "longitude"}:
        return coordinates.part(draft, path, spec, drawn, wanted)
    return places.part(drawn, words(draft, _by_length(wanted, spec))), (drawn,), ()


def place(draft: Draft, group: str, level: str) -> str:
    """The hidden column of the group's place."""
    path = f"{group}#place"
    if path in draft.nodes:
        return path
    resources = draft.resources
    lines = _allowed(draft, group)
    weights = resources.places.weights if lines is None else np.where(lines, resources.places.weights, 0)
    maker = places.place(resources.place_words("city"), weights.tolist(), None)
    return draft.add(path, level, maker)


def words(draft: Draft, part_name: str) -> Words:
    """A part of all places of the table; what is the country's is the same in all of them."""
    if part_name in _COLUMNS:
        return draft.resources.place_words(part_name)
    table, column = draft.resources.places, part_name.removeprefix("country.")
    found: Words = draft.resources.shared(f"place {part_name}", lambda: Words(_of_country(table, column)))
    return found


def _by_length(wanted: str, spec: Field) -> str:
    if wanted == "country_name" and spec.max_length in _CODES:
        return _CODES[spec.max_length]
    return wanted


def _of_country(table: Any, column: str) -> Sequence[str]:
    size = len(table.cities)
    if column == "timezone" and table.country == "US":
        zones = coordinates.us_timezones()
        return [zones.get(region, "America/New_York") for region in table.regions]
    if column == "state_name":
        names = coordinates.us_states() if table.country == "US" else {}
        return [names.get(region, region) for region in table.regions]
    countries = line_table("countries").columns
    column = {"country_name": "name", "country_code3": "code3"}.get(column, column)
    codes = countries["code"]
    text = countries[column][codes.index(table.country)] if table.country in codes else table.country
    return [text] * size


def _street(draft: Draft, group: str, level: str) -> Found:
    """Street and house number, as the country writes them."""
    resources = draft.resources
    table = places.HOUSE_NUMBERS if resources.places.country in places.LONG_STREETS else places.SHORT_HOUSE_NUMBERS
    house = draft.add(f"{group}#house", level, numbers.shaped(table, None, None, 0))
    street = draft.add(f"{group}#street", level, pooled(resources.pool_words("street_name")))
    form = resources.places.street_formats[0]
    return places.street(house, street, form, resources.pool("street_name")), (house, street), ()


def _allowed(draft: Draft, group: str) -> Bools | None:
    """The places that the limits of the group's fields leave; None: all, also where they leave none."""
    result: Bools | None = None
    for part_name, path in draft.outline.members("place", group).items():
        spec, fixed = draft.limits.fields.get(path), draft.limits.fixed.get(path)
        if spec is None or spec.type not in TEXT_TYPES or isinstance(fixed, list) or part_name in {"street", "phone"}:
            continue
        here: Bools | None = None
        texts = words(draft, _by_length(part_name, spec))
        if fixed is not None:
            here = texts.array == fixed
        elif limited(spec):
            test = accepts(spec)
            here = np.array([test(text) for text in texts.texts], dtype=np.bool_)
        if here is not None and here.any():
            both = here if result is None else result & here
            result = both if both.any() else result
    return result
