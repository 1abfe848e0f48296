"""Makers of enums, booleans and currencies."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.catalog.articles import shop_price
from testdata_agent.engine.schema.model import NUMERIC_TYPES, Field
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.fields import numbers, references, texts
from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.synthesis.generators import choices
from testdata_agent.engine.synthesis.literals import accepts


def choice(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """One of the field's values, by the weights of the hint (or those of another field's value), or item by item."""
    if hint.get("by_child") and spec.values is not None and level != ROOT and not draft.touched(spec.name):
        if not draft.touched(path):
            return choices.per_child(spec.values), (), ()
        return choices.weighted(spec.values, None), (), VALUE
    listed = _prices(hint["money"], draft.resources.currency) if "money" in hint else hint.get("values")
    if spec.type in NUMERIC_TYPES and listed is not None:
        return numbers.choice(draft, path, spec, level, listed, hint.get("weights"))
    if "by" in hint and not draft.touched(path):
        source = references.column(draft, hint["by"])
        return choices.weighted_by(source, spec.values or (), hint["weights_by"]), (source,), VALUE
    original = draft.outline.fields[path].values or spec.values or ()
    weights = hint.get("weights") or [1] * len(original)
    kept = [weight for value, weight in zip(original, weights, strict=True) if value in (spec.values or ())]
    return choices.weighted(spec.values or (), kept if any(kept) else None), (), VALUE


def boolean(_draft: Draft, _path: str, _spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """True in the hint's percentage of the rows."""
    return choices.boolean(int(hint["percent"])), (), VALUE


def first_true(_draft: Draft, _path: str, _spec: Field, _level: str, _hint: dict[str, Any]) -> Found:
    """True for the first item alone."""
    return choices.first_true(), (), ()


def currency(draft: Draft, path: str, spec: Field, level: str) -> Found:
    """One of the currencies allowed, else that of the request's money."""
    if spec.values is not None:
        return texts.chosen(draft, path, spec, level)
    if spec.unique:
        draft.room(path, level, 1)
    code = draft.resources.currency
    if not accepts(spec)(code):
        draft.fault(path, "CONTRADICTION", f"{code!r} breaks the limits: name currencies in enum_values")
    return choices.constant(code), (), ()


def _prices(dollars: Sequence[Any], code: str) -> list[Decimal]:
    """Prices in a currency, as its shops write them; nothing stays nothing."""
    cents = np.array([int(Decimal(str(price)) * 100) for price in dollars], dtype=np.int64)
    minor = np.where(cents > 0, shop_price(cents, code), 0).tolist()
    return [Decimal(price).scaleb(-currencies.digits(code)) for price in minor]
