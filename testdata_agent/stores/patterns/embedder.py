"""The embedder that is shipped: a table of word pieces, and no model to run."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from testdata_agent.stores.patterns.spelling import Spelling, whole_words
from testdata_agent.stores.patterns.wordpiece import MAX_CHARACTERS, WordPieces, words_of

DATA: Final = Path(__file__).parent / "data"
#: Names what makes a vector: how texts are read (r1: to be raised with whatever changes that), and the SHA-256 of the
#: table's files (see tools/build_embedder.py).
EMBEDDER_ID: Final = "minilm-l6-static-256-r1-71bd3acc79ba"
DIMENSIONS: Final = 256
_REQUEST_WORDS = """
create data entity example examples generate give historical like make need pattern patterns please record records show
similar test testing tests want
"""
#: With these a request speaks of itself, not of what is wanted; hints that ask for patterns begin with some of them.
REQUEST_WORDS: Final = frozenset(_REQUEST_WORDS.split())


class StaticEmbedder:
    """The mean of a text's word pieces out of a table that was distilled from all-MiniLM-L6-v2.

    Pieces that are common in English weigh less; misspelt words are read as what was meant. All sums are of whole
    numbers, so the same text gives the same bits on every machine. The table is read at the first use, in some
    milliseconds. Safe to share between threads.
    """

    def __init__(self, folder: Path = DATA) -> None:
        """Takes the folder of the table's files."""
        self._folder = folder

    @property
    def embedder_id(self) -> str:
        """As the port says."""
        return EMBEDDER_ID

    @property
    def dimensions(self) -> int:
        """As the port says."""
        return DIMENSIONS

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the port says."""
        made = np.zeros((len(texts), DIMENSIONS), np.float32)
        for number, text in enumerate(texts):
            made[number] = self._vector(text)
        return made

    def _vector(self, text: str) -> NDArray[np.float32]:
        table = self._table
        words = (table.spelling.meant(word) for word in words_of(text[:MAX_CHARACTERS]) if word not in REQUEST_WORDS)
        found = [piece for word in words for piece in table.pieces.cut(word)]
        total = table.weights[found] @ table.vectors[found].astype(np.int64)
        squares = int(total @ total)
        # A square root and a division are rounded in one way only.
        return (total / np.sqrt(np.float64(squares)) if squares else total).astype(np.float32)

    @property
    def _table(self) -> "_Table":
        return _read(self._folder)


@dataclass(frozen=True, slots=True)
class _Table:
    pieces: WordPieces
    spelling: Spelling
    vectors: NDArray[np.int8]
    weights: NDArray[np.int64]


@cache
def _read(folder: Path) -> _Table:
    pieces, words = ((folder / name).read_text(encoding="utf-8").splitlines() for name in ("pieces.txt", "words.txt"))
    vectors: NDArray[np.int8] = np.load(folder / "vectors.npy", mmap_mode="r")
    weights: NDArray[np.uint16] = np.load(folder / "weights.npy")
    vocabulary = [*pieces, *words]
    return _Table(
        WordPieces({piece: number for number, piece in enumerate(vocabulary)}),
        Spelling(whole_words(vocabulary), preferred_from=len(pieces)),
        vectors,
        weights.astype(np.int64),
    )


def shipped_spelling() -> Spelling:
    """The words that the shipped table knows."""
    return _read(DATA).spelling
