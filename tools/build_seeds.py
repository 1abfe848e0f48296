"""Makes the data files of the patterns that ship, out of tools/seeds/: python -m tools.build_seeds [--check].

A file there holds the patterns or the defects of one entity, written by hand: of each record only what somebody has to
think of. The rest follows from it: numbers (from the pattern's name, so that they stay), article numbers, e-mail
addresses, addresses that are named, and what the entity's rules derive. docs/patterns.md says how one is written.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import yaml

from testdata_agent.engine.catalog.articles import PER_BASE, load_articles
from testdata_agent.engine.rules.closures import reader
from testdata_agent.engine.rules.rulebook import Rulebook, compile_rules
from testdata_agent.engine.schema.model import Field, Schema
from testdata_agent.engine.schema.registry import builtin_schemas
from testdata_agent.engine.schema.shape import shape_of
from testdata_agent.engine.variation.kinship import category_of, nouns
from testdata_agent.engine.version import DEFAULT_AS_OF

HAND: Final = Path(__file__).parent / "seeds"
SHIPPED: Final = Path(__file__).parent.parent / "testdata_agent" / "stores" / "patterns" / "seeds"

#: Of a seed that does not say.
USUAL_QUALITY: Final = 0.8

_PLACEHOLDER = re.compile(r"\{(year|random:(\d+))\}")


def main() -> None:
    """Writes the files, or says which of them are out of date."""
    built = {f"{entity}.ndjson": built_file(entity) for entity in entities()}
    if "--check" not in sys.argv:
        for name, text in built.items():
            (SHIPPED / name).write_text(text, encoding="utf-8")
        return
    stale = [name for name, text in built.items() if (SHIPPED / name).read_text(encoding="utf-8") != text]
    if stale:
        sys.exit(f"{', '.join(stale)}: not what tools/seeds/ gives; run: make seeds")


def entities() -> list[str]:
    """Those that something is written of."""
    return sorted({path.stem for path in HAND.glob("*/*.yaml")})


def built_file(entity: str) -> str:
    """The shipped file of an entity: a pattern or defect a line."""
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in built_lines(entity))


def built_lines(entity: str) -> Iterator[dict[str, Any]]:
    """The patterns of an entity, then its defects."""
    schema = builtin_schemas()[entity]
    for seed in _written(f"patterns/{entity}"):
        yield _line("pattern", schema, seed, _record(schema, seed["name"], seed["record"]))
    for seed in _written(f"defects/{entity}"):
        record = _record(schema, seed["name"], seed["record"])
        for pointer, value in seed.get("put", {}).items():
            _put(record, pointer, value)
        for pointer in seed.get("drop", ()):
            _drop(record, pointer)
        yield _line("defect", schema, seed, record)


def _written(name: str) -> Any:
    path = HAND / f"{name}.yaml"
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader) if path.exists() else ()


@cache
def _places() -> Mapping[str, Mapping[str, str]]:
    """Addresses by the names that seeds have for them."""
    found: Mapping[str, Mapping[str, str]] = _written("places")
    return found


def _dotted(pointer: str) -> str:
    """The path of what a JSON pointer leads to: `/items/0/price` is `items.price`."""
    return ".".join(key for key in pointer.split("/") if key and not key.isdigit())


class _Loader(yaml.SafeLoader):
    """Takes instants for the texts that they are."""


_Loader.yaml_implicit_resolvers = {
    sign: [(tag, form) for tag, form in forms if tag != "tag:yaml.org,2002:timestamp"]
    for sign, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _line(kind: str, schema: Schema, seed: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    line = {
        "kind": kind,
        "domain": schema.domain,
        "entity": schema.name,
        "name": seed["name"],
        "intent": " ".join(seed["intent"].split()),
        "tags": seed["tags"],
        "locked_paths": seed["locked"] if "locked" in seed else [_dotted(seed["defect"]["pointer"])],
        "quality": seed.get("quality", USUAL_QUALITY),
        "record": record,
    }
    return line | {"defect": seed["defect"]} if kind == "defect" else line


def _record(schema: Schema, name: str, parts: Mapping[str, Any]) -> dict[str, Any]:
    """A whole record in the order of the schema's fields."""
    values = {key: _written_out(schema, key, value) for key, value in parts.items()}
    for key, field in schema.fields.items():
        if key not in values and (made := _made(schema, key, field, name, values)) is not None:
            values[key] = made
    for rule in _rulebook(schema.name).deriving:
        if rule.derives not in parts:
            value = reader(rule.expr, DEFAULT_AS_OF, rule.arrays)((values,))
            assert rule.derives is not None and isinstance(value, int | Fraction)
            values[rule.derives] = float(value)
    unknown = values.keys() - schema.fields.keys()
    if unknown:
        raise ValueError(f"{schema.name}, {name!r}: no such field: {', '.join(sorted(unknown))}")
    return {key: values[key] for key in schema.fields if key in values}


def _written_out(schema: Schema, key: str, value: Any) -> Any:
    """A part without the short forms of items and addresses."""
    if key == "items":
        return [_item(schema, entry) for entry in value]
    if key == "addresses":
        return [_address(entry, first=number == 0) for number, entry in enumerate(value)]
    if key.endswith("_address") and isinstance(value, str):
        return dict(_places()[value])
    return value


def _address(entry: Sequence[str] | Mapping[str, Any], *, first: bool) -> dict[str, Any]:
    """A user's address that is written as [label, name of the place]; the first one is the default."""
    if isinstance(entry, Mapping):
        return dict(entry)
    label, place = entry
    return {"label": label, **_places()[place], "is_default": first}


@cache
def _rulebook(entity: str) -> Rulebook:
    schema = builtin_schemas()[entity]
    return compile_rules(schema.coherence_rules, shape_of(schema))[0]


def _item(schema: Schema, entry: Sequence[Any] | Mapping[str, Any]) -> dict[str, Any]:
    """An item that is written as [quantity, name, price]."""
    if isinstance(entry, Mapping):
        return dict(entry)
    quantity, name, price = entry
    code, category = _shelf(name)
    item = {"sku": _sku(code, name), "name": name, "quantity": quantity, "price": price, "category": category}
    fields = schema.fields["items"].item
    assert fields is not None and fields.fields is not None
    return {key: item[key] for key in fields.fields}


def _made(schema: Schema, key: str, field: Field, name: str, values: Mapping[str, Any]) -> Any:
    """What follows from the rest of the record; None where nothing does."""
    if schema.name == "product" and key in {"sku", "category"}:
        code, category = _shelf(values["name"])
        return _sku(code, values["name"]) if key == "sku" else category
    if key == "email":
        return f"{values['first_name']}.{values['last_name']}{_digits(name, 2)}@example.com".lower()
    form = field.format
    if field.reference is not None:
        entity, _, target = field.reference.partition(".")
        form = builtin_schemas()[entity].fields[target].format
    if form is None or "{" not in form:
        return None

    def part(found: re.Match[str]) -> str:
        return str(values["created_at"])[:4] if found[1] == "year" else _digits(f"{key} of {name}", int(found[2]))

    return _PLACEHOLDER.sub(part, form)


def _digits(text: str, count: int) -> str:
    """As many digits, of which the first is none, that only this text has."""
    number = int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
    return str(10 ** (count - 1) + number % (9 * 10 ** (count - 1)))


def _sku(code: str, name: str) -> str:
    return f"{code}-{_digits(name, 5)}"


def _shelf(name: str) -> tuple[str, str]:
    """Code of the theme and category of an article by the noun in its name."""
    for noun, base in nouns().items():
        if noun in name:
            return load_articles().skus[base * PER_BASE].partition("-")[0], category_of(base)
    raise ValueError(f"{name!r}: the catalogue has no such thing; write the item out as a mapping")


def _place(record: Any, pointer: str) -> tuple[Any, Any]:
    """The container that a JSON pointer leads to, and the last key."""
    *way, last = pointer.lstrip("/").split("/")
    for key in way:
        record = record[int(key) if isinstance(record, list) else key]
    return record, int(last) if isinstance(record, list) else last


def _put(record: Any, pointer: str, value: Any) -> None:
    container, key = _place(record, pointer)
    if isinstance(container, list) and key == len(container):
        container.append(value)
    else:
        container[key] = value


def _drop(record: Any, pointer: str) -> None:
    container, key = _place(record, pointer)
    del container[key]


if __name__ == "__main__":
    main()
