"""A worker's parts over a real ledger in a file, and streams and a queue in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from testdata_agent.stores import migrations
from testdata_agent.stores.database import open_database
from testdata_agent.stores.jobs.sql import SqlJobs
from tests.unit.worker.site import Site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    engine = open_database(f"sqlite:///{tmp_path / 'ledger.db'}")
    await migrations.upgrade(engine)
    yield Site(SqlJobs(engine, results_ttl=3600))
    await engine.dispose()
