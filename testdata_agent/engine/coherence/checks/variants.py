"""A value that may be of several forms is of one of them, or of exactly one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from testdata_agent.engine.coherence.batch import Batch, View, shown
from testdata_agent.engine.coherence.checks.base import Check
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.coherence.nodes import Node
from testdata_agent.engine.coherence.report import Problem
from testdata_agent.engine.schema.model import Field

#: Says of each value whether it is of one form.
Fitting = Callable[[Sequence[Any], Moment], list[bool]]


class Variants(Check):
    """Each value of a variant fits."""

    name: ClassVar = "variants"

    def __init__(self, forms: Sequence[tuple[Node, Sequence[Fitting]]]) -> None:
        self._forms = forms

    @classmethod
    def of(cls, nodes: Mapping[str, Node], fitting: Callable[[Field], Fitting]) -> "Variants | None":
        """The check for a schema; None where it has no variants."""
        variants = [node for node in nodes.values() if node.field.variants]
        return cls([(n, [fitting(form) for form in n.field.variants or ()]) for n in variants]) if variants else None

    def quick(self, batch: Batch, moment: Moment) -> int | None:
        """See Check."""
        if not any(node.steady for node, _ in self._forms):
            return None
        for node, forms in self._forms:
            if not all(_sound(node, count) for count in _counts(forms, batch.values[node.path], moment)):
                return None
        return len(batch.records)

    def judge(self, view: View, moment: Moment) -> list[Problem] | None:
        """See Check."""
        return next(self.judge_all([view], moment))

    def judge_all(self, views: Sequence[View], moment: Moment) -> Iterator[list[Problem] | None]:
        """See Check; the values of all records are held against a form together."""
        found: list[list[Problem] | None] = [None] * len(views)
        for node, forms in self._forms:
            places = [(row, here, value) for row, view in enumerate(views) for here, value in view.values[node.path]]
            for (row, here, value), count in zip(
                places, _counts(forms, [value for _, _, value in places], moment), strict=True
            ):
                problems = found[row] = found[row] or []
                if not _sound(node, count):
                    of = "none" if count == 0 else f"{count}"
                    only = " and must be of one alone" if count else ""
                    problems.append((here, f"{here}: {shown(value)} is of {of} of the {len(forms)} forms{only}"))
        yield from found


def _counts(forms: Sequence[Fitting], values: Sequence[Any], moment: Moment) -> list[int]:
    """Of how many forms each value is."""
    return [sum(fits) for fits in zip(*[form(values, moment) for form in forms], strict=True)] if values else []


def _sound(node: Node, count: int) -> bool:
    return count == 1 if node.field.exclusive else count >= 1
