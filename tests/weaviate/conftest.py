"""The server that these tests ask: there in CI, skipped elsewhere where it is not built."""

import os
from collections.abc import Iterator

import pytest

from tests.weaviate.server import VERSION, WeaviateProcess, binary

pytest.register_assert_rewrite("tests.contract.test_pattern_index")


@pytest.fixture(scope="session")
def _weaviate_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WeaviateProcess]:
    """A running Weaviate."""
    program = binary()
    if program is None:
        reason = f"no weaviate-server {VERSION} is installed (`tools/go-tool weaviate-server` builds it)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    server = WeaviateProcess(program, tmp_path_factory.mktemp("weaviate"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def weaviate(_weaviate_of_the_run: WeaviateProcess) -> WeaviateProcess:
    """The same for all tests; started again where the one before left it dead."""
    if not _weaviate_of_the_run.runs:
        _weaviate_of_the_run.start()
    return _weaviate_of_the_run
