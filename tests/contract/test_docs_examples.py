"""Examples of the documentation: what they show is what comes out."""

import json
import re
from pathlib import Path
from typing import Any

from testdata_agent import generate
from testdata_agent.engine.schema.house import _RENAMED, _SCHEMA_KEYS
from testdata_agent.engine.schema.model import Field

DOCS = Path(__file__).parents[2] / "docs"


def test_the_schema_of_the_page_on_schemas_makes_the_record_beside_it() -> None:
    page = (DOCS / "custom-schemas.md").read_text(encoding="utf-8")
    schema, shown = re.findall(r"```json\n(.+?)\n```|^(\{\"employee_id\".+?\})$", page, re.DOTALL | re.MULTILINE)
    made = generate(schema=json.loads(schema[0]), count=1, seed=7, envelope=False)
    assert made[0] == json.loads(shown[1])


def test_the_page_on_schemas_names_every_key_of_the_house_form() -> None:
    named = set(re.findall(r"`(\w+)`", (DOCS / "custom-schemas.md").read_text(encoding="utf-8")))
    written = {field: key for key, field in _RENAMED.items()}
    # A field's name is the key that it stands under.
    fields = {written.get(name, name) for name in Field.model_fields} - {"name"}
    assert (fields | _SCHEMA_KEYS) - named == set()


def test_the_defect_of_the_page_on_defects_is_one_that_is_made() -> None:
    page = (DOCS / "defects.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"\"_defect\":(\{.+?\})\}\n", page, re.DOTALL)
    made = generate("cart", count=6, seed=7, defects=["cross_field"])
    assert made[5]["_defect"] == json.loads(shown)


def test_the_library_of_the_readme_is_used_as_it_shows() -> None:
    text = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(from testdata_agent import generate\n.+?)```", text, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - of our own page
    assert len(names["carts"]) == 3
    assert all(item["price"] <= 20 for cart in names["carts"] for item in cart["items"])
    assert str(names["table"]).startswith("cart_id,")
