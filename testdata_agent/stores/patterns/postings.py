"""Which slots a word is in, and with what weight."""

import math
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

#: BM25's saturation of repeated words and how far a text's length counts, as is usual for short texts.
_SATURATION, _LENGTH_SHARE = 1.2, 0.5
#: The length, in words, that a text is compared with. A constant: no weight changes when other texts come and go.
_USUAL_WORDS = 24
#: Weights are kept in a byte; this is one of a word that is there once in a text of the usual length.
_ONE = 100


class Postings:
    """Words and the slots that they are in, in ascending order. Words come and go one slot at a time."""

    def __init__(self) -> None:
        self._slots: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._weights: defaultdict[str, array[int]] = defaultdict(lambda: array("B"))

    def add(self, slot: int, terms: Sequence[str]) -> None:
        """Notes the words of a slot that has none yet."""
        shorter = 1 - _LENGTH_SHARE + _LENGTH_SHARE * len(terms) / _USUAL_WORDS
        for term, times in Counter(terms).items():
            slots = self._slots[term]
            place = bisect_left(slots, slot)
            slots.insert(place, slot)
            weight = times * (_SATURATION + 1) / (times + _SATURATION * shorter)
            self._weights[term].insert(place, max(1, min(255, round(_ONE * weight))))

    def remove(self, slot: int, terms: Iterable[str]) -> None:
        """Takes back what `add` noted."""
        for term in set(terms):
            slots = self._slots[term]
            place = bisect_left(slots, slot)
            del slots[place], self._weights[term][place]
            if not slots:
                del self._slots[term], self._weights[term]

    def having(self, term: str) -> NDArray[np.uint32]:
        """The slots of a word, as they are now."""
        return np.array(self._slots.get(term, ()), dtype=np.uint32)

    def score(self, terms: Sequence[str], texts: int, into: NDArray[np.float32], share: float) -> None:
        """Adds to each slot `share` times how much of the words it has, rare ones counting more (BM25).

        A slot that has each of them once, in a text of the usual length, is given the whole share; `texts` are those
        that the rarity is among.
        """
        rarity = {term: _rarity(len(self._slots.get(term, ())), texts) for term in dict.fromkeys(terms)}
        whole = sum(rarity.values())
        for term, rare in rarity.items():
            if term in self._slots:
                slots = np.frombuffer(self._slots[term], dtype=np.uint32)
                weights = np.frombuffer(self._weights[term], dtype=np.uint8)
                into[slots] += weights * np.float32(share * rare / whole / _ONE)


def _rarity(having: int, texts: int) -> float:
    """BM25's inverse document frequency, rounded: logarithms differ in their last bits between machines."""
    return round(math.log(1 + (texts - having + 0.5) / (having + 0.5)), 4)
