"""Exactly one entry of a list is the default one."""

from collections.abc import Mapping
from typing import ClassVar

from testdata_agent.engine.coherence.batch import View
from testdata_agent.engine.coherence.checks.base import Check
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.coherence.nodes import Node
from testdata_agent.engine.coherence.report import Problem
from testdata_agent.engine.schema.model import FieldType

#: The member that says so.
DEFAULT_FIELD = "is_default"


class Defaults(Check):
    """One default a list; an empty list has none."""

    name: ClassVar = "defaults"

    def __init__(self, arrays: tuple[str, ...]) -> None:
        self._arrays = arrays

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
        return cls(arrays) if arrays else None

    def judge(self, view: View, moment: Moment) -> list[Problem] | None:  # noqa: ARG002
        """See Check."""
        problems, applies = [], False
        for key in self._arrays:
            entries = view.record.get(key)
            if not entries:
                continue
            applies = True
            count = sum([entry.get(DEFAULT_FIELD) is True for entry in entries])
            if count != 1:
                second = [i for i, entry in enumerate(entries) if entry.get(DEFAULT_FIELD) is True][1:2]
                here = f"{key}[{second[0]}].{DEFAULT_FIELD}" if second else key
                problems.append((here, f"{here}: {count} of {len(entries)} {key} are the default one, not 1"))
        return problems if applies else None
