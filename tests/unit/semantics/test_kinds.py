"""Objects that nothing names: what stands in them tells what they are."""

from typing import Any

import orjson
import pytest

from testdata_agent.engine.request import SchemaSource
from testdata_agent.engine.schema.source import given_schema
from testdata_agent.engine.semantics.understanding import Taken, understood


def taken(*names: str, **more: Any) -> Taken:
    """What `name` was taken for beside fields of these names."""
    fields = {name: {"type": "string"} for name in ("name", *names)} | {
        name: {"type": kind} for name, kind in more.items()
    }
    text = orjson.dumps({"type": "object", "properties": fields, "required": list(fields)}).decode()
    return understood(given_schema(SchemaSource(kind="custom_schema", text=text), "")).taken["name"]


@pytest.mark.parametrize(
    ("beside", "meaning"),
    [
        (("email",), "full_name"),
        (("job_title",), "full_name"),
        (("gender",), "full_name"),
        (("industry", "email"), "company_name"),
        (("website", "phone"), "company_name"),
        (("brand", "email"), "full_name"),
        (("contact_email",), "name_of_thing"),
        (("url", "email"), "name_of_thing"),
    ],
)
def test_a_name_is_of_what_the_fields_beside_it_tell(beside: tuple[str, ...], meaning: str) -> None:
    found = taken(*beside).meaning
    assert found is not None
    assert found.name == meaning


def test_a_price_and_a_category_make_a_product() -> None:
    found = taken("category", price="number")
    assert (found.meaning and found.meaning.name, found.why) == ("product_name", "by its name, beside `price`")


def test_a_name_that_the_schema_gives_counts_more() -> None:
    fields = {"name": {"type": "string"}, "email": {"type": "string"}}
    text = orjson.dumps({"title": "Hotel", "type": "object", "properties": fields, "required": list(fields)}).decode()
    meaning = understood(given_schema(SchemaSource(kind="custom_schema", text=text), "")).taken["name"].meaning
    assert meaning is not None
    assert meaning.name != "full_name"
