"""Options that several commands share: their words and their help are the same everywhere."""

from pathlib import Path
from typing import Annotated

import typer

ServerOption = Annotated[
    str | None,
    typer.Option(
        "--server", metavar="HOST:PORT", envvar="TESTDATA_SERVER", help="A gateway to ask, instead of this process."
    ),
]
GatewayOption = Annotated[
    str | None,
    typer.Option(
        "--server", metavar="HOST:PORT", envvar="TESTDATA_SERVER", help="The gateway: localhost:9091 if none."
    ),
]
EntityArgument = Annotated[str, typer.Argument(metavar="ENTITY", help="What to make: see `testdata schemas`.")]
CountOption = Annotated[int, typer.Option("-n", "--count", help="Records to make.")]
SeedOption = Annotated[int | None, typer.Option(help="Same seed, same request: same bytes. Drawn if left out.")]
OutputOption = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE", help="Write here; it appears whole or not at all.")
]
FormatOption = Annotated[
    str | None, typer.Option("--format", metavar="json|ndjson|csv|sql", help="Default: by FILE's suffix, else json.")
]
DialectOption = Annotated[str | None, typer.Option(metavar="postgresql|sqlite", help="Whose SQL. Default: postgresql.")]
GuardOption = Annotated[
    bool, typer.Option("--guard-formulas", help="CSV: an apostrophe before texts that a spreadsheet would run.")
]
LocaleOption = Annotated[str, typer.Option(help="Language and country of names and places.")]
AsOfOption = Annotated[str | None, typer.Option(metavar="INSTANT", help="The moment the data is seen from.")]
FirstRowOption = Annotated[int, typer.Option(help="Go on where another call ended.")]
EnvelopeOption = Annotated[bool, typer.Option("--envelope/--no-envelope", help="Add _index and _scenario.")]
ConstraintOption = Annotated[
    list[str] | None,
    typer.Option(metavar="FIELD=LIMIT:VALUE,...", help="Such as items.price=min:5,max:20. Repeatable."),
]
ScenarioOption = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME:COUNT[:field=value,...]", help="A named share of the records. Repeatable."),
]
OverrideOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="field=value", help="A value or range (20-50) for all records. Repeatable."),
]
DefectsOption = Annotated[
    str | None,
    typer.Option(metavar="all|CLASS,...", help="Give each record a defect, which its _defect names."),
]
PairwiseOption = Annotated[
    bool, typer.Option("--pairwise", help="The set of valid records that holds every pair of values; all of it, or -n.")
]
CoverageOption = Annotated[
    bool, typer.Option("--coverage", help="And every bound just missed, every null that may not be; all of it, or -n.")
]
ManifestOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="With --pairwise or --coverage: what covers what, as JSON.")
]
ContextOption = Annotated[str, typer.Option(help="A sentence for a server's model.")]
HintOption = Annotated[list[str] | None, typer.Option(help="A hint for a server's routing. Repeatable.")]
SchemaOption = Annotated[Path | None, typer.Option(metavar="FILE", help="A schema of your own, as JSON.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Check, and say the path, tokens and cost; make nothing.")
]
DomainOption = Annotated[str, typer.Option(help="Where two domains have an entity of this name.")]


def is_said(call: typer.Context, name: str) -> bool:
    """Whether the command line names an option, be it the default value."""
    source = call.get_parameter_source(name)
    return source is not None and source.name != "DEFAULT"
