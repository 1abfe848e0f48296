"""A schema as the rules see it."""

from collections.abc import Mapping
from decimal import Decimal

from testdata_agent.engine.rules.shape import Kind, Leaf, Shape
from testdata_agent.engine.schema.model import Field, FieldType, Schema

#: Decimal digits of a float that says nothing of them.
DEFAULT_SCALE = 2

_KINDS = {
    FieldType.INTEGER: Kind.NUMBER,
    FieldType.FLOAT: Kind.NUMBER,
    FieldType.BOOLEAN: Kind.BOOLEAN,
    FieldType.DATE: Kind.DATE,
    FieldType.DATETIME: Kind.INSTANT,
    FieldType.OBJECT: Kind.OBJECT,
    FieldType.ARRAY: Kind.ARRAY,
    # Rules can ask whether it exists, and nothing else.
    FieldType.VARIANT: Kind.OBJECT,
}


#: Most decimal digits that a float's own limits ask for.
MOST_DIGITS = 9


def kind_of(field: Field) -> Kind:
    """What rules take a field for."""
    return _KINDS.get(field.type, Kind.TEXT)


def is_money(field: Field) -> bool:
    """Whether a field is an amount of money."""
    return field.type is FieldType.FLOAT and field.semantic == "money"


def in_currency_digits(field: Field) -> bool:
    """Whether a field has as many decimal digits as the currency: money that names no number of its own."""
    return is_money(field) and field.scale is None


def scale_of(field: Field) -> int:
    """Decimal digits of a numeric field: those it names, else as many as its limits have, and at least two."""
    if field.type is not FieldType.FLOAT:
        return 0
    if field.scale is not None:
        return field.scale
    limits = (field.min, field.max, field.multiple_of)
    return min(MOST_DIGITS, max(DEFAULT_SCALE, *(decimal_digits(limit) for limit in limits if limit is not None), 0))


def decimal_digits(number: Decimal | float | str) -> int:
    """Digits that a number is written with after its decimal point, the noughts at its end left out."""
    exponent = Decimal(str(number)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def shape_of(schema: Schema, *, money_digits: int = DEFAULT_SCALE) -> Shape:
    """The shape of a schema; `items.price` stands in the array `items`.

    Money that says nothing of its decimal digits has `money_digits`.
    """
    shape: dict[str, Leaf] = {}

    def visit(fields: Mapping[str, Field], prefix: str, array: str) -> None:
        for name, field in fields.items():
            path = f"{prefix}{name}"
            scale = money_digits if in_currency_digits(field) else scale_of(field)
            shape[path] = Leaf(kind_of(field), scale, array)
            if field.type is FieldType.OBJECT and field.fields:
                visit(field.fields, path + ".", array)
            elif field.type is FieldType.ARRAY and field.item is not None and field.item.fields:
                visit(field.item.fields, path + ".", path)

    visit(schema.fields, "", "")
    return shape
