"""What makes two records tell the same: the texts that were written for them, whatever their order and spelling."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from testdata_agent.engine.creative.parts import Part
from testdata_agent.engine.schema.model import FieldType


def signature(parts: Sequence[Part], values: Mapping[str, Any]) -> bytes | None:
    """Equal for records that say the same; None: nothing in them is free text, so they may well be alike."""
    texts = sorted(_letters(text) for text in free_texts(parts, values))
    return blake2b("\0".join(texts).encode(), digest_size=12).digest() if texts else None


def free_texts(parts: Sequence[Part], values: Mapping[str, Any]) -> Iterator[str]:
    """The texts that were written freely, in the order of the parts."""
    for part in parts:
        value = values[part.name]
        for entry in value if part.array else [value]:
            if part.parts:
                yield from free_texts(part.parts, entry)
            elif part.leaf.type is FieldType.STRING and part.leaf.values is None:
                yield str(entry)


def title_of(parts: Sequence[Part], values: Mapping[str, Any], most: int = 60) -> str:
    """A few words by which a record can be told to a model: its first free text."""
    return next(free_texts(parts, values), "")[:most]


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
