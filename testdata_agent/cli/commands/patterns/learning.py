"""`testdata patterns seed`, `learn` and `defect`."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from testdata_agent.cli.commands.patterns.looking import known_kinds
from testdata_agent.cli.faults import EXIT_FAILURE, Mistake, reported
from testdata_agent.cli.options import DomainOption, GatewayOption, SchemaOption

if TYPE_CHECKING:
    from testdata_agent.client import Learned

EntityArgument = Annotated[str, typer.Argument(metavar="ENTITY", help="What the records are.")]


def seed(
    *,
    database: Annotated[
        str | None, typer.Option(metavar="URL", help="Write into this database itself, whose server need not run.")
    ] = None,
    server: GatewayOption = None,
) -> None:
    """Store the patterns and defects that are shipped, again. What was deleted is there once more."""
    from testdata_agent.stores.patterns import seeds

    with reported():
        if database is not None:
            from testdata_agent.cli.pattern_store import seed_database

            learned, merged = asyncio.run(seed_database(database))
            typer.echo(f"{learned + merged} received: {learned} learned, {merged} merged, 0 refused")
            return
        from testdata_agent.cli.patterns import PatternSource

        _tell(PatternSource(server).store(seeds.drafts()))


def learn(
    entity: Annotated[
        str, typer.Argument(metavar="[ENTITY]", help="What the records are. Left out with --schema.")
    ] = "",
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="JSON, NDJSON or CSV; - is stdin.")] = None,
    *,
    source: Annotated[
        str | None, typer.Option("--from", metavar="URL", help="Samples of a table in postgresql://… or sqlite:///….")
    ] = None,
    table: Annotated[str, typer.Option(help="With --from: a table or view of records of production.")] = "",
    rows: Annotated[int, typer.Option(help="With --from: rows to draw.")] = 1000,
    kind: Annotated[str, typer.Option(metavar="pattern|sample", help="sample: records of a production system.")] = "",
    name: Annotated[str, typer.Option(help="Of a few words. Default: told from each record.")] = "",
    intent: Annotated[str, typer.Option(help="What they are examples of. Default: told from each record.")] = "",
    tag: Annotated[list[str] | None, typer.Option(help="To filter by. Repeatable.")] = None,
    lock: Annotated[
        list[str] | None, typer.Option(metavar="FIELD", help="Every variation keeps its values. Repeatable.")
    ] = None,
    schema: SchemaOption = None,
    domain: DomainOption = "",
    server: GatewayOption = None,
) -> None:
    """Learn records: from then on requests of that entity can be answered from them.

    What could tell of a person is replaced by made-up values before it is stored; what comes out of a table is scrubbed
    here, before it is sent, and learned as samples. The exit code is 1 where a record was refused.
    """
    from testdata_agent.cli.patterns import PatternSource

    with reported():
        told = None if schema is None else _read(schema)
        if schema is not None and file is None and source is None:
            entity, file = "", Path(entity) if entity else None
        if (file is None) == (source is None) or (source is None) != (not table):
            raise Mistake(["name a FILE of records (- is stdin), or --from URL with --table NAME"])
        records = _read(file) if file is not None else _drawn(source or "", table, rows, entity, domain, told, lock)
        learned = PatternSource(server).learn(
            records,
            entity,
            schema=told,
            domain=domain,
            kind=known_kinds([kind or ("pattern" if file is not None else "sample")])[0],
            name=name,
            intent=intent,
            tags=tag or (),
            locked_paths=lock or (),
        )
        _tell(learned)


def defect(
    entity: EntityArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The record that triggers it, as JSON; - is stdin.")],
    description: Annotated[str, typer.Argument(metavar="DESCRIPTION", help="What went wrong.")],
    *,
    name: Annotated[str, typer.Option(help="Of a few words. Default: how the description begins.")] = "",
    pointer: Annotated[str, typer.Option(help="JSON pointer to what is wrong: /items/0/quantity.")] = "",
    rule: Annotated[str, typer.Option(help="What is broken, in words.")] = "",
    verdict: Annotated[
        str,
        typer.Option(
            metavar="accept|reject|unspecified",
            help="What a correct system does with it. Default: by the schema's checks.",
        ),
    ] = "",
    schema: SchemaOption = None,
    server: GatewayOption = None,
) -> None:
    """Keep the record that triggered a bug: requests for defects of that entity bring it up again."""
    from testdata_agent.cli.patterns import PatternSource
    from testdata_agent.client.pattern import Defect

    with reported():
        recorded = PatternSource(server).record_defect(
            entity,
            _read(file),
            description,
            name=name,
            schema=None if schema is None else _read(schema),
            defect=Defect("", pointer, rule, verdict),
        )
        typer.echo(f"{recorded.pattern.pattern_id} {'was known already' if recorded.merged else 'is kept'}")


def _drawn(
    url: str, table: str, rows: int, entity: str, domain: str, schema: str | None, locked: list[str] | None
) -> str:
    """Rows of a table as records that name nobody."""
    from testdata_agent.cli.table_samples import table_sample

    sample = table_sample(
        url, table, entity=entity, domain=domain, schema=schema, rows=rows, locked_paths=tuple(locked or ())
    )
    for line in sample.told():
        typer.echo(line, err=True)
    return sample.records


def _tell(learned: "Learned") -> None:
    from testdata_agent.cli.patterns import account, refusals

    for line in account(learned):
        typer.echo(line)
    for line in refusals(learned):
        typer.echo(line, err=True)
    if learned.refused:
        raise typer.Exit(EXIT_FAILURE)


def _read(file: Path) -> str:
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return data.decode()
    except OSError as error:
        raise Mistake([f"cannot read {file}: {(error.strerror or str(error)).lower()}"]) from error
    except UnicodeDecodeError as error:
        raise Mistake([f"cannot read {file}: it is not UTF-8 text"]) from error
