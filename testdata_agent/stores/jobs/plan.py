"""How a job is cut into batches: a pure function of its request, so that a job submitted twice is cut alike.

A batch's rows are counted as `_index` counts them: from the request's `first_row`.
"""

from collections.abc import Iterator

from testdata_agent.engine.creative.cutting import FIRST_ROWS, batch_rows
from testdata_agent.engine.request import GenerationMethod, GenerationRequest
from testdata_agent.engine.variation.donors import EXPAND_ABOVE
from testdata_agent.stores.jobs.job import Batch
from testdata_agent.stores.queue.base import BULK, MODEL

#: Rows that the engine makes in one go: some tens of milliseconds, so that small jobs are shared out too.
BULK_ROWS = 2_000
#: A job of the engine is cut into no more batches than this; they have more rows instead.
MAX_BULK_BATCHES = 500

_OF_MODELS = frozenset({GenerationMethod.LLM, GenerationMethod.HYBRID})


def batches_of(job_id: str, request: GenerationRequest, path: GenerationMethod) -> list[Batch]:
    """The batches of a job, in the order of their rows and without gaps; those of a model have one scenario each."""
    queue = MODEL if path in _OF_MODELS else BULK
    spans = _of_model(request) if path in _OF_MODELS else _of_engine(request)
    return [
        Batch(
            job_id=job_id,
            number=number,
            queue=queue,
            start=request.first_row + start,
            stop=request.first_row + stop,
        )
        for number, (start, stop) in enumerate(spans)
    ]


def _of_engine(request: GenerationRequest) -> Iterator[tuple[int, int]]:
    size = max(BULK_ROWS, -(-request.count // MAX_BULK_BATCHES))
    return _cut(0, request.count, size)


def _of_model(request: GenerationRequest) -> Iterator[tuple[int, int]]:
    claimed = sum(scenario.count for scenario in request.scenarios)
    counts = [scenario.count for scenario in request.scenarios] + [request.count - claimed]
    if request.expansion and request.count > EXPAND_ABOVE:
        # Most rows of a scenario are grown from what is written for it, by whoever has that at hand.
        first, size = 0, request.count
    else:
        first, size = FIRST_ROWS, batch_rows(request.count)
        yield 0, first
    start = 0
    for count in counts:
        yield from _cut(max(start, first), start + count, size)
        start += count


def _cut(start: int, stop: int, size: int) -> Iterator[tuple[int, int]]:
    for at in range(start, stop, size):
        yield at, min(at + size, stop)
