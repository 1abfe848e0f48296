"""A person's terminal, with real processes in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal import Terminal, opened_in


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with opened_in(tmp_path) as terminal:
        yield terminal
