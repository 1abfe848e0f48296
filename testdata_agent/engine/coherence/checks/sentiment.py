"""A review's words agree with its stars."""

from collections.abc import Mapping
from typing import ClassVar

from testdata_agent.engine.catalog.sentiment import polarity
from testdata_agent.engine.coherence.batch import View
from testdata_agent.engine.coherence.checks.base import Check
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.coherence.nodes import Node
from testdata_agent.engine.coherence.report import Problem

#: Where the stars stand, and the words: the first of them is the one that a fault names.
RATING_FIELDS = ("rating", "stars")
TEXT_FIELDS = ("body", "text", "comment", "review", "content")
TITLE_FIELDS = ("title", "headline", "summary")
#: From here on stars praise; up to here they complain. Those between say nothing.
PRAISE, COMPLAINT = 4, 2
#: A tone that is nearer to none than this, from -1 to 1, is mixed and agrees with any stars.
CLEAR = 0.2
#: Stars there are.
MOST = 5


class Sentiment(Check):
    """Rating against the polarity of the text, by the lexicon."""

    name: ClassVar = "sentiment"

    def __init__(self, rating: str, texts: tuple[str, ...]) -> None:
        self._rating, self._texts = rating, texts

    @classmethod
    def of(cls, nodes: Mapping[str, Node]) -> "Sentiment | None":
        """The check for a schema; None where it has not both: stars up to 5, and words."""
        rating = next((name for name in RATING_FIELDS if name in nodes and nodes[name].is_number), None)
        body = next((name for name in TEXT_FIELDS if name in nodes and nodes[name].is_text), None)
        if rating is None or body is None or nodes[rating].field.max not in {None, MOST}:
            return None
        title = next((name for name in TITLE_FIELDS if name in nodes and nodes[name].is_text), None)
        return cls(rating, (body,) if title is None else (body, title))

    def judge(self, view: View, moment: Moment) -> list[Problem] | None:  # noqa: ARG002
        """See Check; not for three stars, nor where no word of the text is known."""
        record = view.record
        stars = record.get(self._rating)
        if stars is None or COMPLAINT < stars < PRAISE:
            return None
        body = self._texts[0]
        if record.get(body) is None:
            return None
        # The title first, as it is read, each a sentence of its own.
        tone = polarity(". ".join(text for name in reversed(self._texts) if (text := record.get(name)) is not None))
        if tone is None:
            return None
        wrong = tone < -CLEAR if stars >= PRAISE else tone > CLEAR
        words = "complain" if tone < 0 else "praise"
        return [(body, f"{body}: its words {words}, and the stars are {stars}")] if wrong else []
