"""`testdata schemas` and `testdata schemas NAME`."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from testdata_agent.cli.faults import Mistake, reported
from testdata_agent.cli.options import ServerOption

if TYPE_CHECKING:
    from testdata_agent.cli.sources.base import SchemaView


def schemas(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Show the fields of this entity.")] = None,
    server: ServerOption = None,
) -> None:
    """List what can be generated, or the fields of one entity."""
    from testdata_agent.cli.sources.choice import choose

    with reported():
        known = choose(server).schemas()
        if name is None:
            _table((s.name, s.domain, s.description) for s in known)
        else:
            _show(_find(name, known))


def _find(name: str, known: Sequence["SchemaView"]) -> "SchemaView":
    for wanted in (name, name.lower()):
        for schema in known:
            if schema.name == wanted:
                return schema
    names = sorted(s.name for s in known)
    near = " or ".join(f"'{n}'" for n in get_close_matches(name.lower(), names))
    hint = f"; did you mean {near}?" if near else "."
    raise Mistake([f"unknown entity '{name}'{hint} Known: {', '.join(names)}"])


def _show(schema: "SchemaView") -> None:
    typer.echo(f"{schema.name} ({schema.domain}): {schema.description}" if schema.domain else schema.name)
    _table((f"  {f.name}", f.type, "" if f.required else "optional", f.description) for f in schema.fields)


def _table(rows: Iterable[tuple[str, ...]]) -> None:
    """Columns as wide as their widest cell: reads well, and `cut` and `awk` can read it too."""
    lines = list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for cells in lines:
        typer.echo("  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip())
