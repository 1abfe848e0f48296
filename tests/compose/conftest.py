"""One small set for all tests; what a test takes down it puts up again."""

import os
from collections.abc import Iterator

import pytest

from tests.compose.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The small set, healthy."""
    made = Stack(
        tmp_path_factory.mktemp("compose"), f"testdata-{os.getpid()}", GATEWAY_CPUS="1.0", WORKER_BULK_CPUS="1.0"
    )
    try:
        made.up()
        yield made
    finally:
        made.down("--volumes")
