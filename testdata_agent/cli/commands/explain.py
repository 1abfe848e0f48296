"""`testdata explain`."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from testdata_agent.cli import parsing
from testdata_agent.cli.faults import Mistake, line, reported
from testdata_agent.engine.request import DEFAULT_LOCALE, GenerationRequest, SchemaSource

if TYPE_CHECKING:
    from testdata_agent.engine.semantics.explaining import FieldExplained, RuleExplained
    from testdata_agent.engine.synthesis.outline import Outline

#: The seed of the example that is shown.
_SEED: Final = 1
_HELP: Final = (
    'To change one: "semantic": "isbn13" names another meaning (`testdata explain --meanings` lists them),',
    '"faker": "company" a provider of Faker, "semantic": "none" none at all; "values", "regex", "format", "min" and',
    '"max" of a field hold over any meaning.',
)


def explain(
    entity: Annotated[str, typer.Argument(metavar="ENTITY", help="An entity, or the file of a schema.")] = "",
    *,
    schema: Annotated[Path | None, typer.Option(metavar="FILE", help="A schema of your own, as JSON.")] = None,
    meanings: Annotated[bool, typer.Option("--meanings", help="List all meanings that a field can have.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for machines.")] = False,
    locale: Annotated[str, typer.Option(help="Language and country of the example.")] = DEFAULT_LOCALE,
) -> None:
    """Say what each field was taken for and why, the rules in words, and show a record."""
    with reported():
        if meanings:
            _list(as_json=as_json)
            return
        if schema is None and entity and Path(entity).suffix == ".json":
            entity, schema = "", Path(entity)
        faults = list[str]()
        if bool(entity) == (schema is not None):
            faults.append("name an entity (see `testdata schemas`) or give a schema of your own with --schema FILE")
        source = parsing.schema_source(schema, faults)
        if faults:
            raise Mistake(faults)
        request = GenerationRequest(
            entity=entity, schema_source=source, count=1, seed=_SEED, locale=locale, envelope=False
        )
        outline, example = _outline(entity, source), _example(request)
        from testdata_agent.engine.semantics.explaining import fields_of, rules_of

        fields, rules = list(fields_of(outline)), list(rules_of(outline))
        if as_json:
            _machine(outline, fields, rules, example)
        else:
            _people(outline, fields, rules, example)


def _outline(entity: str, source: SchemaSource | None) -> "Outline":
    from testdata_agent.engine.errors import InvalidRequest
    from testdata_agent.engine.schema.registry import Registry
    from testdata_agent.engine.schema.source import given_schema
    from testdata_agent.engine.synthesis.outline import Outline

    try:
        return Outline.of(Registry().get(entity) if source is None else given_schema(source, ""))
    except InvalidRequest as error:
        raise Mistake(line(v.field, v.description) for v in error.violations) from error


def _example(request: GenerationRequest) -> dict[str, Any]:
    from testdata_agent.cli.sources.local import LocalSource

    with LocalSource().produce(request) as production:
        records: list[dict[str, Any]] = json.loads("".join(part.text for part in production.parts()))
    return records[0]


def _machine(
    outline: "Outline", fields: Sequence["FieldExplained"], rules: Sequence["RuleExplained"], example: dict[str, Any]
) -> None:
    data = {
        "name": outline.schema.name,
        "fields": [asdict(field) for field in fields],
        "rules": [asdict(rule) for rule in rules],
        "unchecked_rules": list(outline.book.prose),
        "example": example,
    }
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _people(
    outline: "Outline", fields: Sequence["FieldExplained"], rules: Sequence["RuleExplained"], example: dict[str, Any]
) -> None:
    schema = outline.schema
    typer.echo(f"{schema.name}: {schema.description}" if schema.description else schema.name)
    typer.echo("")
    _table([("field", "type", "taken for", "why", "unit and range"), *map(_row, fields)])
    if rules or outline.book.prose:
        typer.echo("\nRules:")
        for rule in rules:
            typer.echo(f"  {rule.words}" + (" (by what the fields mean)" if rule.implied else ""))
        for sentence in outline.book.prose:
            meant = outline.book.nearly.get(sentence)
            hint = f"; write `{meant}` to have it checked" if meant else ""
            typer.echo(f"  {sentence} (prose: not checked{hint})")
    typer.echo("\nExample:")
    typer.echo(json.dumps(example, ensure_ascii=False, indent=2))
    typer.echo("\n" + "\n".join(_HELP))


def _row(field: "FieldExplained") -> tuple[str, ...]:
    kind = field.type if field.required else f"{field.type}, optional"
    return field.path, kind, field.meaning or "", field.why, _measure(field)


def _measure(field: "FieldExplained") -> str:
    if field.span is None:
        return field.unit
    low, high = ("" if end is None else f"{end:,}" for end in field.span)
    span = f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}"
    return f"{field.unit}, {span}" if field.unit else span


def _list(*, as_json: bool) -> None:
    from testdata_agent.engine.catalog.meanings import vocabulary

    words = vocabulary()
    found = [meaning for name in sorted(words.meanings) if (meaning := words.meaning(name)) is not None]
    if as_json:
        rows = [
            {"name": m.name, "about": m.about, "unit": m.extras.get("unit", ""), "types": sorted(m.types)}
            for m in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    _table((m.name, m.about) for m in found)


def _table(rows: Iterable[tuple[str, ...]]) -> None:
    """Columns as wide as their widest cell; a field's name that is out of the ordinary is shown as one line."""
    lines = [tuple(" ".join(cell.split())[:160] for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for cells in lines:
        typer.echo("  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip())
