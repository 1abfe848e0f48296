"""Texts cut into the pieces of a WordPiece vocabulary, as BERT's uncased models are taught them."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

#: Before pieces that go on with a word.
CONTINUES: Final = "##"
#: A word of more characters says nothing, as in BERT.
MAX_WORD_CHARACTERS: Final = 100
#: Of a text that patterns are found by, so much is read: what is wanted is said by then, and no text takes long.
MAX_CHARACTERS: Final = 2000

#: Words of letters and digits; any other visible character, `_` too, stands alone.
_WORDS = re.compile(r"[^\W_]+|[^\w\s]|_")
#: Where `unitPrice` is two words.
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MARKS = re.compile(r"[\u0300-\u036f]")


def words_of(text: str) -> list[str]:
    """The words and signs of a text, in lower case, without accents; `unitPrice` and `unit_price` are two words."""
    if not text.islower():
        text = _HUMP.sub(" ", text).lower()
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return _WORDS.findall(text)


class WordPieces:
    """Cuts words by a vocabulary, the longest piece first. Safe to share between threads."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        """Takes each piece's number; those inside a word begin with `##`."""
        self._vocabulary = vocabulary
        self._longest = max(map(len, vocabulary), default=0)
        self.cut = lru_cache(maxsize=20_000)(self._cut)

    def pieces(self, text: str) -> list[int]:
        """The numbers of all pieces of a text, in order; what the vocabulary has no piece for is left out."""
        return [piece for word in words_of(text) for piece in self.cut(word)]

    def _cut(self, word: str) -> tuple[int, ...]:
        """The pieces of one word; none where some part of it is no piece."""
        if len(word) > MAX_WORD_CHARACTERS:
            return ()
        found: list[int] = []
        start = 0
        while start < len(word):
            prefix = CONTINUES if start else ""
            for end in range(min(len(word), start + self._longest), start, -1):
                number = self._vocabulary.get(prefix + word[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return ()
        return tuple(found)
