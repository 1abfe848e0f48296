"""How many rows to make at a time, so that the event loop is never held for long."""

#: What one slice should take. Fairness asks for at most 5 ms; the rest is left to rendering and sending.
TARGET_SECONDS = 0.003
#: Characters of records that one slice, and so one chunk, should hold.
TARGET_CHARACTERS = 256 * 1024
#: Rows of one slice at the most.
MAX_ROWS = 4096
#: A slice is at most this many times as long as the one before.
MAX_GROWTH = 8


class Pace:
    """Sizes slices by how long and how wide the rows before them were.

    Attributes:
        rows: How many rows the next slice should have.
    """

    def __init__(self, first_rows: int, *, max_rows: int = MAX_ROWS) -> None:
        self.rows = first_rows
        self._max_rows = max_rows

    def took(self, rows: int, seconds: float, characters: int) -> None:
        """Learns from a slice of `rows` (at least 1)."""
        by_time = rows * TARGET_SECONDS / max(seconds, 1e-6)
        by_width = rows * TARGET_CHARACTERS / max(characters, 1)
        self.rows = max(1, int(min(by_time, by_width, self.rows * MAX_GROWTH, self._max_rows)))
