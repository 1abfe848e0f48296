"""Examples of the documentation: what they show is what comes out."""

import json
import re
from pathlib import Path

from testdata_agent import generate

DOCS = Path(__file__).parents[2] / "docs"


def test_the_schema_of_the_page_on_schemas_makes_the_record_beside_it() -> None:
    page = (DOCS / "custom-schemas.md").read_text(encoding="utf-8")
    schema, shown = re.findall(r"```json\n(.+?)\n```|^(\{\"employee_id\".+?\})$", page, re.DOTALL | re.MULTILINE)
    made = generate(schema=json.loads(schema[0]), count=1, seed=7, envelope=False)
    assert made[0] == json.loads(shown[1])


def test_the_defect_of_the_page_on_defects_is_one_that_is_made() -> None:
    page = (DOCS / "defects.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"\"_defect\":(\{.+?\})\}\n", page, re.DOTALL)
    made = generate("cart", count=6, seed=7, defects=["cross_field"])
    assert made[5]["_defect"] == json.loads(shown)
