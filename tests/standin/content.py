"""Seeded content that follows a JSON schema, as a model's structured output does."""

import json
import random
import re
from collections.abc import Mapping
from typing import Any

from tests.standin.faults import Fault


def _words(text: str) -> list[str]:
    return text.split()


_QUALITIES = _words(
    "Quiet Amber Alpine Urban Velvet Cedar Northern Copper Misty Solar Rustic Polar Golden Crimson Ivory "
    "Jade Coastal Lunar Maple Granite Silver Meadow Harbor Ember Willow Canyon Orchid Summit Breeze "
    "Cobalt "
)
_MAKERS = _words("Brandt Keller Novak Ferro Lindqvist Okada Marlow Hale Tansy Corvus Elm Dray Fenwick Astra Quill ")
_THINGS = _words(
    "Lamp Kettle Backpack Notebook Blanket Headphones Mug Charger Tent Skillet Watch Jacket Sneakers "
    "Speaker Keyboard Pillow Bottle Grinder Monitor Scarf Router Drill Candle Basket Bench Clock "
)
_CATEGORIES = ["Kitchen", "Home", "Outdoor"]
_GOOD = ["I love it", "Excellent quality", "Works great", "Very happy with it", "Perfect for us"]
_BAD = ["Terrible quality", "It broke after a week", "Very disappointed", "Awful and useless", "A waste of money"]
_FAIR = ["It does the job", "Neither here nor there", "It is okay for the price", "As described", "Average at best"]


def answer(schema: Mapping[str, Any], *, records: int, seed: str, fault: Fault | None = None) -> str:
    """JSON text that follows the schema; lists at its top hold so many records."""
    return json.dumps(_Writer(seed, records, fault).value(schema, "", 0), separators=(",", ":"), ensure_ascii=False)


def records_asked(prompt: str) -> int:
    """How many records a prompt asks for."""
    found = re.search(r"\b(\d+) records?\b", prompt)
    return int(found.group(1)) if found else 1


class _Writer:
    def __init__(self, seed: str, records: int, fault: Fault | None) -> None:
        self.random, self.records, self.fault = random.Random(seed), records, fault
        self.stars = 3

    def value(self, schema: Mapping[str, Any], name: str, depth: int) -> Any:
        words = str(schema.get("description", name)).lower()
        match schema.get("type"):
            case "object":
                return {key: self.value(inner, key, depth + 1) for key, inner in schema["properties"].items()}
            case "array":
                return self._list(schema, words, depth)
            case "integer" | "number" as kind:
                return self._number(kind, words)
            case "boolean":
                return self.random.random() < 0.5
        if "enum" in schema:
            value = self.random.choice(schema["enum"])
            return f"{value.upper()}!" if self.fault is Fault.WRONG_ENUM else value
        return self._text(words)

    def _list(self, schema: Mapping[str, Any], words: str, depth: int) -> list[Any]:
        if depth == 1:
            items = [self.value(schema["items"], "", depth + 1) for _ in range(self.records)]
            if self.fault is Fault.DUPLICATES and items:
                items = [items[0] for _ in items]
            return items
        low, high = _range(words, 1, 5)
        # Most carts are small.
        count = max(int(low), min(int(high), self.random.choice([1, 2, 2, 3, 3, 4])))
        return [self.value(schema["items"], "", depth + 1) for _ in range(count)]

    def _number(self, kind: str, words: str) -> Any:
        low, high = _range(words, 1, 5 if "quantity" in words else 90)
        if self.fault is Fault.BAD_NUMBERS:
            return -5
        if kind == "integer":
            whole = self.random.randint(int(low), int(min(high, low + 4)))
            self.stars = whole if "stars" in words else self.stars
            return whole
        value = self.random.randint(int(low) + 3, int(max(low + 4, min(high, 120)))) + 0.99
        return round(value + 0.37, 2) if self.fault is Fault.SLOPPY_TOTALS else value

    def _text(self, words: str) -> str:
        pick = self.random.choice
        if "number of" in words:
            return f"{words[:3].upper()}-2025-{self.random.randint(1_000_000, 9_999_999)}"
        if "instant" in words:
            day, minute, second = self.random.randint(1, 28), self.random.randint(0, 59), self.random.randint(0, 59)
            return f"2025-11-{day:02}T14:{minute:02}:{second:02}Z"
        if "categor" in words:
            return pick(_CATEGORIES)
        opinions = _GOOD if self.stars > 3 else _BAD if self.stars < 3 else _FAIR
        thing = f"{pick(_QUALITIES)} {pick(_MAKERS)} {pick(_THINGS)}"
        if "headline" in words or "title" in words:
            return f"{pick(opinions)}: {thing}"
        if any(sign in words for sign in ("review", "body", "comment", "what it is", "text")):
            return f"{pick(opinions)}. The {thing} came on time. {pick(opinions)}, and {pick(_THINGS).lower()} too."
        return thing


def _range(words: str, low: float, high: float) -> tuple[float, float]:
    """The limits that a description tells."""
    between = re.search(r"(\d+(?:\.\d+)?) to (\d+(?:\.\d+)?)", words)
    if between:
        return float(between.group(1)), float(between.group(2))
    least, most = re.search(r"at least (\d+(?:\.\d+)?)", words), re.search(r"at most (\d+(?:\.\d+)?)", words)
    exact = re.search(r"; (\d+) of them", words)
    if exact:
        return float(exact.group(1)), float(exact.group(1))
    return float(least.group(1)) if least else low, float(most.group(1)) if most else high
