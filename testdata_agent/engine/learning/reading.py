"""Texts that hold records, in the forms in which they are handed in."""

import io
import json
from collections.abc import Iterator
from typing import Any

from testdata_agent.engine.reading.csv import read_csv
from testdata_agent.engine.reading.json import read_json
from testdata_agent.engine.request import OutputFormat
from testdata_agent.engine.schema.model import Schema

__all__ = ["format_of", "read_records"]


def format_of(text: str) -> OutputFormat:
    """JSON where the text begins with a bracket or a brace, else CSV."""
    return OutputFormat.JSON if text.lstrip(" \t\r\n\ufeff")[:1] in {"[", "{"} else OutputFormat.CSV


def read_records(text: str, written: OutputFormat, schema: Schema) -> Iterator[Any]:
    """Yields the records of a text: a JSON array, or objects one after another; or CSV with its header.

    Args:
        text: Whole.
        written: JSON (NDJSON is read so, too) or CSV.
        schema: What the cells of CSV are read by.

    Raises:
        UnreadableText: the text is not of its format.
    """
    stream = io.StringIO(text, newline="")
    if written is OutputFormat.CSV:
        yield from read_csv(stream, schema)
    else:
        yield from map(_record, read_json(stream))


def _record(text: str) -> Any:
    """The value of a JSON text, such that it can be written again."""
    value = json.loads(text, parse_int=_whole)
    if "\\ud" in text.lower():
        # Half of a pair that stands for one character is in no text; where one stands alone it becomes a question mark.
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value


def _whole(digits: str) -> int | float:
    """A whole number; one that 64 bits do not hold as the double that every other reader takes it for."""
    number = int(digits)
    return number if -(2**63) <= number < 2**64 else float(digits)
