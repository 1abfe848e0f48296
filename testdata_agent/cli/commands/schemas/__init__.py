"""`testdata schemas`: what can be made, and what is registered. Without a command's name it shows."""

from typing import Any

import typer
from typer.core import TyperGroup

from testdata_agent.cli.commands.schemas import registering, show

#: What `testdata schemas` and `testdata schemas NAME` stand for.
_DEFAULT = "show"


class _ShowByDefault(TyperGroup):
    """A group whose first word may be an entity."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The words, with the command that they left out."""
        named = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else [_DEFAULT, *args])


app = typer.Typer(
    cls=_ShowByDefault,
    help="List what can be generated, show the fields of NAME, register schemas of your own.",
    rich_markup_mode=None,
)
app.command(_DEFAULT)(show.schemas)
app.command("register")(registering.register)
app.command("delete")(registering.delete)
