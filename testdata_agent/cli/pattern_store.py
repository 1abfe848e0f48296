"""The stored patterns, for commands of operators that work on the database itself."""

# ruff: noqa: PLC0415 - the database's drivers come with an extra

from testdata_agent.cli.faults import Failure, Mistake


async def seed_database(url: str) -> tuple[int, int]:
    """Stores what is shipped; gives how many patterns are new, and how many were there.

    Raises:
        Mistake: the address is none of a database.
        Failure: it cannot be reached, is of another revision or full, or its drivers are not installed.
    """
    try:
        from testdata_agent.stores import migrations
        from testdata_agent.stores.database import UnknownDatabase, open_database
        from testdata_agent.stores.jobs import LedgerUnreachable
        from testdata_agent.stores.jobs.outages import translated
        from testdata_agent.stores.patterns import seeds
        from testdata_agent.stores.patterns.base import PatternFault
        from testdata_agent.stores.patterns.embedder import StaticEmbedder
        from testdata_agent.stores.patterns.signing import signed
        from testdata_agent.stores.patterns.sql import SqlPatterns
    except ImportError as error:
        raise Failure(f"this needs {error.name}: pip install 'test-data-agent[stores]'") from error
    try:
        database = open_database(url)
    except UnknownDatabase as error:
        raise Mistake([f"--database: {error}"]) from error
    try:
        with translated():
            await migrations.check(database)
        added = await SqlPatterns(database).add(list(map(signed, seeds.drafts())), StaticEmbedder())
    except (LedgerUnreachable, migrations.WrongRevision, PatternFault) as error:
        raise Failure(str(error)) from error
    finally:
        await database.dispose()
    merged = sum(one.merged for one in added)
    return len(added) - merged, merged
