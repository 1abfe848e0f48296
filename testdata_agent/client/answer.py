"""What comes back from a call that makes records."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

from testdata_agent.v1 import testdata_pb2

#: A record as plain data, as `testdata_agent.generate` gives it.
Record = dict[str, Any]


def parse_records(text: str) -> list[Record]:
    """The records of one JSON array or NDJSON text, as the server wrote it.

    Raises:
        ValueError: It is neither: CSV and SQL are read as text.
    """
    if text.startswith("["):
        records: list[Record] = json.loads(text)
        return records
    if text and not text.startswith("{"):
        raise ValueError("records are read from JSON and NDJSON; of CSV and SQL take the text (`text`, `texts()`)")
    # Lines end with a line feed alone: what else Unicode calls a line break may stand inside a string.
    return [json.loads(line) for line in text.split("\n") if line]


def placed_records(chunk: testdata_pb2.DataChunk) -> Iterator[tuple[int, Record]]:
    """The records of a chunk, each with the `_index` after its own: where a stream would go on.

    Where rows are missing in the chunk and the records do not tell their own, that is the chunk's first row.
    """
    records = parse_records(chunk.data)
    whole = chunk.next_record - chunk.first_record == len(records)
    for place, record in enumerate(records):
        row = record.get("_index", chunk.first_record + place if whole else chunk.first_record - 1)
        yield row + 1, record


@dataclass(frozen=True, repr=False)
class Answer(Sequence[Record]):
    """A finished answer: a sequence of its records, the text they were read from, and how they were made.

    Attributes:
        text: The server's bytes, decoded: a JSON array, NDJSON lines, CSV or SQL, as asked for.
        metadata: Path, reason, seed, score and counts, as the server reported them.
        request_id: The correlation id to look for in the server's logs.
    """

    text: str
    metadata: testdata_pb2.GenerationMetadata
    request_id: str

    def __repr__(self) -> str:
        shown = self.text if len(self.text) <= 60 else f"{self.text[:60]}…"
        return f"<Answer of path {self.metadata.generation_path!r}, seed {self.metadata.seed}: {shown}>"

    @cached_property
    def records(self) -> list[Record]:
        """The records as plain data (JSON and NDJSON answers; other formats raise ValueError)."""
        return parse_records(self.text)

    @property
    def patterns(self) -> dict[str, tuple[str, ...]]:
        """Scenario to the ids of the stored patterns that records were made of: with the seed, what a replay needs."""
        return {choice.scenario: tuple(choice.pattern_ids) for choice in self.metadata.patterns}

    @overload
    def __getitem__(self, index: int) -> Record: ...

    @overload
    def __getitem__(self, index: slice) -> list[Record]: ...

    def __getitem__(self, index: int | slice) -> Record | list[Record]:
        return self.records[index]

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)
