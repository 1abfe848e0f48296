"""Values of another JSON type, null, members that are missing, members that nobody knows."""

from collections.abc import Iterator
from typing import Any

from testdata_agent.engine.defects.case import Case
from testdata_agent.engine.defects.changing import extra, removal, required_verdict, to_constant, to_value
from testdata_agent.engine.defects.defect import DefectClass, Verdict
from testdata_agent.engine.defects.spots import ABSENT, Spot
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TEXT_TYPES, TIME_TYPES, FieldType, Schema

#: A member that no schema names.
_UNKNOWN = "x_unexpected"


def cases(spot: Spot) -> Iterator[Case]:
    """What can be done at one place."""
    spec = spot.field
    yield _null(spot)
    if spot.steps[-1] is not None:
        rule = "required" if spot.needed else "optional"
        verdict = required_verdict(needed=spot.needed)
        yield _case(spot, "missing", rule, verdict, removal(spot))
    for kind, value in _wrong(spot).items():
        yield _case(spot, kind, f"type {spec.type.value}", Verdict.REJECT, value)
    if spec.type is FieldType.OBJECT and spec.fields:
        yield _unknown(spot, open_=spec.open)


def of_record(schema: Schema) -> Case:
    """A member of the record itself that the schema does not name."""
    return _unknown(None, open_=schema.open)


def _unknown(spot: Spot | None, *, open_: bool) -> Case:
    path = "" if spot is None else spot.path
    verdict = Verdict.ACCEPT if open_ else Verdict.REJECT
    rule = "members that the schema does not name are allowed" if open_ else "no members but those of the schema"
    return Case(DefectClass.TYPE_NULL, "unknown_member", path, rule, verdict, extra(spot, _UNKNOWN, "unexpected"))


def _case(spot: Spot, kind: str, rule: str, verdict: Verdict, change: Any) -> Case:
    return Case(DefectClass.TYPE_NULL, kind, spot.path, f"{spot.path}: {rule}", verdict, change)


def _null(spot: Spot) -> Case:
    nullable = spot.field.nullable
    verdict = Verdict.ACCEPT if nullable else Verdict.REJECT
    return _case(spot, "null", "nullable" if nullable else "not nullable", verdict, to_constant(spot, None))


def _wrong(spot: Spot) -> dict[str, Any]:
    """Changes to values of other types, by name."""
    spec = spot.field
    if spec.type in NUMERIC_TYPES:
        found = {
            "text_for_number": to_value(spot, lambda site, old: _text_of(old)),
            "boolean_for_number": to_constant(spot, value=True),
        }
        if spec.type is FieldType.INTEGER:
            found["fraction_for_integer"] = to_value(spot, lambda site, old: _fraction(spot, old or 0))
        return found
    if spec.type is FieldType.BOOLEAN:
        return {
            "text_for_boolean": to_value(spot, lambda site, old: "true" if old else "false"),
            "number_for_boolean": to_value(spot, lambda site, old: int(bool(old))),
            "word_for_boolean": to_constant(spot, "yes"),
        }
    if spec.type is FieldType.OBJECT:
        return {
            "array_for_object": to_value(spot, lambda site, old: [] if old is None else [old]),
            "text_for_object": to_constant(spot, "[object Object]"),
        }
    if spec.type is FieldType.ARRAY:
        return {
            "object_for_array": to_value(spot, lambda site, old: {}),
            "item_for_array": to_value(spot, lambda site, old: old[0] if old else ABSENT, there=True),
            "text_for_array": to_constant(spot, "[]"),
        }
    plain = spec.type in TEXT_TYPES and all(isinstance(value, str) for value in spec.values or ())
    if plain or spec.type in TIME_TYPES:
        found = {
            "number_for_text": to_constant(spot, 12345),
            "boolean_for_text": to_constant(spot, value=False),
            "array_for_text": to_value(spot, lambda site, old: [] if old is None else [old]),
            "object_for_text": to_value(spot, lambda site, old: {} if old is None else {"value": old}),
        }
        if spec.type in TIME_TYPES:
            found["seconds_for_time"] = to_value(spot, lambda site, old: site.as_of)
        return found
    return {}


def _text_of(old: Any) -> str:
    return str(getattr(old, "text", old if old is not None else "1"))


def _fraction(spot: Spot, old: Any) -> Any:
    """Half more; half less where more is over the limit, so that the value is wrong in one thing."""
    most = spot.field.max
    return old - 0.5 if most is not None and old + 0.5 > float(str(most)) else old + 0.5
