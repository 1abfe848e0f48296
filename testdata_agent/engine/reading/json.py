"""JSON to the texts of its records: an array of them, or one after another; and NDJSON, one a line."""

import json
from collections.abc import Iterator
from typing import TextIO

from testdata_agent.engine.reading.errors import UnreadableText

#: Characters read at a time.
_CHUNK = 1 << 18
#: Characters of one record at the most: what is longer is a text that nobody ended.
MAX_RECORD = 16_000_000
_BLANK = " \t\r\n"
#: What ends a number; where none of these follows, it may go on.
_AFTER_NUMBER = tuple(_BLANK + ",]")


def read_lines(stream: TextIO) -> Iterator[str]:
    """Yields the lines of NDJSON; whether each is a record is for the scorer to say."""
    for line in stream:
        text = line.strip(_BLANK + "\ufeff")
        if text:
            yield text


def read_json(stream: TextIO) -> Iterator[str]:
    """Yields the text of each record of an array, or of each value where they stand one after another.

    Memory does not grow with the number of records.

    Raises:
        UnreadableText: it is no JSON.
    """
    window = _Window(stream)
    if window.peek() == "\ufeff":
        window.skip()
    if window.peek() != "[":
        while window.peek():
            yield window.value()
        return
    window.skip()
    if window.peek() == "]":
        window.skip()
    else:
        while True:
            yield window.value()
            mark = window.peek()
            window.skip()
            if mark == "]":
                break
            if mark != ",":
                window.back()
                raise window.fault("a comma or the array's closing bracket is needed")
    if window.peek():
        raise window.fault("there is more after the array's end")


class _Window:
    """The part of the text that is in memory."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._scan = json.JSONDecoder().raw_decode
        self._text, self._at, self._ended = "", 0, False
        self._line, self._line_start, self._dropped = 1, 0, 0

    def peek(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _BLANK:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def skip(self) -> None:
        """Goes over one character."""
        self._at += 1

    def back(self) -> None:
        """Goes back to the character that was skipped last."""
        self._at -= 1

    def value(self) -> str:
        """The text of the next value."""
        self.peek()
        while True:
            try:
                value, end = self._scan(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._may_go_on() and self._more():
                    continue
                self._at = error.pos
                raise self.fault(error.msg[:1].lower() + error.msg[1:]) from None
            except RecursionError:
                raise self.fault("it nests too deep") from None
            except ValueError:  # a whole number of more digits than Python reads
                raise self.fault("a number has too many digits") from None
            whole = not isinstance(value, int | float) or self._text[end : end + 1] in _AFTER_NUMBER
            if not whole and self._more():
                continue
            text = self._text[self._at : end]
            self._at = end
            return text

    def fault(self, words: str) -> UnreadableText:
        """What is wrong where the window stands."""
        before = self._text[: self._at]
        line = self._line + before.count("\n")
        start = before.rfind("\n") + 1
        column = len(before) - start + 1 if start else self._dropped - self._line_start + len(before) + 1
        return UnreadableText(f"line {line}, column {column}: no JSON: {words}")

    def _may_go_on(self) -> bool:
        return len(self._text) - self._at < MAX_RECORD

    def _more(self) -> bool:
        """Reads on, at least as much as is kept, so that a long record is not scanned over and over."""
        read = "" if self._ended else self._stream.read(max(_CHUNK, len(self._text) - self._at))
        if not read:
            self._ended = True
            return False
        gone = self._text[: self._at]
        if "\n" in gone:
            self._line += gone.count("\n")
            self._line_start = self._dropped + gone.rfind("\n") + 1
        self._dropped += len(gone)
        self._text, self._at = self._text[self._at :] + read, 0
        return True
