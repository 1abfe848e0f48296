"""Sentences of product reviews, by stars and part; they come from `reference/reviews.yaml`.

Slots in braces other than `{thing}` are filled at load with every value of the list of that name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import product
from typing import Any

import yaml

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Reviews:
    """Concrete sentences with `{thing}` left in."""

    parts: Mapping[tuple[int, str], tuple[str, ...]]
    topics: Mapping[int, tuple[tuple[str, ...], ...]]

    def sentences(self, rating: int, part: str, department: str = "") -> tuple[str, ...]:
        """Sentences of a part (`opening`, `closing`); departments share theirs for now."""
        del department
        return self.parts[rating, part]

    def details(self, rating: int) -> tuple[tuple[str, ...], ...]:
        """Sentences by topic; sentences of different topics never contradict one another."""
        return self.topics[rating]

    def titles(self, rating: int) -> tuple[str, ...]:
        """Headlines."""
        return self.parts[rating, "title"]


@lru_cache(maxsize=1)
def load_reviews() -> Reviews:
    """Reads and expands the sentences."""
    text = (resources.files("testdata_agent.engine.catalog") / "reference" / "reviews.yaml").read_text(encoding="utf-8")
    data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    slots: Mapping[str, Sequence[Any]] = data["slots"]
    parts: dict[tuple[int, str], tuple[str, ...]] = {}
    topics: dict[int, tuple[tuple[str, ...], ...]] = {}
    for stars in range(1, 6):
        mood = data["moods"][stars]
        for part in ("title", "opening", "closing"):
            parts[stars, part] = _expanded(mood[part], slots)
        topics[stars] = tuple(_expanded(sentences, slots) for sentences in mood["details"].values())
    return Reviews(parts, topics)


def _expanded(templates: Sequence[str], slots: Mapping[str, Sequence[Any]]) -> tuple[str, ...]:
    result: dict[str, None] = {}
    for template in templates:
        names = [name for name in _SLOT.findall(template) if name != "thing"]
        for values in product(*(slots[name] for name in names)):
            text = template
            for name, value in zip(names, values, strict=True):
                text = text.replace("{" + name + "}", str(value), 1)
            # A slot may open the sentence ("my sister gave me …").
            result[text[0].upper() + text[1:]] = None
    return tuple(result)
