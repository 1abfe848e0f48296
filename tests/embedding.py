"""An embedder for tests: texts that share words are near."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from testdata_agent.stores.patterns.base import Embedder


@dataclass
class WordEmbedder(Embedder):
    """Counts words in as many buckets as a vector has places.

    Attributes:
        asked: The texts it was given.
    """

    embedder_id: str = "words-1"
    dimensions: int = 4096
    asked: int = 0

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += len(texts)
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row, zlib.crc32(word.encode()) % self.dimensions] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(lengths > 0, lengths, 1)
        return vectors
