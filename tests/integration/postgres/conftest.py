"""The server that these tests load into: there in CI, skipped elsewhere where it is not installed."""

import os
from collections.abc import Iterator

import pytest

from tests.integration.postgres.server import Postgres, binaries, running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL."""
    programs = binaries()
    if programs is None:
        reason = "no PostgreSQL server is installed (Debian: apt-get install postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with running(programs) as server:
        yield server
