"""Into which calls the records of a request are cut: few records each, side by side, the first ones soon."""

from typing import Final

#: Records of a model's first batch: one, so that something is seen at once.
FIRST_ROWS: Final = 1
#: Batches of a model that a job is cut into where each can be small: as many as run side by side.
BATCHES: Final = 16
#: Records of the others: enough to share the prompt, few enough to be there soon.
LEAST_ROWS: Final = 2
MOST_ROWS: Final = 8
#: Records of the first call, and of the others beside it, where the rest is grown from what they write.
FIRST_EXEMPLARS: Final = 2
CALL_EXEMPLARS: Final = 4


def batch_rows(count: int) -> int:
    """Records of each batch after the first, of a job of so many."""
    wanted = -(-(count - FIRST_ROWS) // (BATCHES - 1))
    return max(LEAST_ROWS, min(wanted, MOST_ROWS))


def exemplar_shares(count: int) -> list[int]:
    """Records of each call that writes exemplars."""
    first = min(FIRST_EXEMPLARS, count)
    rest = count - first
    calls = -(-rest // CALL_EXEMPLARS)
    return [first, *(rest // calls + (number < rest % calls) for number in range(calls))]
