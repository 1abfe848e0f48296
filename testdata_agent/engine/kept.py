"""What a process keeps of what it has made, within bounds: of number, and of weight, since some schemas are large."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Final, Generic, TypeVar

from testdata_agent.engine.schema.model import Field

#: Most fields of what is kept in one place, together: a field of a plan takes about 5 KB, one of an outline about 2.
MOST_FIELDS: Final = 16_384
#: So many values of a choice take as much as a field.
_VALUES_OF_A_FIELD: Final = 50

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """The values used last. Not safe for threads that share one.

    Args:
        most: How many there are at the most.
        heaviest: What they weigh together at the most; the newest is kept in any case.
        weigh: The weight of one.
    """

    def __init__(self, most: int, heaviest: int = 0, weigh: Callable[[Value], int] = lambda _: 0) -> None:
        self._most, self._heaviest, self._weigh = most, heaviest, weigh
        self._weight = 0
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Key) -> Value | None:
        """What was put under this key, where it is still there."""
        found = self._values.get(key)
        if found is None:
            return None
        self._values.move_to_end(key)
        return found[0]

    def put(self, key: Key, value: Value) -> Value:
        """Keeps a value in the place of those used longest ago; gives it."""
        if key in self._values:
            self._weight -= self._values.pop(key)[1]
        self._values[key] = value, self._weigh(value)
        self._weight += self._values[key][1]
        while len(self._values) > self._most or (self._weight > self._heaviest and len(self._values) > 1):
            _, (_, weight) = self._values.popitem(last=False)
            self._weight -= weight
        return value


def weight_of(fields: Mapping[str, Field]) -> int:
    """What is made of a schema of these fields weighs, in fields."""
    return sum(1 + len(spec.values or ()) // _VALUES_OF_A_FIELD for spec in fields.values())
