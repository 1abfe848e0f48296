"""Columns of articles in which some stand in for those of exemplars."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.synthesis.columns import I64, Bools, Choices, Column, Numbers, Texts, objects
from testdata_agent.engine.synthesis.hashing import mix_one
from testdata_agent.engine.synthesis.ids import permute
from testdata_agent.engine.synthesis.scope import vector
from testdata_agent.engine.variation.kinship import prices_in
from testdata_agent.engine.variation.layout import Leaf
from testdata_agent.engine.variation.stand_ins import texts_of

#: Numbers of articles that the catalogue does not have, in its form: five digits.
_FIRST_NUMBER, _NUMBERS = 10_000, 90_000
_QUANTITY: Final = "quantity"


def with_articles(leaf: Leaf, column: Column, codes: I64, where: Bools, currency: str) -> Column:
    """The column, with what the catalogue says of the articles where they stand in.

    Args:
        leaf: A part of the article.
        column: Of all positions.
        codes: Article by position; what stands elsewhere than `where` does not count.
        where: Positions of stand-ins.
        currency: Of prices.
    """
    part = str(leaf.hint["part"])
    if part == _QUANTITY or not where.any():
        return column
    at = np.where(where, codes, 0)
    present, nulls = column.present, column.nulls
    present = None if present is None else present | where
    nulls = None if nulls is None else nulls & ~where
    if isinstance(column, Numbers):
        if part != "price":
            return column
        prices = _scaled(prices_in(currency)[at], column.scale, int(currencies.digits(currency)))
        return Numbers(np.where(where, prices, column.values), column.scale, present, nulls)
    told = _texts(part)
    if isinstance(column, Choices) and column.words.texts == tuple(told.tolist()):
        return replace(column, codes=np.where(where, codes, column.codes), present=present, nulls=nulls)
    return Texts(np.where(where, told[at], _written(column)).tolist(), present, nulls)


def numbered(prefixes: Sequence[str | None], made: Column, rows: I64, key: int) -> Texts:
    """Numbers of articles that no other row has: the code of a theme with five digits; the engine's where no code is.

    Args:
        prefixes: Codes by row.
        made: The engine's.
        rows: Their numbers.
        key: Under which they are shuffled.
    """
    numbers = (_FIRST_NUMBER + permute(rows % _NUMBERS, _NUMBERS, mix_one(key))).tolist()
    rounds = (rows // _NUMBERS).tolist()
    return Texts(
        [
            str(own) if prefix is None else f"{prefix}-{number}" + (f"-{turn}" if turn else "")
            for prefix, number, turn, own in zip(prefixes, numbers, rounds, _written(made).tolist(), strict=True)
        ],
        made.present,
        made.nulls,
    )


@lru_cache(maxsize=16)
def _texts(part: str) -> NDArray[np.object_]:
    return objects(texts_of(part))


def _written(column: Column) -> NDArray[np.object_]:
    values: NDArray[Any] = vector(column).values
    return values if values.dtype == object else objects([str(value) for value in values.tolist()])


def _scaled(prices: I64, scale: int, digits: int) -> I64:
    """Prices in minor units at another scale, as the engine writes them."""
    return prices if scale == digits else np.maximum(prices * 10**scale // 10**digits, 1)
