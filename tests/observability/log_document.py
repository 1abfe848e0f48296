"""docs/logs.md, read."""

import re
from typing import Any

from tests.observability.reading import ROOT

TEXT = (ROOT / "docs/logs.md").read_text(encoding="utf-8")
#: Given to a line in some calls alone, by `**`.
SOMETIMES = {"request": frozenset({"job_id"})}
TYPES: dict[str, Any] = {
    "text": str,
    "integer": int,
    "number": (int, float),
    "list": list,
    "true or false": bool,
}


def table(title: str) -> list[list[str]]:
    """The rows of the table under a heading."""
    part = TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in part.splitlines() if row.startswith("| `")]


def documented(title: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Level and fields by event."""
    return {row[0].strip("`"): (row[1], frozenset(re.findall(r"`(\w+)`", row[2]))) for row in table(title)}


def types() -> dict[str, Any]:
    found = {}
    for row in (*table("Every line"), *table("Fields")):
        found.update(dict.fromkeys(re.findall(r"`(\w+)`", row[0]), TYPES[row[1]]))
    return found
