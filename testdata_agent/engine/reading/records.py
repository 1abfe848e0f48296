"""The records of a text, in parts of bounded size, whatever its format."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TextIO

from testdata_agent.engine.coherence.inspection import Inspection
from testdata_agent.engine.coherence.score import Fault
from testdata_agent.engine.reading.csv import read_csv
from testdata_agent.engine.reading.json import read_json, read_lines
from testdata_agent.engine.request import OutputFormat
from testdata_agent.engine.schema.model import Schema

#: Records that are looked at together.
PART = 2000


def inspect(stream: TextIO, output_format: OutputFormat, schema: Schema, inspection: Inspection) -> Iterator[Fault]:
    """Yields the faults of a text's records by row, counted from 0; the sums stand in `inspection` afterwards.

    Args:
        stream: The text, its line ends as they are.
        output_format: JSON, NDJSON or CSV.
        schema: What CSV's cells are read by.
        inspection: Scores them.

    Raises:
        UnreadableText: the text is not of its format.
    """
    if output_format is OutputFormat.CSV:
        for records in _parts(read_csv(stream, schema)):
            yield from inspection.values(records)
    else:
        for rows in _parts(read_json(stream) if output_format is OutputFormat.JSON else read_lines(stream)):
            yield from inspection.rows(rows)


def _parts(records: Iterable[Any]) -> Iterator[list[Any]]:
    waiting = iter(records)
    while part := list(islice(waiting, PART)):
        yield part
