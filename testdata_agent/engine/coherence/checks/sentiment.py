"""A review's words and its stars."""

from collections.abc import Mapping
from typing import Any

from testdata_agent.engine.catalog.sentiment import polarity

_GOOD, _BAD = 4, 2


def check(record: Mapping[str, Any]) -> list[tuple[str, str]] | None:
    """Findings; None where stars or words say nothing, and for three stars."""
    stars, body = record.get("rating"), record.get("body")
    if not isinstance(stars, int) or not isinstance(body, str) or _BAD < stars < _GOOD:
        return None
    tone = polarity(f"{record.get('title', '')}. {body}")
    if tone is None:
        return None
    wrong = tone < 0 if stars >= _GOOD else tone > 0
    return [("body", f"its words do not agree with {stars} stars")] if wrong else []
