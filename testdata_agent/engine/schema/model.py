"""The one form that every schema is read into, whatever dialect it was written in."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator


class FieldType(StrEnum):
    """What kind of value a field holds."""

    STRING = "string"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    UUID = "uuid"
    ENUM = "enum"
    OBJECT = "object"
    ARRAY = "array"
    VARIANT = "variant"


#: Types whose values are numbers.
NUMERIC_TYPES = frozenset({FieldType.INTEGER, FieldType.FLOAT})
#: Types whose values are points in time.
TIME_TYPES = frozenset({FieldType.DATE, FieldType.DATETIME})
#: Types whose values are text, and so have a length and may match a pattern.
TEXT_TYPES = frozenset(
    {FieldType.STRING, FieldType.EMAIL, FieldType.PHONE, FieldType.ADDRESS, FieldType.UUID, FieldType.ENUM}
)


class Field(BaseModel):
    """One field of a schema.

    Attributes:
        required: False: absent in about a tenth of the records.
        nullable: Whether null may stand for a value: it does in about a tenth of the records that have the field.
        unique: No two records of a request hold the same value.
        format: `email`, `phone`, `url`, `uuid`, `iso8601`, or a pattern such as `TXN-{year}{month}{day}-{random:10}`.
        regex: RE2, matched against the whole value.
        pattern: RE2 that must be found somewhere in the value, as JSON Schema means it.
        min, max: Inclusive. Numbers for numeric types; RFC 3339 text for dates and instants.
        multiple_of: A number's step, as decimal text; its multiples are counted from 0.
        values: The closed list of an enum: any JSON values.
        scale: Decimal digits of a float. None on a money field: those of the currency.
        item: What an array holds.
        unique_items: No value stands twice in one array.
        fields: What an object holds, in order.
        open: Whether an object may hold members that its fields do not name; none are generated.
        variants: What a variant is one of; the names of these fields do not count.
        exclusive: Whether a variant must be one of them alone.
        semantic: What the value means (`person.first_name`); None: read from name and type.
        faker: Name of the Faker provider (`company`) whose values a text takes.
        generate: How the engine is to make it; see docs/architecture.md, "Generators".
        creative: Whether a model, where one is asked, writes the value; None: where the field is free text, or says
            what a free text beside it is about.
        reference: `entity.field` whose values this field draws from.
        example: One value as documentation shows it.
        examples: Values that the schema's author gave as such.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    name: str
    type: FieldType
    required: bool = True
    nullable: bool = False
    unique: bool = False
    description: str = ""
    default: Any = None
    format: str | None = None
    regex: str | None = None
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    min: int | float | str | None = None
    max: int | float | str | None = None
    multiple_of: str | None = None
    values: tuple[Any, ...] | None = None
    scale: int | None = None
    item: "Field | None" = None
    min_items: int | None = None
    max_items: int | None = None
    unique_items: bool = False
    fields: Mapping[str, "Field"] | None = None
    open: bool = False
    variants: tuple["Field", ...] | None = None
    exclusive: bool = False
    semantic: str | None = None
    faker: str | None = None
    generate: Mapping[str, Any] | None = None
    creative: bool | None = None
    reference: str | None = None
    example: Any = None
    examples: tuple[Any, ...] = ()

    @field_validator("multiple_of", mode="before")
    @classmethod
    def _as_text(cls, step: Any) -> Any:
        return str(step) if isinstance(step, int | float) and not isinstance(step, bool) else step


class Schema(BaseModel):
    """An entity: its fields in order and the rules that hold between them.

    Attributes:
        coherence_rules: Sentences of the rule language, and prose for the model.
        open: Whether records may hold members that the fields do not name; none are generated.
        free_text_carries_meaning: Whether the text is the point (a review's body), so that a model is worth its cost.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    name: str
    domain: str = ""
    description: str = ""
    fields: Mapping[str, Field]
    coherence_rules: tuple[str, ...] = ()
    open: bool = False
    free_text_carries_meaning: bool = False

    def leaves(self) -> Iterator[tuple[str, Field]]:
        """Yields every field with its dotted path (`items.price`), parents before children."""
        yield from walk(self.fields, "")


def walk(fields: Mapping[str, Field], prefix: str) -> Iterator[tuple[str, Field]]:
    """Yields (dotted path, field) of `fields` and of all that they hold, parents first.

    An array's item has no name of its own: the fields of `items`' objects are `items.sku` and so on. A variant's first
    form is `amount.0`.
    """
    for name, spec in fields.items():
        path = f"{prefix}.{name}" if prefix else name
        yield path, spec
        yield from walk_inside(spec, path)


def walk_inside(spec: Field, path: str) -> Iterator[tuple[str, Field]]:
    """Yields what `spec`, which stands at `path`, holds."""
    inner = spec
    while inner.type is FieldType.ARRAY and inner.item is not None:
        inner = inner.item
    if inner.fields:
        yield from walk(inner.fields, path)
    if inner.variants:
        yield from walk({str(number): form for number, form in enumerate(inner.variants)}, path)
