"""Finished text to records, with what only the text shows: what is no JSON, and keys that stand twice."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from testdata_agent.engine.coherence.report import Problem


@dataclass(frozen=True, slots=True)
class Reading:
    """Records of one scoring.

    Attributes:
        records: JSON values; a text that could not be read stands as it is.
        quotes: How many quotation marks the texts have outside of strings; None where that was not counted.
        rows: The texts; empty where there were none.
    """

    records: list[Any]
    quotes: int | None = None
    rows: Sequence[str | bytes] = ()

    def repeated(self, strings: int) -> Mapping[int, list[Problem]]:
        """Findings about keys that stand twice in one object, by row; `strings` is how many strings the records have.

        Keys count as strings. Each is written in two quotation marks; a key that stands twice, and is read once, makes
        the text hold more of them. So where the numbers agree, all keys stand once.
        """
        if not self.rows or self.quotes == 2 * strings:
            return {}
        found = {}
        for number, (row, record) in enumerate(zip(self.rows, self.records, strict=True)):
            if isinstance(record, dict):
                problems = _repeated(row)
                if problems:
                    found[number] = problems
        return found


def read_rows(rows: Sequence[str | bytes]) -> Reading:
    """Reads JSON texts, one record each; none is refused."""
    try:
        joined = ",".join(rows)  # type: ignore[arg-type]
    except TypeError:
        joined = ",".join([row if isinstance(row, str) else row.decode("utf-8", "replace") for row in rows])
    try:
        records = orjson.loads(f"[{joined}]")
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        records = []
    if len(records) != len(rows):
        records = [_one(row) for row in rows]
    return Reading(records, _quotes(joined), rows)


def _quotes(text: str) -> int:
    if "\\" not in text:
        return text.count('"')
    text = text.replace("\\\\", "")  # what is left of a backslash is not itself escaped
    return text.count('"') - text.count('\\"')


def read_values(records: Sequence[Mapping[str, Any]]) -> Reading:
    """Takes plain values; decimals count as the JSON numbers that they are written as."""
    return Reading([_plain(record) for record in records])


def _one(row: str | bytes) -> Any:
    try:
        return orjson.loads(row)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return row if isinstance(row, str) else row.decode("utf-8", "replace")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    return value


class _Pairs(list[tuple[str, Any]]):
    """An object as its text has it."""


def _repeated(row: str | bytes) -> list[Problem]:
    try:
        pairs = json.loads(row, object_pairs_hook=_Pairs)
    except RecursionError:
        return [("", "the record nests too deep to be looked at")]
    return list(_named(pairs, ""))


def _named(value: Any, path: str) -> list[Problem]:
    found: list[Problem] = []
    if isinstance(value, _Pairs):
        seen: set[str] = set()
        for key, member in value:
            here = f"{path}.{key}" if path else key
            if key in seen:
                found.append((here, f"{here}: stands twice"))
            seen.add(key)
            found += _named(member, here)
    elif isinstance(value, list):
        for number, member in enumerate(value):
            found += _named(member, f"{path}[{number}]")
    return found
