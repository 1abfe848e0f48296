import json
from typing import Any

import pytest

from testdata_agent.engine.creative.answer_schema import answer_schema
from testdata_agent.engine.creative.parts import short_names
from testdata_agent.engine.request import Scenario, SchemaSource
from tests.unit.creative.writing import a_completion


def creative_paths(entity: str, **request: Any) -> list[str]:
    completion = a_completion(entity, **request)
    return [part.path for top in completion.parts for part in top.walk() if not part.parts]


def of_schema(fields: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps({"name": "thing", "fields": fields})
    return {"schema_source": SchemaSource(kind="inline_schema", text=text)}


@pytest.mark.parametrize(
    ("entity", "paths"),
    [
        ("cart", ["items.name", "items.quantity", "items.price", "items.category"]),
        ("order", ["items.name", "items.quantity", "items.price", "status"]),
        ("product", ["name", "description", "price", "category", "brand"]),
        ("review", ["rating", "title", "body"]),
        ("user", ["loyalty_tier"]),
        ("payment", []),
    ],
)
def test_the_catalogue_says_what_a_model_writes(entity: str, paths: list[str]) -> None:
    assert creative_paths(entity) == paths


def test_free_texts_and_what_they_are_about_are_creative_by_their_meaning() -> None:
    fields = {
        "ticket_id": {"type": "uuid"},
        "subject": "string",
        "description": "string",
        "priority": "string",
        "state": {"type": "enum", "values": ["open", "closed"]},
        "opened_at": "datetime",
        "customer_email": "email",
        "customer_name": "string",
    }
    assert creative_paths("", **of_schema(fields)) == ["subject", "description", "priority", "state"]


def test_a_schema_can_say_itself_what_is_creative() -> None:
    fields = {"slogan": {"type": "string", "creative": False}, "stars": {"type": "integer", "creative": True}}
    assert creative_paths("", **of_schema(fields)) == ["stars"]


def test_numbers_dates_and_ids_alone_are_not_for_a_model() -> None:
    assert creative_paths("", **of_schema({"id": "uuid", "at": "datetime", "size": "integer"})) == []


def test_what_a_request_fixes_is_not_asked_of_the_model() -> None:
    scenario = Scenario(name="five", count=20, overrides={"rating": "5"})
    assert creative_paths("review", scenarios=(scenario,)) == ["title", "body"]


def test_keys_are_short_and_told_apart() -> None:
    assert short_names(["name", "note", "price", "n"]) == ["n", "no", "p", "n3"]


def test_the_answers_schema_uses_only_what_structured_output_takes() -> None:
    schema = answer_schema(a_completion("order").parts)
    pending = [schema]
    while pending:
        node = pending.pop()
        assert set(node) <= {
            "type", "properties", "required", "additionalProperties", "items", "enum", "description",
        }  # fmt: skip
        if node["type"] == "object":
            assert node["required"] == list(node["properties"])
            assert node["additionalProperties"] is False
            pending += node["properties"].values()
        elif node["type"] == "array":
            pending.append(node["items"])


def test_the_length_of_a_list_is_told() -> None:
    scenario = Scenario(name="three", count=20, overrides={"items.length": "3"})
    schema = answer_schema(a_completion("cart", scenarios=(scenario,)).parts)
    items = schema["properties"]["r"]["items"]["properties"]["i"]
    assert items["description"].endswith("; 3 of them")
