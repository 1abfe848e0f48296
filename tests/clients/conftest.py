"""One service, as `testdata up` starts it, for the clients of other languages."""

from collections.abc import Iterator

import pytest

from tests.terminal import opened_in


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with opened_in(tmp_path_factory.mktemp("clients")) as terminal:
        terminal.screen(terminal.up())
        yield f"localhost:{terminal.grpc_port}"
