"""Records out of a model's text while it is still being written: each the moment that its last brace is there."""

from collections.abc import Iterator
from typing import Any

import orjson

#: Longest text of one record, in characters; what is longer is given up.
MAX_RECORD = 200_000


class Broken:
    """Something in the stream that looked like a record and was no JSON."""


BROKEN = Broken()


class RecordStream:
    """Finds the objects of the first list of a JSON text that comes in pieces.

    A character is looked at once. Prose around the JSON, and fences of Markdown, are passed over.
    """

    def __init__(self) -> None:
        self._text = ""
        self._at = 0
        self._depth = 0
        self._start = -1
        self._quoted = False
        self._listed = False
        self.ended = False

    def feed(self, piece: str) -> Iterator[Any]:
        """The records that the piece completes, or BROKEN for one that cannot be read."""
        self._text += piece
        while not self.ended and (at := self._next_mark()) >= 0:
            record = self._mark(self._text[at], at)
            if record is not None:
                yield record
        self._forget()

    @property
    def unfinished(self) -> bool:
        """Whether a record was begun and not completed."""
        return self._start >= 0

    def _next_mark(self) -> int:
        text, at = self._text, self._at
        while at < len(text):
            char = text[at]
            if self._quoted:
                if char == "\\":
                    if at + 1 == len(text):
                        break
                    at += 2
                    continue
                if char == '"':
                    self._quoted = False
            elif char == '"' and (self._listed or self._depth):
                self._quoted = True
            elif char in "{}[]":
                self._at = at + 1
                return at
            at += 1
        self._at = at
        return -1

    def _mark(self, char: str, at: int) -> Any:
        if not self._listed:
            # The answer's own object holds the list; a bare list will do.
            self._listed = char == "["
            return None
        if char in "{[":
            if self._depth == 0 and char == "{":
                self._start = at
            self._depth += 1
            return None
        if self._depth == 0:
            self.ended = char == "]"
            return None
        self._depth -= 1
        if self._depth or self._start < 0:
            return None
        text, self._start = self._text[self._start : at + 1], -1
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return BROKEN

    def _forget(self) -> None:
        """Drops what has been read; what no record can be any more, too."""
        kept = self._start if self._start >= 0 else self._at
        if self._at - kept > MAX_RECORD:
            self._start, self._depth, self.ended = -1, 0, True
            kept = self._at
        self._text = self._text[kept:]
        self._at -= kept
        self._start = min(0, self._start)
