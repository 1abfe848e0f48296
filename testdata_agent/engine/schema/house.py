"""The house form of a schema: what the catalogue's data files and users' JSON are written in."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from testdata_agent.engine.errors import InvalidRequest, Violation
from testdata_agent.engine.schema.checks import MAX_NAME, field_faults
from testdata_agent.engine.schema.formats import NAMES as NAMED_FORMATS
from testdata_agent.engine.schema.formats import is_known
from testdata_agent.engine.schema.model import TEXT_TYPES, Field, FieldType, Schema

#: Ceilings on what a schema may be.
MAX_FIELDS = 5000
MAX_DEPTH = 32

#: `.` separates the names of a path, `#` and `[]` mark the engine's own columns, `_` begins the envelope's fields.
NAME = re.compile(rf"(?!_)(?!.*\[\])[^.#\0]{{1,{MAX_NAME}}}", re.DOTALL)
NAMES = (
    f"a name is 1 to {MAX_NAME} characters without dots, '#', '[]' and NULs, and does not begin with '_' "
    "(the envelope's)"
)

_RENAMED = {"item_schema": "item"}
_SCHEMA_KEYS = frozenset({"name", "domain", "description", "fields", "coherence_rules", "free_text_carries_meaning"})
_TYPES = ", ".join(FieldType)
#: What other notations call the types.
_ALIASES = {
    **dict.fromkeys(("str", "text", "char", "varchar", "url", "uri"), "string"),
    **dict.fromkeys(("int", "bigint", "smallint", "long", "int32", "int64", "serial"), "integer"),
    **dict.fromkeys(("number", "double", "decimal", "numeric", "real", "money", "currency"), "float"),
    **dict.fromkeys(("bool", "bit"), "boolean"),
    **dict.fromkeys(("timestamp", "date-time", "time", "timestamptz", "instant"), "datetime"),
    **dict.fromkeys(("list", "tuple", "set"), "array"),
    **dict.fromkeys(("dict", "map", "struct", "json", "nested", "record"), "object"),
    **dict.fromkeys(("choice", "select", "literal"), "enum"),
    **dict.fromkeys(("guid",), "uuid"),
    **dict.fromkeys(("telephone", "tel", "mobile"), "phone"),
    **dict.fromkeys(("oneof", "anyof", "union"), "variant"),
}


class _Reader:
    def __init__(self, where: str) -> None:
        self.where, self.faults, self.count = where, list[Violation](), 0

    def fault(self, path: str, reason: str, message: str) -> None:
        self.faults.append(Violation(f"{self.where}{'.' if path else ''}{path}", reason, message))

    def fields(self, data: Any, path: str, depth: int) -> dict[str, Field]:
        if not isinstance(data, Mapping) or not data:
            self.fault(path, "INVALID_SCHEMA", "fields must be an object with at least one field")
            return {}
        if depth > MAX_DEPTH:
            self.fault(path, "SCHEMA_TOO_LARGE", f"schemas nest at most {MAX_DEPTH} deep")
            return {}
        self.count += len(data)
        if self.count > MAX_FIELDS:
            if self.count - len(data) <= MAX_FIELDS:
                self.fault(path, "SCHEMA_TOO_LARGE", f"schemas have at most {MAX_FIELDS} fields")
            return {}
        result = {}
        for name, spec in data.items():
            if not isinstance(name, str) or not NAME.fullmatch(name):
                self.fault(f"{path}.{str(name)[:60]}", "INVALID_FIELD_NAME", NAMES)
                continue
            field = self.field(name, spec, f"{path}.{name}", depth)
            if field is not None:
                result[name] = field
        return result

    def field(self, name: str, spec: Any, path: str, depth: int) -> Field | None:
        if depth > MAX_DEPTH:
            self.fault(path, "SCHEMA_TOO_LARGE", f"schemas nest at most {MAX_DEPTH} deep")
            return None
        if isinstance(spec, str):
            spec = {"type": spec}
        if not isinstance(spec, Mapping):
            self.fault(path, "INVALID_SCHEMA", "a field is an object with a type")
            return None
        data: dict[str, Any] = {_RENAMED.get(str(key), str(key)): value for key, value in spec.items()}
        kind = data.get("type")
        if kind not in list(FieldType):
            self.fault(f"{path}.type", "UNKNOWN_TYPE", _unknown_type(kind))
            return None
        if kind == FieldType.OBJECT:
            data["fields"] = self.fields(data.get("fields"), f"{path}.fields", depth + 1)
        if kind == FieldType.ARRAY:
            item = self.field("item", data.get("item"), f"{path}.item_schema", depth + 1)
            # What an array holds is there: `required` says nothing of it.
            data["item"] = item if item is None else item.model_copy(update={"required": True})
            if data["item"] is None:
                return None
        if kind == FieldType.VARIANT:
            data["variants"] = self.variants(data.get("variants"), f"{path}.variants", depth + 1)
        if isinstance(data.get("values"), list):
            data["values"] = tuple(data["values"])
        if kind == FieldType.ENUM and not data.get("values"):
            self.fault(f"{path}.values", "INVALID_SCHEMA", "an enum needs its values")
            return None
        try:
            field = Field(name=name, **data)
        except (ValidationError, TypeError) as error:
            self.fault(path, "INVALID_SCHEMA", _plain(error, data))
            return None
        for reason, message in field_faults(field):
            self.fault(path, reason, message)
        if field.format is not None and field.type in TEXT_TYPES and not is_known(field.format):
            words = f"unknown format {field.format[:60]!r}; the formats are {', '.join(NAMED_FORMATS)}, or a pattern"
            self.fault(f"{path}.format", "INVALID_FORMAT", f"{words} such as ORD-{{year}}-{{random:6}}")
        return field

    def variants(self, data: Any, path: str, depth: int) -> tuple[Field, ...]:
        if not isinstance(data, list) or not data:
            self.fault(path, "INVALID_SCHEMA", "a variant lists the forms that it may take: [{type ...}, ...]")
            return ()
        found = [self.field(str(number), spec, f"{path}[{number}]", depth) for number, spec in enumerate(data)]
        return tuple(form for form in found if form is not None)


def _unknown_type(kind: Any) -> str:
    shown = repr(kind)[:60]
    known = f"the types are {_TYPES}"
    if kind is None:
        return f"a type is needed; {known}"
    text = str(kind).lower()
    near = _ALIASES.get(text) or next(iter(get_close_matches(text[:60], list(FieldType), n=1)), None)
    return f"unknown type {shown}" + (f"; did you mean {str(near)!r}?" if near else ";") + f" {known}"


def _plain(error: ValidationError | TypeError, data: Mapping[str, Any]) -> str:
    if isinstance(error, TypeError):
        return f"keys must be text: {list(data)[:5]}"
    words = []
    for fault in error.errors():
        key = ".".join(map(str, fault["loc"]))
        if fault["type"] == "extra_forbidden":
            near = get_close_matches(key, Field.model_fields, n=1)
            words.append(f"unknown key {key!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
        else:
            words.append(f"{key}: {fault['msg'].lower()}")
    return "; ".join(words)


def read_schema(data: Any, where: str, *, default_name: str = "custom") -> Schema:
    """The schema that plain data in the house form describes.

    Args:
        data: What JSON or YAML gave.
        where: The request field it came in, the first part of every violation's field.
        default_name: Name of a schema that gives itself none.

    Raises:
        InvalidRequest: naming every fault.
    """
    reader = _Reader(where)
    if not isinstance(data, Mapping):
        raise InvalidRequest([Violation(where, "INVALID_SCHEMA", "a schema is an object with 'fields'")])
    for key in data:
        if key not in _SCHEMA_KEYS:
            reader.fault(
                str(key)[:60], "INVALID_SCHEMA", f"unknown key; a schema has {', '.join(sorted(_SCHEMA_KEYS))}"
            )
    fields = reader.fields(data.get("fields"), "fields", 1)
    rules = data.get("coherence_rules", [])
    if not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        reader.fault("coherence_rules", "INVALID_SCHEMA", "coherence_rules is a list of sentences")
        rules = []
    texts = {key: data.get(key, "") for key in ("name", "domain", "description")}
    for key, text in texts.items():
        if not isinstance(text, str):
            reader.fault(key, "INVALID_SCHEMA", "must be text")
    if reader.faults:
        raise InvalidRequest(reader.faults)
    return Schema(
        name=texts["name"] or default_name,
        domain=texts["domain"],
        description=texts["description"],
        fields=fields,
        coherence_rules=tuple(rules),
        free_text_carries_meaning=bool(data.get("free_text_carries_meaning", False)),
    )
