"""The schema that a request's records are held against: its limits merged into the fields."""

from collections.abc import Sequence
from typing import Any

from testdata_agent.engine.schema.model import Field, FieldType, Schema
from testdata_agent.engine.schema.shape import in_currency_digits
from testdata_agent.engine.synthesis.limits import Limits


def effective_schema(schema: Schema, limits: Limits, digits: int) -> Schema:
    """The schema with the limits merged in and the digits of money filled in."""

    def merged(spec: Field, path: str) -> Field:
        here = limits.fields.get(path, spec)
        changes: dict[str, Any] = {}
        if in_currency_digits(here):
            changes["scale"] = digits
        if here.type is FieldType.OBJECT and here.fields:
            changes["fields"] = {name: merged(inner, f"{path}.{name}") for name, inner in here.fields.items()}
        if here.variants:
            changes["variants"] = merged_forms(here.variants, path)
        if here.type is FieldType.ARRAY and here.item is not None:
            changes["item"] = merged_item(here.item, path)
        return here.model_copy(update=changes) if changes else here

    def merged_forms(forms: Sequence[Field], path: str) -> tuple[Field, ...]:
        return tuple(merged(form, f"{path}.{number}") for number, form in enumerate(forms))

    def merged_item(item: Field, path: str) -> Field:
        if item.type is FieldType.ARRAY and item.item is not None:
            return item.model_copy(update={"item": merged_item(item.item, path)})
        if item.variants:
            return item.model_copy(update={"variants": merged_forms(item.variants, path)})
        fields = {name: merged(inner, f"{path}.{name}") for name, inner in (item.fields or {}).items()}
        return item.model_copy(update={"fields": fields}) if fields else item

    return schema.model_copy(update={"fields": {name: merged(spec, name) for name, spec in schema.fields.items()}})
