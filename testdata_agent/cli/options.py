"""Options that several commands share."""

from typing import Annotated

import typer

ServerOption = Annotated[
    str | None,
    typer.Option(
        "--server", metavar="HOST:PORT", envvar="TESTDATA_SERVER", help="A gateway to ask, instead of this process."
    ),
]
