"""City, region and postcode of one object; telephone area and the regions of the record's addresses."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from testdata_agent.engine.catalog.places import agrees, states_of_area_code

_US_PHONE = re.compile(r"\+1-(\d{3})-555-01\d\d")


def check(record: Mapping[str, Any]) -> list[tuple[str, str]] | None:
    """Findings; None where the record has no place that the tables know."""
    findings: list[tuple[str, str]] = []
    applied, regions = False, set[str]()
    for path, place in _objects(record, ""):
        texts = [place.get(key) for key in ("country", "city", "state", "zip")]
        if not all(isinstance(text, str) for text in texts):
            continue
        country, city, region, postcode = (str(text) for text in texts)
        regions.add(region)
        verdict = agrees(country, city, region, postcode)
        applied = applied or verdict is not None
        if verdict is False:
            findings.append((f"{path}.zip", f"{postcode} is not in {city}, {region}"))
    phone = record.get("phone")
    match = _US_PHONE.fullmatch(phone) if isinstance(phone, str) and regions else None
    states = states_of_area_code(match[1]) if match is not None else None
    if states is not None and match is not None:
        applied = True
        if not states & regions:
            findings.append(("phone", f"area code {match[1]} is not of {', '.join(sorted(regions))}"))
    return findings if applied else None


def _objects(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, dict):
        if "zip" in value:
            yield path, value
        for name, inner in value.items():
            if isinstance(inner, dict | list):
                yield from _objects(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            if isinstance(inner, dict):
                yield from _objects(inner, f"{path}[{number}]")
