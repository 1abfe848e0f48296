"""Records of a job, which are kept as JSON, in the format that its request asked for."""

from collections.abc import Sequence
from typing import Protocol

import orjson
from typing_extensions import override

from gateway.preparation import Preparation
from gateway.streaming import whole_lines
from testdata_agent.engine.render.json import JsonRendering
from testdata_agent.engine.request import GenerationMethod, OutputFormat
from testdata_agent.engine.request_data import from_data
from testdata_agent.engine.run import Run
from testdata_agent.stores.jobs import Job
from testdata_agent.stores.results.base import Entry


class Delivery(Protocol):
    """How entries of one job become text."""

    def rows(self, entry: Entry) -> Sequence[str]:
        """The records of an entry, each as the format writes it."""
        ...

    def text(self, rows: Sequence[str], *, head: bool) -> str:
        """Rows as a text that is whole in itself; `head`: with what goes before the first record."""
        ...


class JsonDelivery(Delivery):
    """JSON and NDJSON: as they are kept."""

    def __init__(self, output_format: OutputFormat) -> None:
        self._format = output_format
        self._rendering = JsonRendering({}, lines=output_format is OutputFormat.NDJSON)

    @override
    def rows(self, entry: Entry) -> Sequence[str]:
        """See Delivery."""
        return entry.rows

    @override
    def text(self, rows: Sequence[str], *, head: bool) -> str:
        """See Delivery."""
        return whole_lines(self._rendering.document(rows, head=head), self._format)


class EngineDelivery(Delivery):
    """Rows of the engine: made once more, in the format, by their numbers."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @override
    def rows(self, entry: Entry) -> Sequence[str]:
        """See Delivery."""
        first = self._run.first_row
        return self._run.rows(entry.first - first, entry.end - first)

    @override
    def text(self, rows: Sequence[str], *, head: bool) -> str:
        """See Delivery."""
        return self._run.document(rows, head=head)


class WrittenDelivery(Delivery):
    """Records that a model had a hand in, in a format that is not JSON."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @override
    def rows(self, entry: Entry) -> Sequence[str]:
        """See Delivery."""
        return self._run.written(entry.rows, entry.first)

    @override
    def text(self, rows: Sequence[str], *, head: bool) -> str:
        """See Delivery."""
        return self._run.document(rows, head=head)


async def delivery_of(job: Job, preparation: Preparation) -> Delivery:
    """How a job's records are written."""
    request = from_data(job.request)
    if request.output_format in {OutputFormat.JSON, OutputFormat.NDJSON}:
        return JsonDelivery(request.output_format)
    run = await preparation.prepare(request, len(orjson.dumps(job.request)))
    return EngineDelivery(run) if job.path == GenerationMethod.TRADITIONAL else WrittenDelivery(run)
