"""What is to be reached, and what of it is not yet."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from testdata_agent.engine.defects.coverage.levels import Parameter

#: A level: number of its parameter, number within that.
Mark = tuple[int, int]
#: One level, or two of different parameters, in order.
Goal = tuple[Mark, ...]


class Goals:
    """Goals in a fixed order; they are reached once."""

    def __init__(self, parameters: Sequence[Parameter]) -> None:
        """Takes the parameters, whose levels and pairs of levels are the goals."""
        self._parameters = parameters
        self.all: tuple[Goal, ...] = tuple(self._singles()) + tuple(self._pairs())
        self._open: dict[Goal, None] = dict.fromkeys(self.all)
        self.failed: dict[Goal, str] = {}

    def _singles(self) -> Iterator[Goal]:
        for number, parameter in enumerate(self._parameters):
            yield from (((number, level),) for level in range(len(parameter.levels)))

    def _pairs(self) -> Iterator[Goal]:
        for (one, first), (other, second) in combinations(list(enumerate(self._parameters)), 2):
            if _within(first, second) or _within(second, first):
                continue
            for a, level in enumerate(first.levels):
                for b, beside in enumerate(second.levels):
                    if not (level.alone or beside.alone):
                        yield (one, a), (other, b)

    @property
    def next(self) -> Goal | None:
        """The first that is open."""
        return next(iter(self._open), None)

    def reach(self, marks: Iterable[Mark]) -> list[Goal]:
        """Closes what a record of these marks reaches; gives it."""
        held = sorted(marks)
        candidates: list[Goal] = [*((mark,) for mark in held), *combinations(held, 2)]
        found = [goal for goal in candidates if goal in self._open]
        for goal in found:
            del self._open[goal]
        return found

    def fail(self, goal: Goal, why: str) -> None:
        """Gives up a goal, and with a single level all pairs of it."""
        hopeless = [goal] if len(goal) > 1 else [each for each in self._open if goal[0] in each]
        for each in hopeless:
            del self._open[each]
            self.failed[each] = why

    def fail_rest(self, why: str) -> None:
        """Gives up all that is open."""
        self.failed |= dict.fromkeys(self._open, why)
        self._open.clear()

    def gain(self, mark: Mark, fixed: Iterable[Mark]) -> int:
        """How many open goals a level would reach beside those that are fixed."""
        pairs = sum((min(mark, other), max(mark, other)) in self._open for other in fixed)
        return pairs + ((mark,) in self._open)

    def words(self, goal: Goal) -> str:
        """As reports name it."""
        return " with ".join(self._parameters[number].levels[level].words for number, level in goal)


def _within(one: Parameter, other: Parameter) -> bool:
    """Whether one place is inside the other: then one is there only if the other is."""
    outer = other.spot.steps
    return one.spot.steps[: len(outer)] == outer
