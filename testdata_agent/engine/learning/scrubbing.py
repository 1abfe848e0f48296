"""What of a record may be kept: only what is known to tell of nobody.

A value is kept by what its field means, and then only where its content says nothing else: a value out of a closed list
or of the catalogue's own words, a number that counts or measures, a text that enough records share and that is made of
known words. Identifiers, contacts, people, streets, free text and points in time never are: the engine makes others.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import numpy as np

from testdata_agent.engine.learning.vocabulary import is_plain
from testdata_agent.engine.run import Run, Segment
from testdata_agent.engine.schema.model import NUMERIC_TYPES, FieldType
from testdata_agent.engine.synthesis.columns import Choices
from testdata_agent.engine.variation.layout import Holder, Layout, Leaf, Role

#: Records that must share a text, or a number of a sample, for it to be kept as it is.
SHARED_BY: Final = 5
#: Different texts of a field that is taken for one of few values, and their share of all.
_FEW, _FEW_PERCENT = 50, 20
#: Whole numbers of unknown meaning from here on are taken for identifiers; and those that hardly ever repeat, from the
#: second on, once there are so many of them.
_LARGE, _LARGE_AND_RARE, _ENOUGH = 1_000_000, 10_000, 20
#: Digits that numbers of samples keep which few records share.
_DIGITS: Final = 3
#: Parts of places that may be kept where they are what makes a record interesting: those that the engine knows.
_WIDE_PARTS: Final = frozenset({"city", "region", "state_name", "postcode", "country", "country_name", "country_code3"})


class Replaced:
    """Stands where something was that is not kept."""

    __slots__ = ()


REPLACED: Final = Replaced()


@dataclass
class Scrubbed:
    """One record without what is not kept.

    Attributes:
        record: As JSON, REPLACED in the place of each value that is not kept; members of no field are gone.
        replaced: Fields of which some value was.
    """

    record: dict[str, Any]
    replaced: set[str] = field(default_factory=set)


class Scrubber:
    """Scrubs the records of one entity. What it knows of them it knows from the records that it was made for."""

    def __init__(
        self,
        run: Run,
        layout: Layout,
        records: Sequence[Mapping[str, Any]],
        *,
        locked: frozenset[str] = frozenset(),
        sample: bool = False,
        shared_by: int = SHARED_BY,
    ) -> None:
        """Takes all records.

        Args:
            run: Of the records' schema.
            layout: Of its plan.
            records: JSON objects.
            locked: Fields that make the records interesting: parts of places among them are kept, if they are known.
            sample: Whether numbers that few records share are rounded.
            shared_by: Records that must have a value in common.
        """
        self._layout, self._locked, self._sample, self._shared_by = layout, locked, sample, shared_by
        self._closed = _closed_words(run, run.segments[0])
        self._ruled = run.outline.ruled
        self._counts = {
            path: _counts(leaf, records)
            for path, leaf in layout.leaves.items()
            if leaf.role is Role.TAKEN and leaf.spec.values is None and leaf.spec.type is not FieldType.BOOLEAN
        }
        self._open = {path for path, leaf in layout.leaves.items() if self._is_of_few(leaf)}

    def scrub(self, record: Mapping[str, Any]) -> Scrubbed:
        """One of the records."""
        scrubbed = Scrubbed({})
        scrubbed.record = self._members(self._layout.parts, record, scrubbed.replaced)
        return scrubbed

    def keeps(self, leaf: Leaf, value: Any) -> Any:
        """The value as it may be kept; REPLACED: it may not."""
        kept = leaf.role is Role.TAKEN or (leaf.path in self._locked and leaf.hint.get("part") in _WIDE_PARTS)
        if leaf.role is Role.FRESH and leaf.path in self._locked and leaf.spec.semantic == "currency":
            kept = True
        if not kept:
            return REPLACED
        if isinstance(value, bool):
            return value
        if leaf.spec.type in NUMERIC_TYPES:
            return self._number(leaf, value)
        return value if isinstance(value, str) and self._keeps_text(leaf, value) else REPLACED

    # -- texts and numbers ------------------------------------------------------------------------------------

    def _keeps_text(self, leaf: Leaf, text: str) -> bool:
        if leaf.spec.values is not None:
            return text in leaf.spec.values
        if leaf.spec.semantic == "currency":
            return len(text) == 3 and text.isascii() and text.isupper()
        closed = self._closed.get(leaf.path)
        if closed is not None and text in closed:
            return True
        kind = leaf.hint.get("kind")
        if kind in {"article", "template"}:
            return is_plain(text)
        return leaf.path in self._open and self._counts[leaf.path][text] >= self._shared_by and is_plain(text)

    def _is_of_few(self, leaf: Leaf) -> bool:
        """Whether a text of no known meaning is one of a few that the records share."""
        if leaf.path not in self._counts or leaf.hint.get("topic", "unknown") != "unknown":
            return False
        if leaf.hint.get("kind") not in {None, "prose", "choice"} or leaf.spec.type in NUMERIC_TYPES:
            return False
        counts = self._counts[leaf.path]
        return len(counts) <= min(_FEW, max(1, counts.total() * _FEW_PERCENT // 100))

    def _number(self, leaf: Leaf, value: Any) -> Any:
        if not isinstance(value, int | float | Decimal):
            return REPLACED
        if leaf.path not in self._counts:
            return value
        if self._is_identifier(leaf, value):
            return REPLACED
        rare = self._counts[leaf.path][value] < self._shared_by
        if not self._sample or not rare or leaf.discrete or leaf.path in self._locked:
            return value
        return _rounded(value)

    def _is_identifier(self, leaf: Leaf, value: Any) -> bool:
        """Whether a number of unknown meaning looks like one that names somebody."""
        known = leaf.hint or leaf.spec.semantic is not None or leaf.path in self._ruled
        if known or value != int(value):
            return False
        counts = self._counts[leaf.path]
        rare = counts.total() >= _ENOUGH and len(counts) > counts.total() * 9 // 10
        return bool(abs(value) >= (_LARGE_AND_RARE if rare else _LARGE))

    # -- structure --------------------------------------------------------------------------------------------

    def _members(self, parts: Sequence[Leaf | Holder], bearer: Mapping[str, Any], gone: set[str]) -> dict[str, Any]:
        return {part.name: self._value(part, bearer[part.name], gone) for part in parts if part.name in bearer}

    def _value(self, part: Leaf | Holder, value: Any, gone: set[str]) -> Any:
        if value is None:
            return None
        if isinstance(part, Leaf):
            kept = self.keeps(part, value)
            if kept is REPLACED and _may_name(part, value):
                gone.add(part.path)
            # A time is moved and a derived value made again: neither is taken for what it says by itself.
            return value if part.role in {Role.DERIVED, Role.TIME} and part.path in self._locked else kept
        if part.array:
            return self._items(part, value, gone) if isinstance(value, list) else REPLACED
        return self._members(part.parts, value, gone) if isinstance(value, dict) else REPLACED

    def _items(self, part: Holder, items: Sequence[Any], gone: set[str]) -> list[Any]:
        if part.parts and not part.parts[0].name:
            return [self._value(part.parts[0], item, gone) for item in items]
        return [self._members(part.parts, item, gone) if isinstance(item, dict) else REPLACED for item in items]


def _may_name(leaf: Leaf, value: Any) -> bool:
    """Whether a value that is not kept could tell of somebody; some are not kept for other reasons."""
    if leaf.role in {Role.DERIVED, Role.TIME} or leaf.spec.semantic == "currency":
        return False
    return isinstance(value, str) or leaf.spec.unique or leaf.role is Role.TAKEN


def _rounded(value: Any) -> Any:
    exact = Decimal(str(value))
    if not exact.is_finite() or not exact:
        return value
    step = Decimal(1).scaleb(exact.adjusted() - _DIGITS + 1)
    rounded = exact.quantize(step) if exact % step else exact
    return int(rounded) if isinstance(value, int) else float(rounded)


def _counts(leaf: Leaf, records: Sequence[Mapping[str, Any]]) -> Counter[Any]:
    """Records in which each value of a leaf stands."""
    counts: Counter[Any] = Counter()
    for record in records:
        counts.update({value for value in values_at(leaf.path, record) if isinstance(value, str | int | float)})
    return counts


def values_at(path: str, record: Mapping[str, Any]) -> Iterator[Any]:
    """All values at a path in a record, those in lists, too; what is not there is left out."""
    if "." not in path:
        value = record.get(path)
        found = value if isinstance(value, list) else [value]
    else:
        found = [record]
        for name in path.split("."):
            found = [bearer.get(name) for bearer in found if isinstance(bearer, dict)]
            found = [each for entry in found for each in (entry if isinstance(entry, list) else [entry])]
    yield from (value for value in found if value is not None and value is not REPLACED)


def _closed_words(run: Run, segment: Segment) -> Mapping[str, frozenset[str]]:
    """The texts that the engine itself picks from, by path: its reference data, which tell of nobody."""
    found: dict[str, frozenset[str]] | None = segment.kept.get("closed words")
    if found is None:
        frame = segment.plan.frame(np.arange(1, dtype=np.int64), seed=run.seed, as_of=run.as_of)
        found = segment.kept["closed words"] = {
            path: frozenset(map(str, column.words.texts))
            for path, column in frame.columns.items()
            if isinstance(column, Choices) and not _is_of_people(run, path)
        }
    return found


def _is_of_people(run: Run, path: str) -> bool:
    hint = {**run.hints.get(path, {})}
    spec = run.outline.fields.get(path)
    hint |= dict(spec.generate or {}) if spec is not None else {}
    return hint.get("kind") == "person" or (spec is not None and spec.type is FieldType.EMAIL)
