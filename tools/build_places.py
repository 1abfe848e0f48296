"""Makes the US table of places out of the PyPI package `zipcodes` (MIT): python tools/build_places.py."""

from collections import Counter
from pathlib import Path

import zipcodes

from testdata_agent.engine.catalog.places import STATE_TAX

TARGET = Path(__file__).parent.parent / "testdata_agent/engine/catalog/reference/places/en_US.tsv"
#: Every zip of a city up to this many; then an even spread.
PER_CITY = 12
STATES = frozenset(STATE_TAX)


def main() -> None:
    """Writes city, state, zip, area code and weight, one place a line."""
    places = [
        entry
        for entry in zipcodes.list_all()  # type: ignore[no-untyped-call]
        if entry["state"] in STATES and entry["zip_code_type"] == "STANDARD" and entry["area_codes"] and entry["active"]
    ]
    size = Counter((entry["city"], entry["state"]) for entry in places)
    taken = Counter[tuple[str, str]]()
    lines = []
    for entry in sorted(places, key=lambda e: e["zip_code"]):
        city = (entry["city"], entry["state"])
        small = size[city] == 1 and int(entry["zip_code"]) % 4
        if taken[city] >= PER_CITY or small:
            continue
        taken[city] += 1
        weight = max(1, size[city] // 2)
        lines.append("\t".join([entry["city"], entry["state"], entry["zip_code"], entry["area_codes"][0], str(weight)]))
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} places")


if __name__ == "__main__":
    main()
