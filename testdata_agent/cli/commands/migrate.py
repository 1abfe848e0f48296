"""`testdata migrate`."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from testdata_agent.cli.databases import opened_database
from testdata_agent.cli.faults import reported


def migrate(
    context: typer.Context,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL", envvar="DATABASE_URL", help="The ledger; that of `testdata up` if none is named."),
    ] = None,
) -> None:
    """Bring the database of jobs to this release's revision; `testdata up` does it by itself."""
    from testdata_agent.cli.settings import UpSettings

    with reported():
        settings = UpSettings.read(context.obj, Path(".env"))
        if database is None and settings.database_url is None:
            settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        typer.echo(asyncio.run(_migrated(database or settings.ledger_url)))


async def _migrated(url: str) -> str:
    async with opened_database(url) as database:
        from testdata_agent.stores import migrations

        await migrations.upgrade(database)
    return "the database is at this release's revision"
