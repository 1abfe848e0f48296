"""`testdata patterns`: records that are varied into new ones."""

import typer

from testdata_agent.cli.commands.patterns import learning, looking

app = typer.Typer(
    help="Keep records that are varied into new ones: seed, learn, search, rate, delete.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("seed")(learning.seed)
app.command("learn")(learning.learn)
app.command("defect")(learning.defect)
app.command("search")(looking.search)
app.command("stats")(looking.stats)
app.command("rate")(looking.rate)
app.command("delete")(looking.delete)
