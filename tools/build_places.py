"""Makes the US tables of places out of the PyPI package `zipcodes` (MIT): python -m tools.build_places.

`en_US.tsv` holds a choice of real places, `us_regions.tsv` the states that the ZIP codes of a prefix lie in,
`us_zip_names.tsv` the other names under which mail reaches a ZIP code of the choice.
Telephone areas: the package lists every area code that touches a ZIP code, neighbours' too. `us_area_codes.tsv` says
which codes serve the same ground; a ZIP code is taken only where one such group of its own state is left.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import zipcodes

FOLDER = Path(__file__).parent.parent / "testdata_agent/engine/catalog/reference/places"
#: What is put together by hand.
HAND = Path(__file__).parent / "places"
#: Of the cities with a single ZIP code, mostly villages, one in this many is taken.
VILLAGES = 5
#: A city draws in proportion to its ZIP codes, each of which weighs as much as the city has, up to this.
MAX_WEIGHT = 12
#: Big cities at a border of areas, and the area that their own numbers have.
HOME_AREAS: Mapping[tuple[str, str], str] = {
    ("Bronx", "NY"): "917",
    ("Chicago", "IL"): "872",
    ("Cleveland", "OH"): "216",
    ("Detroit", "MI"): "313",
    ("Irving", "TX"): "469",
    ("Miami", "FL"): "305",
    ("Milwaukee", "WI"): "414",
    ("Minneapolis", "MN"): "612",
    ("New York", "NY"): "917",
    ("Oakland", "CA"): "510",
    ("Orlando", "FL"): "407",
    ("Philadelphia", "PA"): "215",
    ("Phoenix", "AZ"): "602",
    ("Saint Louis", "MO"): "314",
    ("Saint Paul", "MN"): "651",
    ("Salt Lake City", "UT"): "801",
    ("San Antonio", "TX"): "210",
    ("San Jose", "CA"): "408",
    ("Scottsdale", "AZ"): "480",
    ("Seattle", "WA"): "206",
    ("Tempe", "AZ"): "480",
}


def main() -> None:
    """Writes the three tables and says how many lines they have."""
    groups = area_groups((FOLDER / "us_area_codes.tsv").read_text(encoding="utf-8"))
    every = [entry for entry in zipcodes.list_all() if entry["state"] in groups]  # type: ignore[no-untyped-call]
    places = chosen(every, groups)
    rows = [[e["city"], e["state"], e["zip_code"], area, str(weight)] for e, area, weight in places]
    write("en_US.tsv", sorted(rows, key=lambda row: row[2]))
    names = dict(line.split("\t") for line in (HAND / "us_states.tsv").read_text(encoding="utf-8").splitlines())
    write("us_regions.tsv", [[f"{state}/{names[state]}", codes] for state, codes in prefixes(every)])
    write("us_zip_names.tsv", sorted(other_names(entry for entry, _, _ in places)))


def area_groups(text: str) -> dict[str, list[list[str]]]:
    """Groups of area codes that serve the same ground, by state; the first of a group stands for it."""
    lines = (line.split("\t") for line in text.splitlines())
    return {state: [group.split("/") for group in codes.split()] for state, codes in lines}


def chosen(
    entries: Iterable[Mapping[str, Any]], groups: Mapping[str, list[list[str]]]
) -> list[tuple[Mapping[str, Any], str, int]]:
    """The places to ship, each with its area code and weight."""
    standard = [e for e in entries if e["zip_code_type"] == "STANDARD" and e["active"]]
    sizes = Counter((entry["city"], entry["state"]) for entry in standard)
    result = []
    for entry in standard:
        city = (entry["city"], entry["state"])
        area = area_of(entry, groups[entry["state"]])
        if area is not None and (sizes[city] > 1 or int(entry["zip_code"]) % VILLAGES == 0):
            result.append((entry, area, min(sizes[city], MAX_WEIGHT)))
    return result


def area_of(entry: Mapping[str, Any], groups: Sequence[Sequence[str]]) -> str | None:
    """The one area that the place lies in; None where the package leaves it open."""
    home = HOME_AREAS.get((entry["city"], entry["state"]))
    if home is not None:
        return home
    listed = set(entry["area_codes"])
    serving = [group for group in groups if listed.intersection(group)]
    if len(serving) != 1:
        return None
    return next(code for code in serving[0] if code in listed)


def prefixes(entries: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """The states of every three-digit prefix: one line a state, its prefixes after it."""
    found = defaultdict(set)
    for entry in entries:
        found[entry["state"]].add(entry["zip_code"][:3])
    return [[state, " ".join(sorted(codes))] for state, codes in sorted(found.items())]


def other_names(entries: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """ZIP code and the further names of its place, where it has any."""
    names = ((entry["zip_code"], entry["acceptable_cities"] + entry["unacceptable_cities"]) for entry in entries)
    return [[code, *others] for code, others in names if others]


def write(name: str, rows: Sequence[Sequence[str]]) -> None:
    """One table, tab-separated."""
    (FOLDER / name).write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    print(f"{name}: {len(rows)} lines")


if __name__ == "__main__":
    main()
