"""The table of docs/defects.md is that of the code."""

import json
import re
from pathlib import Path

from testdata_agent.engine.defects.catalogue import Catalogue
from testdata_agent.engine.schema.house import read_schema
from testdata_agent.engine.schema.registry import builtin_schemas
from tests.unit.defects.asking import HOUSE

_DOCS = Path(__file__).parents[3] / "docs" / "defects.md"
#: Has a place for what the others have none for.
_MORE = {
    "name": "more",
    "fields": {
        "day": {"type": "date", "min": "2020-01-01", "max": "2030-01-01"},
        "when": {"type": "datetime", "min": "2020-01-01T00:00:00Z", "max": "2030-01-01T00:00:00Z"},
        "step": {"type": "float", "min": -10, "max": 10, "multiple_of": "0.5"},
        "ratio": {"type": "float"},
        "tags": {"type": "array", "min_items": 2, "max_items": 5, "unique_items": True, "item_schema": "string"},
        "lines": {
            "type": "array",
            "item_schema": {"type": "object", "fields": {"n": {"type": "integer", "unique": True}}},
        },
        "code": {"type": "string", "min_length": 2, "max_length": 9},
    },
}


def _rows() -> list[str]:
    schemas = [*builtin_schemas().values(), read_schema(_MORE, "more")]
    schemas += [read_schema(json.loads(file.read_text()), file.stem) for file in HOUSE]
    kinds: dict[str, set[str]] = {}
    for schema in schemas:
        for each, cases in Catalogue(schema).cases.items():
            for case in cases:
                kind = re.sub(r"^(before|breaks_rule)_(?!epoch|min).*", r"\1_FIELD", case.kind)
                kinds.setdefault(each.value, set()).add(kind.replace("breaks_rule_FIELD", "breaks_rule_N"))
    return [f"| `{name}` | {', '.join(f'`{kind}`' for kind in sorted(found))} |" for name, found in kinds.items()]


def test_the_table() -> None:
    table = "\n".join(["| class | what is done |", "|---|---|", *_rows()])
    assert table in _DOCS.read_text(), f"docs/defects.md should hold:\n{table}"
