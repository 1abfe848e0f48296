"""The one task: a thin wrapper between Celery's message and the process's loop."""

from collections.abc import Callable
from typing import Any

from celery import Celery
from celery.exceptions import Reject

from testdata_agent.stores.queue.base import TASK
from worker.execution import Ending
from worker.process import Process


def register(app: Celery, process: Callable[[], Process]) -> Any:
    """Adds the task to an app.

    Args:
        app: Celery's.
        process: Gives this process's.
    """

    def batch(*, job_id: str, number: int) -> str:
        """Works on the batch that the message names; what became of it is in the ledger."""
        ending = process().work(job_id, number)
        if ending is Ending.REFUSED:
            raise Reject("this worker is ending", requeue=True)
        return ending

    return app.task(batch, name=TASK, acks_late=True, reject_on_worker_lost=True, ignore_result=True)
