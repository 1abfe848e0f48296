"""The schema that a request's records are held against: its limits merged into the fields."""

from typing import Any

from testdata_agent.engine.schema.model import Field, FieldType, Schema
from testdata_agent.engine.synthesis.limits import Limits


def effective_schema(schema: Schema, limits: Limits, digits: int) -> Schema:
    """The schema with the limits merged in and the digits of money filled in."""

    def merged(spec: Field, path: str) -> Field:
        here = limits.fields.get(path, spec)
        changes: dict[str, Any] = {}
        if here.semantic == "money":
            changes["scale"] = digits
        if here.type is FieldType.OBJECT and here.fields:
            changes["fields"] = {name: merged(inner, f"{path}.{name}") for name, inner in here.fields.items()}
        if here.type is FieldType.ARRAY and here.item is not None and here.item.fields:
            fields = {name: merged(inner, f"{path}.{name}") for name, inner in here.item.fields.items()}
            changes["item"] = here.item.model_copy(update={"fields": fields})
        return here.model_copy(update=changes) if changes else here

    return schema.model_copy(update={"fields": {name: merged(spec, name) for name, spec in schema.fields.items()}})
