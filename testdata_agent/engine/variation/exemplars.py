"""Exemplars: stored records that new ones take after, and what of them every new one keeps."""

import re
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

#: Names in a locked path, whatever is between them: `items.quantity`, `/items/0/quantity`, `total = subtotal + tax`.
_NAMES: Final = re.compile(r"[^\W\d][\w-]*(?:(?:\[\d*\])?[./][\w-]+)*")
_NUMBERED: Final = re.compile(r"[./]\d+(?=[./]|$)|\[\d*\]")
#: After the path of an array of which the length alone is locked.
SIZE: Final = "#size"
#: What a path may say of an array's length.
_LENGTH: Final = (".length", ".count", ".#length")


@dataclass(frozen=True, slots=True)
class Exemplar:
    """One stored record.

    Attributes:
        key: What it is known by; another record has another key, and a changed one, too.
        record: JSON values, without an envelope.
        locked_paths: What every variation keeps: `items.quantity` (the values, and so the items), `items` (all in it),
            `items.length`; a relation such as `total = subtotal + tax` locks all that it names. Times are kept by
            their distances where two or more are locked, and to the second where one is.
    """

    key: Hashable
    record: Mapping[str, Any]
    locked_paths: tuple[str, ...] = ()


def locked_fields(locked: Iterable[str], known: Collection[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The fields that locked paths name, and those of the paths that name none; an array's length as `items#size`.

    Args:
        locked: As a pattern says them.
        known: Dotted paths of all fields.
    """
    found: set[str] = set()
    lost: list[str] = []
    for text in locked:
        plain = text.strip().removeprefix("$.").lstrip("/")
        named = {path for word in _NAMES.findall(plain) for path in (_known(word, known),) if path is not None}
        found |= named
        if not named:
            lost.append(text)
    return frozenset(found), tuple(lost)


def _known(word: str, known: Collection[str]) -> str | None:
    path = _NUMBERED.sub("", word).replace("/", ".")
    for end in _LENGTH:
        if path not in known and path.endswith(end) and path.removesuffix(end) in known:
            return path.removesuffix(end) + SIZE
    return path if path in known else None
