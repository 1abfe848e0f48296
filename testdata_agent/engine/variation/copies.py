"""Finds records that are a stored one over again."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

#: What marks a record is a text of so many characters at least, which another will hardly hold by chance.
_LEAST: Final = 6
#: A record that so many samples have alike is nobody's own.
_SHARED: Final = 5
#: An identifier has so many digits at least.
_DIGITS: Final = 4
_ENVELOPE: Final = frozenset({"_index", "_scenario"})


class Copies:
    """The records that none may be equal to."""

    def __init__(self, records: Iterable[Mapping[str, Any]], *, shared: bool = False) -> None:
        """Takes JSON objects; `shared`: what many of them say alike is nobody's own, and may be said again."""
        self._records = [dict(record) for record in records]
        if shared:
            told = [orjson.dumps(record, default=str, option=orjson.OPT_SORT_KEYS) for record in self._records]
            counts = Counter(told)
            own = zip(self._records, told, strict=True)
            self._records = [record for record, text in own if counts[text] < _SHARED]
        self._marks = [_mark(record) for record in self._records]

    def among(self, texts: Sequence[str]) -> list[bool]:
        """Which of these records, as JSON texts with or without envelope, are copies."""
        together = "\n".join(texts)
        near = [record for record, mark in zip(self._records, self._marks, strict=True) if not mark or mark in together]
        if not near:
            return [False] * len(texts)
        return [_bare(orjson.loads(text)) in near for text in texts]


def _bare(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in _ENVELOPE}


def _mark(record: Mapping[str, Any]) -> str:
    """A text that every copy of the record holds, as JSON, and other records rarely do: its first identifier."""
    longest = ""
    for text in _texts(record):
        if " " not in text and len(text) >= _LEAST:
            if sum(map(str.isdigit, text)) >= _DIGITS:
                return orjson.dumps(text).decode()
            longest = max(longest, text, key=len)
    return orjson.dumps(longest).decode() if longest else ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
