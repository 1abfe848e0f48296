"""Records -> chunks of bounded size."""

from collections.abc import Iterator, Sequence

from testdata_agent.engine.request import OutputFormat

#: Records of the first chunk: few, so that something is seen at once.
FIRST_CHUNK_RECORDS = 10

#: The most characters of one chunk's records, however large messages may be.
MAX_CHUNK_CHARACTERS = 512 * 1024
#: Bytes that a message has for each character of the records in it: UTF-8 needs up to four, and they are not all.
_BYTES_PER_CHARACTER = 8


def chunk_characters(max_message_bytes: int) -> int:
    """How many characters of records a chunk should hold, so that it fits into a message whatever they are."""
    return min(MAX_CHUNK_CHARACTERS, max_message_bytes // _BYTES_PER_CHARACTER)


def parts(rows: Sequence[str], max_characters: int) -> Iterator[Sequence[str]]:
    """Cuts `rows` into runs of at most `max_characters`, at least one row each."""
    if sum(map(len, rows)) <= max_characters:
        yield rows
        return
    start, size = 0, 0
    for index, row in enumerate(rows):
        size += len(row)
        if size > max_characters and index > start:
            yield rows[start:index]
            start, size = index, len(row)
    yield rows[start:]


def whole_lines(text: str, output_format: OutputFormat) -> str:
    """`text` of a chunk; where records are lines, with its last line ended, so that chunks can be put together."""
    if output_format is OutputFormat.NDJSON and text and not text.endswith("\n"):
        return text + "\n"
    return text
