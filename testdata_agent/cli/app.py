"""The `testdata` command and its subcommands.

Command modules import what they need when they run, so that `testdata --help` does not wait for the engine.
"""

import typer

from testdata_agent.cli import variables
from testdata_agent.cli.commands import (
    check,
    explain,
    generate,
    health,
    jobs,
    keys,
    migrate,
    patterns,
    schemas,
    up,
    version,
)

app = typer.Typer(
    name="testdata",
    help="Test data you can trust: realistic, coherent, reproducible.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def _command(context: typer.Context) -> None:
    variables.use(context.obj or {})


app.command("generate")(generate.generate)
app.command("check")(check.check)
app.command("explain")(explain.explain)
app.add_typer(schemas.app, name="schemas")
app.add_typer(jobs.app, name="jobs")
app.add_typer(patterns.app, name="patterns")
app.add_typer(keys.app, name="keys")
app.command("health")(health.health)
app.command("up")(up.up)
app.command("migrate")(migrate.migrate)
app.command("version")(version.version)
