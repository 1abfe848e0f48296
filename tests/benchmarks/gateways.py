"""Gateway processes to be measured, as an operator starts them: logs go to a file, metrics and scores are on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.integration.gateway.running import Gateway, start


@contextmanager
def running(**settings: str) -> Iterator[Gateway]:
    """A gateway that is ready, in a process of its own; it ends with the block."""
    with TemporaryDirectory() as folder:
        gateway = start(Path(folder), **settings)
        try:
            yield gateway
        finally:
            gateway.end()
