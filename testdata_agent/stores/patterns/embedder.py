"""The embedder that is shipped: a table of word pieces, and no model to run."""

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from testdata_agent.stores.patterns.wordpiece import WordPieces

DATA: Final = Path(__file__).parent / "data"
#: Names the table: the end is of the SHA-256 of its files (see tools/build_embedder.py), so that another table is
#: another embedder.
EMBEDDER_ID: Final = "minilm-l6-static-256-e12f4b4de8c4"
DIMENSIONS: Final = 256
#: Of a text, this many pieces are read.
MAX_PIECES: Final = 512


class StaticEmbedder:
    """The mean of a text's word pieces out of a table that was distilled from all-MiniLM-L6-v2.

    Pieces that are common in English weigh less. All sums are of whole numbers, so the same text gives the same bits
    on every machine. The table is read at the first use, in some milliseconds. Safe to share between threads.
    """

    def __init__(self, folder: Path = DATA) -> None:
        """Takes the folder of the table's files."""
        self._folder = folder
        self._loading = threading.Lock()

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
        pieces, table, weights = self._table
        found = pieces.pieces(text)[:MAX_PIECES]
        total = weights[found] @ table[found].astype(np.int64)
        squares = int(total @ total)
        # A square root and a division are rounded in one way only.
        return (total / np.sqrt(np.float64(squares)) if squares else total).astype(np.float32)

    @cached_property
    def _table(self) -> tuple[WordPieces, NDArray[np.int8], NDArray[np.int64]]:
        vocabulary = (self._folder / "pieces.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")
        table: NDArray[np.int8] = np.load(self._folder / "vectors.npy", mmap_mode="r")
        weights: NDArray[Any] = np.load(self._folder / "weights.npy")
        return WordPieces({piece: number for number, piece in enumerate(vocabulary)}), table, weights.astype(np.int64)
