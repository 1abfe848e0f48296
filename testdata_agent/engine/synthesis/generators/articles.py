"""Things on a shelf: baskets of what is bought together, and products one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np

from testdata_agent.engine.catalog.articles import Articles
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64, Bools, Choices, Column, Decimals, Numbers, Texts, Words
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.ids import permute
from testdata_agent.engine.synthesis.tables import Quantiles, Weights


@dataclass(frozen=True, slots=True)
class Shelf:
    """The articles that a request allows, by theme and base product.

    Attributes:
        order: Article numbers, those of one base product side by side.
        base_start: Articles of base b are `order[base_start[b]:base_start[b + 1]]`.
        theme_start: Bases of theme t are `theme_start[t]:theme_start[t + 1]`.
        strides, stride_start: For each theme, the steps that visit all of its bases before any comes twice.
    """

    order: I64
    base_start: I64
    theme_start: I64
    weights: tuple[int, ...]
    strides: I64
    stride_start: I64

    @classmethod
    def of(cls, articles: Articles, allowed: Bools) -> "Shelf":
        """The shelf of the allowed articles; at least one must be."""
        counts = np.add.reduceat(allowed.astype(np.int64), articles.base_start[:-1])
        kept = counts > 0
        base_start = np.concatenate([[0], np.cumsum(counts[kept])]).astype(np.int64)
        themes = np.add.reduceat(kept.astype(np.int64), articles.theme_start[:-1])
        theme_start = np.concatenate([[0], np.cumsum(themes)]).astype(np.int64)
        weights = tuple(int(w) * int(n > 0) for w, n in zip(articles.theme_weights, themes, strict=True))
        strides = [[s for s in range(1, max(2, int(n))) if gcd(s, int(n)) == 1] or [1] for n in themes]
        stride_start = np.concatenate([[0], np.cumsum([len(s) for s in strides])]).astype(np.int64)
        flat = np.array([s for steps in strides for s in steps], dtype=np.int64)
        return cls(np.flatnonzero(allowed).astype(np.int64), base_start, theme_start, weights, flat, stride_start)


def theme(shelf: Shelf, names: Words) -> Maker:
    """What a basket is about."""
    table = Weights.of(shelf.weights)

    def make(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        return Choices(table.at(hashes[0]), names)

    return make


def walk(shelf: Shelf, theme_path: str) -> Maker:
    """Where in its theme a basket begins, times the number of strides, plus the stride it goes by."""

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        themes = _codes(frame.columns[theme_path])
        bases = shelf.theme_start[themes + 1] - shelf.theme_start[themes]
        steps = shelf.stride_start[themes + 1] - shelf.stride_start[themes]
        start, stride = hashing.below(hashes[0], bases), hashing.below(hashes[1], steps)
        return Numbers(start * len(shelf.strides) + shelf.stride_start[themes] + stride)

    return make


def basket(shelf: Shelf, theme_path: str, walk_path: str, names: Words) -> Maker:
    """Articles of one theme, no base product twice in a basket while the theme has enough of them."""

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        assert level.owners is not None
        assert level.children is not None
        walked = frame.columns[walk_path]
        assert isinstance(walked, Numbers)
        themes = _codes(frame.columns[theme_path])
        start, stride = np.divmod(walked.values, len(shelf.strides))
        first = shelf.theme_start[themes]
        size = (shelf.theme_start[themes + 1] - first)[level.owners]
        steps = shelf.strides[stride][level.owners]
        base = first[level.owners] + (start[level.owners] + level.children * steps) % size
        low = shelf.base_start[base]
        return Choices(shelf.order[low + hashing.below(hashes[0], shelf.base_start[base + 1] - low)], names)

    return make


def single(shelf: Shelf, names: Words, key: int) -> Maker:
    """Every row its own article, in a shuffled order, until the shelf is empty; then again."""
    size = len(shelf.order)

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        at = permute(level.rows % size, size, key ^ hashing.mix_one(frame.seed))
        return Choices(shelf.order[at], names)

    return make


def unique_sku(article: str, words: Words, size: int) -> Maker:
    """The article's sku; once the shelf has been through, with the number of the round."""

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        codes = _codes(frame.columns[article])
        rounds = level.rows // size
        if not rounds.any():
            return Choices(codes, words)
        texts = words.array[codes].tolist()
        return Texts([f"{t}-{r}" if r else t for t, r in zip(texts, rounds.tolist(), strict=True)])

    return make


def word(article: str, words: Words) -> Maker:
    """A text of the article."""

    def make(frame: Frame, _level: Level, _hashes: Sequence[U64]) -> Column:
        column = frame.columns[article]
        assert isinstance(column, Choices)
        return Choices(column.codes, words)

    return make


def price(article: str, prices: I64, scale: int, written: Decimals | None) -> Maker:
    """The article's price at the scale; `written` are the prices as text, where they are at hand."""

    def make(frame: Frame, _level: Level, _hashes: Sequence[U64]) -> Column:
        codes = _codes(frame.columns[article])
        return Numbers(prices[codes], scale, drawn=None if written is None else Choices(codes, written))

    return make


#: How many of one thing a basket holds: mostly one, seldom a dozen.
QUANTITIES = Quantiles.of([(0, 1), (62, 1), (63, 2), (82, 2), (83, 3), (95, 5), (99, 10), (100, 24)])

_MOST = int(QUANTITIES.points[-1])


def quantity(article: str, caps: I64, low: int, high: int | None) -> Maker:
    """Heavy-tailed, up to what is sensible for the article, within the bounds of the field."""

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        values = np.minimum(QUANTITIES.at(hashes[0]), caps[_codes(frame.columns[article])])
        if low > 1 or (high is not None and high < _MOST):
            outside = (values < low) | (values > (high if high is not None else values.max(initial=1)))
            top = high if high is not None else low + 8
            values[outside] = hashing.between(hashing.again(hashes[0][outside], 6), low, top)
        return Numbers(values)

    return make


def _codes(column: Column) -> I64:
    assert isinstance(column, Choices)
    return column.codes
