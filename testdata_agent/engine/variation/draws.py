"""Random integers for one row, from its address alone."""

_MASK = (1 << 64) - 1


class Draws:
    """A splitmix64 sequence; integers only, so that it is the same on every machine."""

    __slots__ = ("_state",)

    def __init__(self, *address: int) -> None:
        """Takes what the row is known by: seed, key, row, attempt."""
        self._state = 0
        for number in address:
            self._state = self._state ^ (number & _MASK)
            self._state = self.next()

    def next(self) -> int:
        """64 bits."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        value = self._state
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
        return value ^ (value >> 31)

    def below(self, limit: int) -> int:
        """An integer from 0 to `limit` - 1."""
        return self.next() * limit >> 64

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred draws."""
        return self.below(100) < percent
