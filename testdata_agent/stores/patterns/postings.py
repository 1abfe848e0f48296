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
        # A slot's number, then a byte of weight.
        self._entries: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))

    def add(self, slot: int, terms: Sequence[str]) -> None:
        """Notes the words of a slot that has none yet."""
        shorter = 1 - _LENGTH_SHARE + _LENGTH_SHARE * len(terms) / _USUAL_WORDS
        for term, times in Counter(terms).items():
            weight = times * (_SATURATION + 1) / (times + _SATURATION * shorter)
            entry = slot << 8 | max(1, min(255, round(_ONE * weight)))
            entries = self._entries[term]
            entries.insert(bisect_left(entries, entry), entry)

    def remove(self, slot: int, terms: Iterable[str]) -> None:
        """Takes back what `add` noted."""
        for term in set(terms):
            entries = self._entries[term]
            del entries[bisect_left(entries, slot << 8)]
            if not entries:
                del self._entries[term]

    def having(self, term: str) -> NDArray[np.intp]:
        """The slots of a word."""
        return np.array(self._entries.get(term, ()), dtype=np.intp) >> 8

    def score(self, terms: Sequence[str], texts: int, into: NDArray[np.float32], share: float) -> None:
        """Adds to each slot `share` times how much of the words it has, rare ones counting more (BM25).

        A slot that has each of them once, in a text of the usual length, is given the whole share; `texts` are those
        that the rarity is among.
        """
        rarity = {term: _rarity(len(self._entries.get(term, ())), texts) for term in dict.fromkeys(terms)}
        whole = sum(rarity.values())
        for term, rare in rarity.items():
            if term in self._entries:
                entries = np.frombuffer(self._entries[term], dtype=np.uint32)
                weights = (entries & 255).astype(np.float32)
                weights *= np.float32(share * rare / whole / _ONE)
                into[(entries >> 8).astype(np.intp)] += weights


def _rarity(having: int, texts: int) -> float:
    """BM25's inverse document frequency, rounded: logarithms differ in their last bits between machines. Above 0."""
    return max(0.0001, round(math.log(1 + (texts - having + 0.5) / (having + 0.5)), 4))
