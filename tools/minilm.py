"""The sentence model all-MiniLM-L6-v2 in NumPy: what tools/build_embedder.py makes the shipped table of."""

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from testdata_agent.stores.patterns.wordpiece import WordPieces

#: Of model.safetensors, as it is published upstream (sentence-transformers/all-MiniLM-L6-v2, Apache-2.0).
WEIGHTS_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WIDTH: Final = 384
_LAYERS: Final = 6
_HEADS: Final = 12
_EPSILON: Final = 1e-12

Array = NDArray[np.float32]


class MiniLm:
    """The model's forward pass in float32; sentences are the mean of their tokens, of length one."""

    def __init__(self, folder: Path) -> None:
        """Reads `model.safetensors` and `vocab.txt`.

        Raises:
            ValueError: the weights are not those published.
        """
        raw = (folder / "model.safetensors").read_bytes()
        if hashlib.sha256(raw).hexdigest() != WEIGHTS_SHA256:
            raise ValueError(f"{folder}/model.safetensors is not the published one (sha256 {WEIGHTS_SHA256})")
        self._weights = _tensors(raw)
        self.vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")[:-1]
        numbers = {piece: number for number, piece in enumerate(self.vocabulary)}
        self._pieces = WordPieces(numbers)
        self._unknown, self.first, self.last = numbers["[UNK]"], numbers["[CLS]"], numbers["[SEP]"]

    def tokens(self, text: str) -> list[int]:
        """A text's token numbers, between those that begin and end it."""
        return [self.first, *self._pieces.pieces(text)[:254], self.last]

    def encode(self, tokens: NDArray[np.int64]) -> Array:
        """Sentences of one number of tokens, (n, tokens) -> (n, WIDTH), each of length one."""
        pooled = self.states(tokens).mean(axis=1)
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), dtype=np.float32)

    def states(self, tokens: NDArray[np.int64]) -> Array:
        """What the last layer makes of each token, (n, tokens) -> (n, tokens, WIDTH)."""
        length = tokens.shape[1]
        state = self._weights["embeddings.word_embeddings.weight"][tokens]
        state = state + self._weights["embeddings.position_embeddings.weight"][:length]
        state = state + self._weights["embeddings.token_type_embeddings.weight"][0]
        state = self._normed("embeddings.LayerNorm", state)
        for layer in range(_LAYERS):
            name = f"encoder.layer.{layer}"
            seen = self._attention(name, state)
            state = self._normed(f"{name}.attention.output.LayerNorm", state + seen)
            inner = _gelu(self._dense(f"{name}.intermediate.dense", state))
            state = self._normed(f"{name}.output.LayerNorm", state + self._dense(f"{name}.output.dense", inner))
        return state

    def _attention(self, name: str, state: Array) -> Array:
        count, length, _ = state.shape

        def heads(part: str) -> Array:
            made = self._dense(f"{name}.attention.self.{part}", state)
            return made.reshape(count, length, _HEADS, WIDTH // _HEADS).transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.float32((WIDTH / _HEADS) ** 0.5)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        mixed = (shares @ heads("value")).transpose(0, 2, 1, 3).reshape(count, length, WIDTH)
        return self._dense(f"{name}.attention.output.dense", mixed)

    def _dense(self, name: str, state: Array) -> Array:
        made: Array = state.reshape(-1, state.shape[-1]) @ self._weights[f"{name}.weight"].T
        made += self._weights[f"{name}.bias"]
        return made.reshape(*state.shape[:-1], -1)

    def _normed(self, name: str, state: Array) -> Array:
        made: Array = state - state.mean(axis=-1, keepdims=True)
        spread = np.einsum("...i,...i->...", made, made)[..., None] / np.float32(WIDTH)
        made /= np.sqrt(spread + np.float32(_EPSILON))
        made *= self._weights[f"{name}.weight"]
        made += self._weights[f"{name}.bias"]
        return made


def _tensors(raw: bytes) -> dict[str, Array]:
    """The float32 arrays of a safetensors file: a JSON header of so many bytes, then the numbers."""
    size = int.from_bytes(raw[:8], "little")
    header: dict[str, Any] = json.loads(raw[8 : 8 + size])
    body = memoryview(raw)[8 + size :]
    return {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], dtype="<f4").reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__" and entry["dtype"] == "F32"
    }


def _gelu(state: Array) -> Array:
    """Gives x times the normal distribution's function of x, by the error function of Abramowitz and Stegun 7.1.26.

    In place wherever it can be: this is most of what the model does besides multiplying matrices.
    """
    t = np.abs(state)
    t *= np.float32(0.3275911 / 2**0.5)
    t += np.float32(1)
    np.reciprocal(t, out=t)
    tail = t * np.float32(1.061405429)
    for term in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail += np.float32(term)
        tail *= t
    np.multiply(state, state, out=t)
    t *= np.float32(-0.5)
    np.exp(t, out=t)
    tail *= t
    tail *= np.float32(0.5)
    np.subtract(np.float32(1), tail, out=t)
    np.copyto(tail, t, where=state >= 0)
    tail *= state
    return tail
