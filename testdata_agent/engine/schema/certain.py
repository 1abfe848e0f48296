"""What is certain of a field by its meaning or exact name alone, and so is made and checked alike."""

from typing import Any, Final

from testdata_agent.engine.schema.model import Field, FieldType

#: Degrees that exist, by a meaning or the exact name of a field.
_DEGREES: Final = {"latitude": 90, "lat": 90, "longitude": 180, "lng": 180}


def has_room(spec: Field, least: int, most: int) -> bool:
    """Whether a field's lengths allow all texts of `least` to `most` characters."""
    return (spec.min_length or 0) <= least and (spec.max_length is None or spec.max_length >= most)


def meant_bounds(spec: Field) -> tuple[Any, Any] | None:
    """Least and greatest number of a latitude or longitude; None: the field is none, or sets limits of its own."""
    said = (spec.min, spec.max, spec.values, spec.multiple_of, spec.reference, spec.generate)
    if spec.type is not FieldType.FLOAT or any(value is not None for value in said) or spec.examples:
        return None
    name = spec.name.lower() if spec.semantic is None else spec.semantic.rpartition(".")[2].lower()
    degrees = _DEGREES.get(name)
    return None if degrees is None else (-degrees, degrees)
