"""Points in time stand in their order, and what has happened is not in the future."""

from itertools import starmap
from operator import le
from typing import Any, ClassVar

from testdata_agent.engine.coherence.batch import Batch, Structure, View
from testdata_agent.engine.coherence.checks.base import Check
from testdata_agent.engine.coherence.chronology import earlier_than, is_past
from testdata_agent.engine.coherence.moments import DATE_LENGTH, Moment
from testdata_agent.engine.coherence.nodes import Group, Node
from testdata_agent.engine.coherence.report import Problem
from testdata_agent.engine.schema.model import FieldType


class Dates(Check):
    """Order by well-known names among the members of one object, and `created`, `updated` and such against as_of."""

    name: ClassVar = "dates"

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        #: Groups with (earlier, later) pairs and with what has passed.
        self._groups: list[tuple[Group, list[tuple[Node, Node]], list[Node]]] = []
        for group in structure.groups:
            times = {key: node for key, node in group.members.items() if node.is_time}
            pairs = [(times[before], node) for key, node in times.items() for before in earlier_than(key, times)]
            # A field with an upper bound of its own says itself how late it may be.
            past = [node for key, node in times.items() if is_past(key) and node.field.max is None]
            if pairs or past:
                self._groups.append((group, pairs, past))
        self.applies = bool(self._groups)
        self._steady = any(
            node.steady for _, pairs, past in self._groups for node in (*past, *(b for a, b in pairs if a.steady))
        )

    def quick(self, batch: Batch, moment: Moment) -> int | None:
        """See Check."""
        if not self._steady:
            return None
        for _, pairs, past in self._groups:
            for node in past:
                values = batch.values[node.path]
                if values and not self._passed(node, max(values), moment):
                    return None
            if not all(starmap(_in_order, ((batch, before, after) for before, after in pairs))):
                return None
        return len(batch.records)

    @staticmethod
    def _passed(node: Node, value: str, moment: Moment) -> bool:
        limit = moment.instant if node.field.type is FieldType.DATETIME else moment.date
        if node.field.min is not None and str(node.field.min) > limit:
            return True  # the schema wants the future
        return value <= limit

    def judge(self, view: View, moment: Moment) -> list[Problem] | None:
        """See Check."""
        problems: list[Problem] = []
        applies = False
        for group, pairs, past in self._groups:
            for prefix, entry in self._structure.objects(view.record, group):
                for before, after in pairs:
                    first, then = entry.get(before.key), entry.get(after.key)
                    if first is not None and then is not None:
                        applies = True
                        if not _ordered(first, then):
                            here = prefix + after.key
                            problems.append((here, f"{here}: {then} is before {prefix}{before.key} {first}"))
                for node in past:
                    value = entry.get(node.key)
                    if value is not None:
                        applies = True
                        if not self._passed(node, value, moment):
                            here = prefix + node.key
                            problems.append((here, f"{here}: {value} is after {moment.instant}, as of which this is"))
        return problems if applies else None


def _ordered(first: str, then: str) -> bool:
    """Whether two times are in order; where one is a date, its day counts."""
    if len(first) == len(then):
        return first <= then
    return first[:DATE_LENGTH] <= then[:DATE_LENGTH]


def _in_order(batch: Batch, before: Node, after: Node) -> bool:
    compare = le if before.field.type is after.field.type else _ordered
    if before.always and after.always:
        return all(map(compare, batch.values[before.path], batch.values[after.path]))
    pairs: Any = zip(batch.aligned(before), batch.aligned(after), strict=True)
    return all(compare(first, then) for first, then in pairs if first is not None and then is not None)
