"""What the limits of a group's fields together leave of the table that the group is drawn from."""

from collections.abc import Callable

import numpy as np

from testdata_agent.engine.schema.model import NUMERIC_TYPES, Field
from testdata_agent.engine.synthesis.columns import Bools, Words
from testdata_agent.engine.synthesis.draft import Draft
from testdata_agent.engine.synthesis.literals import accepts, limited
from testdata_agent.engine.synthesis.scales import scaled_bounds

#: Parts that are made beside the table's line, not read from it.
_MADE = frozenset({"street", "phone", "quantity"})


def allowed(draft: Draft, scope: str, kind: str, texts_of: Callable[[str], Words]) -> Bools | None:
    """Which lines of the table the request allows for the group at `scope`; None: all of them."""
    result: Bools | None = None
    for path, spec in draft.limits.fields.items():
        hint = spec.generate or {}
        if path.rpartition(".")[0] != scope or hint.get("kind") != kind or hint["part"] in _MADE:
            continue
        here = _allowed_by(draft, path, spec, hint["part"], texts_of)
        if here is not None:
            result = here if result is None else result & here
    return result


def _allowed_by(draft: Draft, path: str, spec: Field, part: str, texts_of: Callable[[str], Words]) -> Bools | None:
    """The lines that one field's limits allow; None: it does not choose."""
    wanted = draft.limits.fixed.get(path)
    if wanted is not None and not isinstance(wanted, list):
        if spec.type in NUMERIC_TYPES:
            return None
        lines: Bools = texts_of(part).array == wanted
        return lines if lines.any() else None
    if not draft.touched(path):
        return None
    if part == "price":
        low, high = scaled_bounds(spec, draft.scale(spec))
        prices = draft.resources.prices
        return (prices >= (low if low is not None else 0)) & (prices <= (high if high is not None else 2**60))  # type: ignore[no-any-return]
    if limited(spec) and spec.type not in NUMERIC_TYPES:
        test = accepts(spec)
        return np.array([test(text) for text in texts_of(part).texts])
    return None
