"""Exactly one entry of a list is the default one."""

from collections.abc import Mapping
from itertools import islice
from typing import ClassVar

from testdata_agent.engine.coherence.batch import Batch, View
from testdata_agent.engine.coherence.checks.base import Check
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.coherence.nodes import Node, only_member
from testdata_agent.engine.coherence.report import Problem
from testdata_agent.engine.schema.model import FieldType

#: The member that says so.
DEFAULT_FIELD = "is_default"


class Defaults(Check):
    """One default a list; an empty list has none."""

    name: ClassVar = "defaults"

    def __init__(self, arrays: tuple[str, ...], flag: Node | None) -> None:
        self._arrays, self._flag = arrays, flag

    @classmethod
    def of(cls, nodes: Mapping[str, Node]) -> "Defaults | None":
        """The check for a schema; None where no list of the record has a default."""
        arrays = tuple(
            node.key
            for node in nodes.values()
            if node.group == "" and f"{node.path}[]" in nodes
            if (flag := nodes.get(f"{node.path}.{DEFAULT_FIELD}")) is not None
            if flag.field.type is FieldType.BOOLEAN and flag.field.values is None
        )
        return cls(arrays, only_member(nodes, arrays, DEFAULT_FIELD)) if arrays else None

    def quick(self, batch: Batch, moment: Moment) -> int | None:  # noqa: ARG002
        """See Check."""
        if self._flag is None:
            return None
        flags, applied = iter(batch.values[self._flag.path]), 0
        for entries in batch.values[self._arrays[0]]:
            if entries:
                if sum(islice(flags, len(entries))) != 1:
                    return None
                applied += 1
        return applied

    def judge(self, view: View, moment: Moment) -> list[Problem] | None:  # noqa: ARG002
        """See Check."""
        problems, applies = [], False
        for key in self._arrays:
            entries = view.record.get(key)
            if not entries:
                continue
            applies = True
            defaults = [i for i, entry in enumerate(entries) if entry is not None and entry.get(DEFAULT_FIELD) is True]
            count, second = len(defaults), defaults[1:2]
            if count != 1:
                here = f"{key}[{second[0]}].{DEFAULT_FIELD}" if second else key
                problems.append((here, f"{here}: {count} of {len(entries)} {key} are the default one, not 1"))
        return problems if applies else None
