"""Things in one basket: their categories share a theme of the catalogue."""

from collections.abc import Mapping
from typing import Any

from testdata_agent.engine.catalog.articles import taxonomy


def check(record: Mapping[str, Any]) -> list[tuple[str, str]] | None:
    """Findings; None with fewer than two items of known categories."""
    items = record.get("items")
    if not isinstance(items, list):
        return None
    known = taxonomy()
    shared: frozenset[str] | None = None
    count = 0
    for number, item in enumerate(items):
        themes = known.get(str(item.get("category"))) if isinstance(item, dict) else None
        if themes is None:
            continue
        count += 1
        if shared is not None and not shared & themes:
            return [
                (f"items[{number}].category", f"{item['category']} does not belong with {', '.join(sorted(shared))}")
            ]
        shared = themes if shared is None else shared & themes
    return [] if count > 1 else None
