"""The patterns of one entity, domain and kind, found by words and by meaning."""

import heapq
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from testdata_agent.stores.patterns.base import Hit
from testdata_agent.stores.patterns.pattern import Pattern
from testdata_agent.stores.patterns.postings import Postings
from testdata_agent.stores.patterns.terms import terms_of

#: How much meaning counts; the rest is words.
MEANING_SHARE = 0.8
#: Below this a pattern is no answer.
FLOOR = 0.26
#: What the best quality is preferred by over the worst: it decides between equals, not between near and far.
QUALITY_SHARE = 0.03

#: Vectors are held as whole numbers of this many to a length of one. Sums of their products stay below 2^24, which
#: float32 holds exactly in whatever order they are added: all machines give the same scores.
_GRID = 4000
_BLOCK_SLOTS = 1024


class Shelf:
    """Patterns in numbered slots; those of a removed pattern are used again. Each call leaves it whole."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._blocks: list[NDArray[np.float32]] = []
        self._qualities = np.zeros(0, np.float32)
        self._ids: list[str] = []
        self._terms: list[tuple[str, ...]] = []
        self._tags: list[tuple[str, ...]] = []
        self._free: list[int] = []
        self._by_term, self._by_tag = Postings(), Postings()

    def __len__(self) -> int:
        return len(self._ids) - len(self._free)

    def add(self, pattern: Pattern) -> int:
        """Takes a pattern in; gives its slot."""
        slot = self._free.pop() if self._free else self._grown()
        self._ids[slot] = pattern.pattern_id
        self._qualities[slot] = pattern.quality
        vector = np.frombuffer(pattern.vector, dtype="<f4")
        self._blocks[slot // _BLOCK_SLOTS][slot % _BLOCK_SLOTS] = np.rint(vector * _GRID)
        self._terms[slot] = terms_of(pattern.searched_text)
        self._tags[slot] = pattern.tags
        self._by_term.add(slot, self._terms[slot])
        self._by_tag.add(slot, self._tags[slot])
        return slot

    def remove(self, slot: int) -> None:
        """Forgets the pattern of a slot."""
        self._by_term.remove(slot, self._terms[slot])
        self._by_tag.remove(slot, self._tags[slot])
        self._blocks[slot // _BLOCK_SLOTS][slot % _BLOCK_SLOTS] = 0
        self._ids[slot], self._terms[slot], self._tags[slot] = "", (), ()
        self._qualities[slot] = -1
        self._free.append(slot)

    def nearest(
        self, terms: Sequence[str], vector: NDArray[np.float32], tags: Collection[str], limit: int
    ) -> list[Hit]:
        """The patterns with all of these tags that are near enough, best first."""
        scores = self._meaning(vector)
        if terms:
            self._by_term.score(terms, len(self), scores, 1 - MEANING_SHARE)
        near = self._tagged(np.flatnonzero(scores >= FLOOR), tags)
        nearness = np.minimum(scores[near], np.float32(1))
        quality = np.float32(QUALITY_SHARE)
        return self._best(near, (1 - quality) * nearness + quality * self._qualities[near], limit)

    def best(self, tags: Collection[str], limit: int) -> list[Hit]:
        """The patterns of the highest quality with all of these tags, best first; the quality is the score."""
        every = self._tagged(np.flatnonzero(self._qualities[: len(self._ids)] >= 0), tags)
        return self._best(every, self._qualities[every], limit)

    def _meaning(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Each slot's share of the score that is by the nearness of the vectors."""
        scores = np.empty(len(self._ids), np.float32)
        asked = np.rint(vector * _GRID).astype(np.float32)
        for number, block in enumerate(self._blocks):
            part = scores[number * _BLOCK_SLOTS : (number + 1) * _BLOCK_SLOTS]
            np.dot(block[: len(part)], asked, out=part)
        scores *= np.float32(MEANING_SHARE / _GRID**2)
        return scores

    def _tagged(self, slots: NDArray[np.intp], tags: Collection[str]) -> NDArray[np.intp]:
        for tag in tags:
            slots = slots[np.isin(slots, self._by_tag.having(tag))]
        return slots

    def _best(self, slots: NDArray[np.intp], scores: NDArray[np.float32], limit: int) -> list[Hit]:
        """The highest by score; among equals by id, so that every process gives the same."""
        if len(slots) > limit:
            least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
            kept = scores >= least
            slots, scores = slots[kept], scores[kept]
        found = zip((-scores).tolist(), map(self._ids.__getitem__, slots.tolist()), strict=True)
        return [Hit(pattern_id, -rank) for rank, pattern_id in heapq.nsmallest(limit, found)]

    def _grown(self) -> int:
        slot = len(self._ids)
        if slot % _BLOCK_SLOTS == 0:
            # Not touched yet, so it takes no memory yet.
            self._blocks.append(np.zeros((_BLOCK_SLOTS, self._dimensions), np.float32))
        if slot == len(self._qualities):
            self._qualities = np.concatenate([self._qualities, np.zeros(max(64, slot), np.float32)])
        self._ids.append("")
        self._terms.append(())
        self._tags.append(())
        return slot
