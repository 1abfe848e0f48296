"""Tables and migrations say the same."""

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from testdata_agent.stores import migrations
from testdata_agent.stores.cassettes import tables as _cassettes  # noqa: F401 - its table belongs to METADATA
from testdata_agent.stores.database import open_database
from testdata_agent.stores.jobs.tables import METADATA
from testdata_agent.stores.migrations import compatibility
from testdata_agent.stores.patterns import tables as _patterns  # noqa: F401 - likewise
from testdata_agent.stores.schemas import tables as _schemas  # noqa: F401 - likewise


def _differences(connection: Connection) -> list[Any]:
    return compare_metadata(MigrationContext.configure(connection), METADATA)  # type: ignore[no-any-return]


async def test_a_migrated_database_has_the_tables_that_the_code_uses(database_url: str) -> None:
    engine = open_database(database_url)
    await migrations.upgrade(engine)
    await migrations.upgrade(engine)
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
    await engine.dispose()


async def test_two_that_migrate_at_once_take_turns(database_url: str) -> None:
    engines = [open_database(database_url) for _ in range(3)]
    await asyncio.gather(*[migrations.upgrade(engine) for engine in engines])
    await migrations.check(engines[0])
    for engine in engines:
        await engine.dispose()


async def _later(engine: AsyncEngine, oldest: str) -> None:
    """As a release to come leaves the database, which goes with those from `oldest` on."""
    await migrations.upgrade(engine)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        await connection.execute(text("UPDATE compatibility SET oldest = :oldest"), {"oldest": oldest})


async def test_a_release_goes_on_while_a_later_one_that_only_added_takes_over(database_url: str) -> None:
    engine = open_database(database_url)
    await _later(engine, oldest="0007")
    await migrations.check(engine)
    await migrations.upgrade(engine)
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one() == "9999"
        assert (await connection.execute(text("SELECT oldest FROM compatibility"))).scalar_one() == "0007"
    await engine.dispose()


async def test_a_release_refuses_what_a_later_one_took_its_tables_from(database_url: str) -> None:
    engine = open_database(database_url)
    await _later(engine, oldest="9998")
    for attempt in (migrations.check, migrations.upgrade):
        with pytest.raises(migrations.WrongRevision, match="a later release brought the database to revision 9999"):
            await attempt(engine)
    await engine.dispose()


def _scripts(named: Mapping[str, str]) -> ScriptDirectory:
    """Revisions 1 to 4, some of which name the oldest that goes with them."""
    scripts = {
        number: SimpleNamespace(
            revision=number, module=SimpleNamespace(**{"oldest": named[number]} if number in named else {})
        )
        for number in "1234"
    }
    return cast(
        ScriptDirectory,
        SimpleNamespace(walk_revisions=lambda: list(scripts.values())[::-1], get_revision=scripts.__getitem__),
    )


@pytest.mark.parametrize(
    ("named", "oldest"), [({}, "1"), ({"3": "3"}, "3"), ({"4": "2"}, "2"), ({"2": "2", "3": "3", "4": "2"}, "3")]
)
def test_a_database_goes_with_releases_from_the_last_break_on(named: Mapping[str, str], oldest: str) -> None:
    assert compatibility.oldest(_scripts(named)) == oldest


async def test_a_database_names_the_oldest_release_that_it_goes_with(database_url: str) -> None:
    engine = open_database(database_url)
    await migrations.upgrade(engine)
    async with engine.connect() as connection:
        named = await connection.run_sync(compatibility.read)
    assert named == compatibility.oldest(ScriptDirectory.from_config(migrations.config(None)))
    await engine.dispose()
