"""The stored patterns, for commands of operators that work on the database itself."""

# ruff: noqa: PLC0415 - the database's drivers come with an extra

from testdata_agent.cli.databases import opened_database
from testdata_agent.cli.faults import Failure


async def seed_database(url: str) -> tuple[int, int]:
    """Stores what is shipped; gives how many patterns are new, and how many were there.

    Raises:
        Mistake: the address is none of a database.
        Failure: it cannot be reached, is of another revision or full, or its drivers are not installed.
    """
    async with opened_database(url) as database:
        from testdata_agent.stores import migrations
        from testdata_agent.stores.patterns import seeds
        from testdata_agent.stores.patterns.base import PatternFault
        from testdata_agent.stores.patterns.embedder import StaticEmbedder
        from testdata_agent.stores.patterns.signing import signed
        from testdata_agent.stores.patterns.sql import SqlPatterns

        await migrations.check(database)
        try:
            added = await SqlPatterns(database).add(list(map(signed, seeds.drafts())), StaticEmbedder())
        except PatternFault as fault:
            raise Failure(str(fault)) from fault
    merged = sum(one.merged for one in added)
    return len(added) - merged, merged
