"""The patterns as one process holds them in memory: what their rows say, without the vectors."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import orjson

from testdata_agent.stores.patterns.pattern import Pattern, PatternKind
from testdata_agent.stores.patterns.rows import pattern_of, row_of

#: Patterns that are kept unpacked: those that were read last.
_UNPACKED: Final = 2048


class Copies:
    """Packed patterns by id; about as large as their JSON. Of a pattern's changes the latest counts.

    Who reads one shares it with others, and leaves its record as it is.
    """

    def __init__(self) -> None:
        self._packed: dict[str, bytes] = {}
        self._unpacked: dict[str, Pattern] = {}
        self._counts: Counter[tuple[str, str, PatternKind]] = Counter()
        #: The domains in which an entity has patterns.
        self._domains: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return len(self._packed)

    def __contains__(self, pattern_id: object) -> bool:
        return pattern_id in self._packed

    def take_in(self, patterns: Iterable[Pattern]) -> None:
        """Changes, in their order."""
        for pattern in patterns:
            if pattern.pattern_id in self._packed:
                self._count(self._read(pattern.pattern_id), -1)
                del self._packed[pattern.pattern_id], self._unpacked[pattern.pattern_id]
            if not pattern.deleted:
                self._packed[pattern.pattern_id] = _packed(pattern)
                self._count(pattern, 1)

    def get(self, pattern_ids: Sequence[str]) -> tuple[Pattern, ...]:
        """Those of these that there are, in the order asked for; `vector` is empty."""
        return tuple([self._read(one) for one in pattern_ids if one in self._packed])

    def has(self, entity: str, domain: str, kinds: frozenset[PatternKind]) -> bool:
        """Whether there is any of one of these kinds; an empty domain: any."""
        domains = (domain,) if domain else self._domains.get(entity, ())
        return any(self._counts[entity, one, kind] for one in domains for kind in kinds)

    def _read(self, pattern_id: str) -> Pattern:
        pattern = self._unpacked.pop(pattern_id, None)
        if pattern is None:
            pattern = _unpacked(self._packed[pattern_id])
            if len(self._unpacked) >= _UNPACKED:
                del self._unpacked[next(iter(self._unpacked))]
        self._unpacked[pattern_id] = pattern
        return pattern

    def _count(self, pattern: Pattern, more: int) -> None:
        self._counts[pattern.entity, pattern.domain, pattern.kind] += more
        self._domains.setdefault(pattern.entity, set()).add(pattern.domain)


def _packed(pattern: Pattern) -> bytes:
    # Copied: what orjson gives was made large and cut to size, and what was cut off stays in use, eightfold in all.
    return bytes(memoryview(orjson.dumps(row_of(pattern))))


def _unpacked(packed: bytes) -> Pattern:
    return pattern_of({**orjson.loads(packed), "vector": b""})
