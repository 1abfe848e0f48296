"""`testdata jobs`: a file for each of its commands, or for a few that are one."""

import typer

from testdata_agent.cli.commands.jobs import look, operate, read, submit

app = typer.Typer(
    help="Have workers make records: submit, watch, read, cancel.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("submit")(submit.submit)
app.command("get")(look.get)
app.command("list")(look.list_jobs)
app.command("watch")(read.watch)
app.command("results")(read.results)
app.command("cancel")(look.cancel)
app.command("parked")(operate.parked)
app.command("retry")(operate.retry)
