"""How many items arrays have."""

from testdata_agent.engine.schema.model import Field

#: Least and most items of an array that says neither.
DEFAULT_LENGTHS = (1, 3)


def item_range(spec: Field, asked: tuple[int, int] | None) -> tuple[int, int]:
    """(least, most) items of an array; `asked` is what the request says."""
    if asked is not None:
        return asked
    least = spec.min_items
    if least is None:
        least = DEFAULT_LENGTHS[0] if spec.max_items is None else min(DEFAULT_LENGTHS[0], spec.max_items)
    most = spec.max_items if spec.max_items is not None else max(least, DEFAULT_LENGTHS[1])
    return least, most
