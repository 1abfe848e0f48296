"""What is to be learned, as the messages of one call."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from testdata_agent.client.answer import parse_records
from testdata_agent.client.errors import FieldViolation, refuse
from testdata_agent.client.pattern import (
    Kind,
    PatternDraft,
    filled,
    in_batches,
    kind_number,
    record_text,
    to_draft_message,
)
from testdata_agent.v1 import patterns_pb2 as pb

#: Records, or drafts, of one message.
MESSAGE_RECORDS: Final = 1_000
#: Characters of one message's records; the server takes 4 MiB.
MESSAGE_CHARACTERS: Final = 1_000_000

#: A text (a JSON array, NDJSON, or CSV with a header line), or records as plain values.
Records = str | Iterable[Mapping[str, Any]]


def options_of(
    entity: str,
    *,
    domain: str,
    schema: str | Mapping[str, Any] | None,
    kind: Kind,
    name: str,
    intent: str,
    tags: Sequence[str],
    locked_paths: Sequence[str],
) -> pb.LearningOptions:
    """What all records of a call are; raises InvalidRequestError."""
    faults: list[FieldViolation] = []
    options = pb.LearningOptions(kind=kind_number(kind, faults))
    filled(
        options,
        faults,
        entity=entity,
        domain=domain,
        schema=None if schema is None else record_text(schema),
        name=name,
        intent=intent,
        tags=tuple(tags),
        locked_paths=tuple(locked_paths),
    )
    refuse(faults)
    return options


def messages_of(options: pb.LearningOptions, records: Records) -> Iterator[pb.LearnPatternsRequest]:
    """The messages of records, the first with the options."""
    for number, (text, form) in enumerate(_texts(records)):
        message = pb.LearnPatternsRequest(records=text)
        if number == 0:
            options.format = form
            message.options.CopyFrom(options)
        yield message


def messages_of_drafts(drafts: Iterable[PatternDraft]) -> Iterator[pb.LearnPatternsRequest]:
    """The messages of drafts."""
    batch: list[pb.PatternDraft] = []
    size = 0
    for draft in drafts:
        message = to_draft_message(draft)
        if batch and (len(batch) >= MESSAGE_RECORDS or size + message.ByteSize() > MESSAGE_CHARACTERS):
            yield pb.LearnPatternsRequest(drafts=batch)
            batch, size = [], 0
        batch.append(message)
        size += message.ByteSize()
    if batch:
        yield pb.LearnPatternsRequest(drafts=batch)


class Watched:
    """The messages of a call, which remembers what broke them: gRPC would tell the caller nothing of it."""

    def __init__(self, messages: Iterator[pb.LearnPatternsRequest]) -> None:
        self._messages = messages
        self.failure: Exception | None = None

    def __iter__(self) -> Iterator[pb.LearnPatternsRequest]:
        try:
            yield from self._messages
        except Exception as error:  # not the end of the call, which closes what is not read to the end
            self.failure = error
            raise


def _texts(records: Records) -> Iterator[tuple[str, "pb.RecordFormat"]]:
    if not isinstance(records, str):
        yield from _json(map(record_text, records))
    elif not records.lstrip("\ufeff \t\r\n").startswith(("[", "{")):
        yield from ((text, pb.RECORD_FORMAT_CSV) for text in _csv(records))
    elif len(records) <= MESSAGE_CHARACTERS:
        yield records, pb.RECORD_FORMAT_JSON
    else:
        yield from _json(map(record_text, parse_records(records.lstrip("\ufeff \t\r\n"))))


def _json(texts: Iterable[str]) -> Iterator[tuple[str, "pb.RecordFormat"]]:
    for batch in in_batches(texts, most=MESSAGE_RECORDS, characters=MESSAGE_CHARACTERS):
        yield "\n".join(batch), pb.RECORD_FORMAT_JSON


def _csv(text: str) -> Iterator[str]:
    if len(text) <= MESSAGE_CHARACTERS:
        yield text
        return
    lines = _lines(text)
    head = next(lines)
    for batch in in_batches(lines, most=MESSAGE_RECORDS, characters=MESSAGE_CHARACTERS):
        yield head + "".join(batch)


def _lines(text: str) -> Iterator[str]:
    """The lines of CSV as they are; a line feed within quotes ends none."""
    line = ""
    # What else Unicode calls a line break may stand inside a cell.
    for part in io.StringIO(text, newline=""):
        line += part
        if line.count('"') % 2 == 0:
            yield line
            line = ""
    if line:
        yield line
