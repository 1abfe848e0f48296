"""The patterns as one process holds them in memory: what their rows say, without the vectors."""

from collections import Counter
from collections.abc import Iterable, Sequence

import orjson

from testdata_agent.stores.patterns.pattern import Pattern, PatternKind
from testdata_agent.stores.patterns.rows import pattern_of, row_of


class Copies:
    """Packed patterns by id; about as large as their JSON. Of a pattern's changes the latest counts."""

    def __init__(self) -> None:
        self._packed: dict[str, bytes] = {}
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
            held = self._packed.pop(pattern.pattern_id, None)
            if held is not None:
                self._count(_unpacked(held), -1)
            if not pattern.deleted:
                self._packed[pattern.pattern_id] = _packed(pattern)
                self._count(pattern, 1)

    def get(self, pattern_ids: Sequence[str]) -> tuple[Pattern, ...]:
        """Those of these that there are, in the order asked for; `vector` is empty."""
        return tuple([_unpacked(self._packed[one]) for one in pattern_ids if one in self._packed])

    def has(self, entity: str, domain: str, kinds: frozenset[PatternKind]) -> bool:
        """Whether there is any of one of these kinds; an empty domain: any."""
        domains = (domain,) if domain else self._domains.get(entity, ())
        return any(self._counts[entity, one, kind] for one in domains for kind in kinds)

    def _count(self, pattern: Pattern, more: int) -> None:
        self._counts[pattern.entity, pattern.domain, pattern.kind] += more
        self._domains.setdefault(pattern.entity, set()).add(pattern.domain)


def _packed(pattern: Pattern) -> bytes:
    return orjson.dumps(row_of(pattern))


def _unpacked(packed: bytes) -> Pattern:
    return pattern_of({**orjson.loads(packed), "vector": b""})
