"""Records -> chunks of bounded size."""

from collections.abc import Iterator, Sequence

from testdata_agent.engine.request import OutputFormat

#: Records of the first chunk: few, so that something is seen at once.
FIRST_CHUNK_RECORDS = 10

#: Characters of one chunk's records. UTF-8 needs up to four bytes for each, so a chunk of anything stays under the
#: 4 MiB that clients accept by default.
MAX_CHUNK_CHARACTERS = 512 * 1024


def parts(rows: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cuts `rows` into runs of at most MAX_CHUNK_CHARACTERS, at least one row each."""
    if sum(map(len, rows)) <= MAX_CHUNK_CHARACTERS:
        yield rows
        return
    start, size = 0, 0
    for index, row in enumerate(rows):
        size += len(row)
        if size > MAX_CHUNK_CHARACTERS and index > start:
            yield rows[start:index]
            start, size = index, len(row)
    yield rows[start:]


def whole_lines(text: str, output_format: OutputFormat) -> str:
    """`text` of a chunk; where records are lines, with its last line ended, so that chunks can be put together."""
    if output_format is OutputFormat.NDJSON and text and not text.endswith("\n"):
        return text + "\n"
    return text
