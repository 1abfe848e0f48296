"""The port through which batches are handed to workers. A message names a batch and holds nothing of the request."""

from collections.abc import Sequence
from typing import Protocol

from testdata_agent.stores.jobs.job import Batch

#: The name of the one task, and of its two queues.
TASK = "testdata.batch"
BULK, MODEL = "bulk", "model"


class QueueFault(Exception):  # noqa: N818 - the words of the house
    """The broker could not be reached; the ledger has the batch, and the reaper will publish it."""


class BatchQueue(Protocol):
    """Publishes batches."""

    async def publish(self, batches: Sequence[Batch], *, priority: int = 5) -> None:
        """Hands over batches, each to its own queue; priority 0 is the highest.

        Raises:
            QueueFault: none or some were handed over.
        """
        ...
