"""Misspelt words taken for what was meant, by a vocabulary of whole words."""

import string
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Final

from testdata_agent.stores.patterns.wordpiece import CONTINUES

#: A shorter word is left as it is, for too many others are near it, and a longer one is none.
MIN_LETTERS: Final = 4
MAX_LETTERS: Final = 24


class Spelling:
    """Knows whole words, in the order of how common they are. Safe to share between threads."""

    def __init__(self, words: Mapping[str, int], preferred_from: int) -> None:
        """Takes words and their ranks; those from one rank on are preferred to all others: they are of the subject."""
        self._words, self._preferred_from = words, preferred_from
        self.meant = lru_cache(maxsize=20_000)(self._meant)

    def _meant(self, word: str) -> str:
        """The known word that this one is but for one slip of the keys, or the word itself.

        Known words and words of other than letters are left alone, a plural is its singular. The first letter is taken
        to be right. Letters that changed places are the likeliest slip, then one left out, one too many, a wrong one.
        """
        if (
            not MIN_LETTERS <= len(word) <= MAX_LETTERS
            or word in self._words
            or not (word.isascii() and word.isalpha())
        ):
            return word
        if word.endswith("s") and word[:-1] in self._words:
            return word[:-1]
        for slips in (_swapped(word), _left_out(word), _too_many(word), _wrong(word)):
            found = [near for near in slips if len(near) >= MIN_LETTERS and near in self._words]
            if found:
                return min(found, key=self._rank)
        return word

    def _rank(self, word: str) -> tuple[bool, int]:
        rank = self._words[word]
        return rank < self._preferred_from, rank


def whole_words(pieces: Collection[str]) -> dict[str, int]:
    """The words of a WordPiece vocabulary that are no pieces within a word, with their places in it."""
    return {piece: place for place, piece in enumerate(pieces) if not piece.startswith(CONTINUES)}


def _swapped(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1))


def _left_out(word: str) -> Iterator[str]:
    return (word[:at] + letter + word[at:] for at in range(1, len(word) + 1) for letter in string.ascii_lowercase)


def _too_many(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(1, len(word)))


def _wrong(word: str) -> Iterator[str]:
    return (word[:at] + letter + word[at + 1 :] for at in range(1, len(word)) for letter in string.ascii_lowercase)
