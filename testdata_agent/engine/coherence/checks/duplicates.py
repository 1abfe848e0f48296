"""What is to be unique is not repeated, and no record is another's copy."""

import copy
import math
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import ClassVar, Self

import orjson

from testdata_agent.engine.coherence.batch import Batch, View, shown
from testdata_agent.engine.coherence.checks.base import Check
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.coherence.nodes import ENVELOPE, Node
from testdata_agent.engine.coherence.report import Problem
from testdata_agent.engine.schema.model import Field, FieldType

#: Records of a schema that leaves room for at least 2**this many of them are not alike by chance.
ROOM_BITS = 40
#: Rough room of one value, in bits; texts count little, since many fields draw theirs from a short list.
_BITS = {
    FieldType.EMAIL: 20.0,
    FieldType.PHONE: 10.0,
    FieldType.UUID: 122.0,
    FieldType.DATETIME: 16.0,
    FieldType.DATE: 8.0,
    FieldType.BOOLEAN: 1.0,
    FieldType.INTEGER: 6.0,
    FieldType.FLOAT: 8.0,
}
_TEXT_BITS = 4.0
_NOTHING: frozenset[object] = frozenset()


class Memory:
    """What earlier scorings of the same records' earlier parts have seen.

    Attributes:
        values: Of each unique field, by its path.
        records: Digests of whole records.
    """

    def __init__(self) -> None:
        self.values: dict[str, set[object]] = {}
        self.records: set[bytes] = set()


class Duplicates(Check):
    """Unique fields over all records of one scoring; whole records where chance cannot make two alike."""

    name: ClassVar = "duplicates"

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        containers = {FieldType.OBJECT, FieldType.ARRAY}
        self._unique = [node for node in nodes.values() if node.field.unique and node.field.type not in containers]
        self._steady = any(node.steady for node in self._unique)
        # Records whose own unique field differs cannot be alike.
        self._whole = not self._steady and sum(_bits(node.field) for node in nodes.values()) >= ROOM_BITS
        self.applies = bool(self._unique) or self._whole
        self._memory: Memory | None = None

    def remembering(self, memory: Memory) -> Self:
        """The same check over records that come in parts."""
        check = copy.copy(self)
        check._memory = memory
        return check

    def quick(self, batch: Batch, moment: Moment) -> int | None:  # noqa: ARG002
        """See Check."""
        if not self._steady:
            return None
        fresh = {node.path: set(batch.values[node.path]) for node in self._unique}
        if any(len(values) != len(batch.values[path]) for path, values in fresh.items()):
            return None
        if self._memory is not None:
            earlier = self._memory.values
            if any(not earlier.get(path, _NOTHING).isdisjoint(values) for path, values in fresh.items()):
                return None
            for path, values in fresh.items():
                earlier.setdefault(path, set()).update(values)
        return len(batch.records)

    def judge(self, view: View, moment: Moment) -> list[Problem] | None:
        """See Check; one record alone repeats nothing but itself."""
        return next(self.judge_all([view], moment))

    def judge_all(self, views: Sequence[View], moment: Moment) -> Iterator[list[Problem] | None]:  # noqa: ARG002
        """See Check."""
        memory = self._memory if self._memory is not None else Memory()
        seen = {node.path: memory.values.setdefault(node.path, set()) for node in self._unique}
        whole = memory.records
        for view in views:
            problems: list[Problem] = []
            applies = False
            for node in self._unique:
                before = seen[node.path]
                for here, value in view.values[node.path]:
                    applies = True
                    if value in before:
                        problems.append((here, f"{here}: {shown(value)} was there before, and is to be unique"))
                    before.add(value)
            if self._whole and view.record:
                applies = True
                # Without the envelope, in which two copies differ.
                bare = {key: value for key, value in view.record.items() if key not in ENVELOPE}
                digest = blake2b(orjson.dumps(bare, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()
                if digest in whole:
                    problems.append(("", "the record is the same as an earlier one"))
                whole.add(digest)
            yield problems if applies else None


def _bits(spec: Field) -> float:
    if spec.values is not None:
        return math.log2(max(1, len(spec.values)))
    if spec.type in {FieldType.OBJECT, FieldType.ARRAY}:
        return 0.0
    if spec.type in {FieldType.INTEGER, FieldType.FLOAT} and spec.min is not None and spec.max is not None:
        return min(_BITS[spec.type], math.log2(max(1.0, float(spec.max) - float(spec.min) + 1)))
    return _BITS.get(spec.type, _TEXT_BITS)
