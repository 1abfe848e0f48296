"""The patterns of one entity, domain and kind, found by words and by meaning."""

import heapq
from collections.abc import Collection, Sequence

import numpy as np

from testdata_agent.stores.patterns.base import Hit
from testdata_agent.stores.patterns.nearness import FLOOR_OF_OTHERS, MEANING_SHARE, QUALITY_SHARE
from testdata_agent.stores.patterns.pattern import Pattern
from testdata_agent.stores.patterns.postings import Postings
from testdata_agent.stores.patterns.terms import terms_of
from testdata_agent.stores.patterns.vectors import GRID, Floats, Slots, Vectors, on_grid

#: In a larger shelf only the most promising by words and the vectors' first dimensions are looked at whole.
_WHOLE_UP_TO, _PROMISING = 4096, 2048


class Shelf:
    """Patterns in numbered slots; those of a removed pattern are used again. Each call leaves it whole."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._vectors = Vectors(dimensions)
        self._qualities = np.zeros(0, np.float32)
        self._slots: dict[str, int] = {}
        self._ids: list[str] = []
        # As plain texts: what holds no other object costs the garbage collector nothing.
        self._texts: list[str] = []
        self._tags: list[str] = []
        self._free: list[int] = []
        self._by_term, self._by_tag = Postings(), Postings()

    def __len__(self) -> int:
        return len(self._slots)

    def add(self, pattern: Pattern) -> None:
        """Takes a pattern in that is not there."""
        slot = self._free.pop() if self._free else self._grown()
        self._slots[pattern.pattern_id] = slot
        self._ids[slot] = pattern.pattern_id
        self._qualities[slot] = pattern.quality
        self._vectors.set(slot, np.frombuffer(pattern.vector, dtype="<f4"))
        self._texts[slot], self._tags[slot] = pattern.searched_text, "\n".join(pattern.tags)
        self._by_term.add(slot, terms_of(self._texts[slot]))
        self._by_tag.add(slot, pattern.tags)

    def remove(self, pattern_id: str) -> None:
        """Forgets a pattern that is there."""
        slot = self._slots.pop(pattern_id)
        self._by_term.remove(slot, terms_of(self._texts[slot]))
        self._by_tag.remove(slot, self._tags[slot].split("\n") if self._tags[slot] else ())
        self._vectors.set(slot, np.zeros(self._dimensions, np.float32))
        self._ids[slot], self._texts[slot], self._tags[slot] = "", "", ""
        self._qualities[slot] = -1
        self._free.append(slot)

    def nearest(self, terms: Sequence[str], vector: Floats, tags: Collection[str], limit: int) -> list[Hit]:
        """The patterns with all of these tags that are near enough to be given beside a nearer one, best first."""
        slots, nearness = self._looked_at(terms, on_grid(vector), tags, limit)
        scores = (1 - QUALITY_SHARE) * np.minimum(nearness, np.float32(1)) + QUALITY_SHARE * self._qualities[slots]
        near = np.flatnonzero(scores >= FLOOR_OF_OTHERS)
        return self._best(slots[near], scores[near], limit)

    def best(self, tags: Collection[str], limit: int) -> list[Hit]:
        """The patterns of the highest quality with all of these tags, best first; the quality is the score."""
        every = self._tagged(np.flatnonzero(self._qualities[: len(self._ids)] >= 0), tags)
        return self._best(every, self._qualities[every], limit)

    def _looked_at(
        self, terms: Sequence[str], asked: Floats, tags: Collection[str], limit: int
    ) -> tuple[Slots, Floats]:
        """Slots with all of these tags, and how near they are."""
        share = np.float32(MEANING_SHARE / GRID**2)
        nearness = self._vectors.by_heads(asked) * share
        if terms:
            self._by_term.score(terms, len(self), nearness, 1 - MEANING_SHARE)
        slots = self._tagged(np.arange(len(nearness)), tags)
        nearness = nearness[slots]
        most = max(_PROMISING, 8 * limit)
        if len(slots) > max(_WHOLE_UP_TO, most):
            promising = _highest(nearness, most)
            slots, nearness = slots[promising], nearness[promising]
        everything = len(slots) == len(self._vectors)
        return slots, nearness + share * self._vectors.by_tails(asked, None if everything else slots)

    def _tagged(self, slots: Slots, tags: Collection[str]) -> Slots:
        for tag in tags:
            slots = slots[np.isin(slots, self._by_tag.having(tag))]
        return slots

    def _best(self, slots: Slots, scores: Floats, limit: int) -> list[Hit]:
        """The highest by score; among equals by id, so that every process gives the same."""
        first = _highest(scores, limit)
        slots, scores = slots[first], scores[first]
        found = zip((-scores).tolist(), map(self._ids.__getitem__, slots.tolist()), strict=True)
        return [Hit(pattern_id, -rank) for rank, pattern_id in heapq.nsmallest(limit, found)]

    def _grown(self) -> int:
        slot = self._vectors.grow()
        if slot == len(self._qualities):
            self._qualities = np.concatenate([self._qualities, np.zeros(max(64, slot), np.float32)])
        self._ids.append("")
        self._texts.append("")
        self._tags.append("")
        return slot


def _highest(scores: Floats, count: int) -> Slots:
    """Where the highest so many are, and those that are equal to the last of them."""
    if len(scores) <= count:
        return np.arange(len(scores))
    return np.flatnonzero(scores >= np.partition(scores, len(scores) - count)[len(scores) - count])
