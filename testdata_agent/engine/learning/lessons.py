"""Records to lessons: what may be stored of them, with what makes it found again."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson

from testdata_agent.engine.coherence.report import Fault
from testdata_agent.engine.learning.completing import PART, Completed, Completing
from testdata_agent.engine.learning.scrubbing import SHARED_BY, Scrubber
from testdata_agent.engine.learning.signatures import in_turn, signature, untold
from testdata_agent.engine.learning.telling import intent_of, name_of, tags_of, without_contacts
from testdata_agent.engine.run import Run
from testdata_agent.engine.variation.exemplars import SIZE, locked_fields
from testdata_agent.engine.variation.layout import Layout, layout_of

#: Seed of what is made up in the place of what is not kept; any will do, and one makes learning twice the same.
LEARNING_SEED: Final = 0x1EA2
#: Quality of a record that has no fault at all.
_FAULTLESS: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What all records are.

    Attributes:
        sample: Whether they are samples of production, of which each counts, and numbers are coarse.
        name, intent: Their own words; empty: told from each record.
        tags: Lower-case words.
        locked_paths: What makes them interesting.
        shared_by: Records that must have a text in common for it to be kept.
    """

    sample: bool = False
    name: str = ""
    intent: str = ""
    tags: tuple[str, ...] = ()
    locked_paths: tuple[str, ...] = ()
    shared_by: int = SHARED_BY


@dataclass(frozen=True, slots=True)
class Lesson:
    """One record as it may be stored; the fields are a draft's.

    Attributes:
        signature: Of what makes it what it is; equal ones are one pattern.
        seen: Records of this batch that it stands for.
    """

    name: str
    intent: str
    record: dict[str, Any]
    locked_paths: tuple[str, ...]
    tags: tuple[str, ...]
    quality: float
    signature: str
    seen: int = 1


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that is not kept.

    Attributes:
        record: Its place, from 0.
        field: At fault; empty: the record as a whole.
        reason: `NO_RECORD`, `LOCKED_FIELD` or `RECORD_INCOHERENT`.
    """

    record: int
    field: str
    reason: str
    description: str


@dataclass
class Learned:
    """What came of some records: received = those that the lessons stand for + refused.

    Attributes:
        lessons: Those of one signature merged, in the order of the records.
        lesson_of: By the place of each record that was not refused, the place of its lesson.
        scrubbed: Records in which a value was replaced, by field.
    """

    lessons: list[Lesson] = field(default_factory=list)
    lesson_of: dict[int, int] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    scrubbed: Counter[str] = field(default_factory=Counter)


def learn(run: Run, records: Sequence[Any], options: Options | None = None) -> Learned:
    """Learns from records, which are told of no further than this.

    Args:
        run: Of their schema: admitted without scenarios and overrides, without envelope, under LEARNING_SEED.
        records: JSON values; decimals may stand for numbers.
        options: What all of them are.
    """
    return _Learning(run, records, options or Options()).learned()


class _Learning:
    def __init__(self, run: Run, records: Sequence[Any], options: Options) -> None:
        self._run, self._records, self._options = run, records, options
        self._layout: Layout = layout_of(run, run.segments[0])
        self._fields, self._lost = locked_fields(options.locked_paths, self._layout.paths)
        self._locked = frozenset(path for path in self._fields if not path.endswith(SIZE))
        self._untold = untold(self._layout)
        self._turns: Counter[str] = Counter()
        self._found = Learned()
        self._by_signature: dict[str, int] = {}

    def learned(self) -> Learned:
        found = self._found
        whole = list[tuple[int, dict[str, Any]]]()
        for place, record in enumerate(self._records):
            if not isinstance(record, Mapping):
                found.refused.append(Refused(place, "", "NO_RECORD", "it is no JSON object"))
            elif self._run.schema.fields.keys().isdisjoint(record):
                # Completed, it would be a record of ours that nobody showed us.
                words = f"it has no field of {self._run.schema.name}: {', '.join(self._run.schema.fields)[:200]}"
                found.refused.append(Refused(place, "", "NO_RECORD", words))
            else:
                whole.append((place, dict(record)))
        if self._lost:
            words = f"no field {self._lost[0][:60]!r} can be locked"
            found.refused += [Refused(place, "", "LOCKED_FIELD", words) for place, _ in whole]
            return found
        kept = list(self._scrubbed(whole))
        completing = Completing(self._run, self._layout, self._fields)
        qualities = self._qualities([record for _, record, _ in kept])
        for start in range(0, len(kept), PART):
            part = kept[start : start + PART]
            made = completing.complete(start, [scrubbed for _, _, scrubbed in part])
            for (place, _, _), completed, quality in zip(part, made, qualities[start:], strict=False):
                self._add(place, completed, quality)
        found.refused.sort(key=lambda refused: refused.record)
        return found

    def _scrubbed(
        self, whole: Sequence[tuple[int, Mapping[str, Any]]]
    ) -> Iterator[tuple[int, Mapping[str, Any], dict[str, Any]]]:
        scrubber = Scrubber(
            self._run,
            self._layout,
            [record for _, record in whole],
            locked=self._locked,
            sample=self._options.sample,
            shared_by=self._options.shared_by,
        )
        for place, record in whole:
            scrubbed = scrubber.scrub(record)
            self._found.scrubbed.update(scrubbed.replaced)
            lost = sorted(scrubbed.replaced & self._locked)
            if lost:
                words = f"{lost[0]} is locked, and its value may tell of a person: such values are never kept"
                self._found.refused.append(Refused(place, lost[0], "LOCKED_FIELD", words))
            else:
                yield place, record, scrubbed.record

    def _qualities(self, records: Sequence[Mapping[str, Any]]) -> list[float]:
        """Of each record as it came: the share of checks that hold, a little less than what is chosen by hand."""
        if not records:
            return []
        faults: Counter[int] = Counter(fault.row for fault in self._run.score([_text(each) for each in records]).faults)
        return [round(_FAULTLESS / (1 + faults[row] / 4), 3) for row in range(len(records))]

    def _add(self, place: int, completed: Completed, quality: float) -> None:
        found = self._found
        if completed.text is None:
            found.refused.append(_refusal(place, completed.faults))
            return
        record: dict[str, Any] = orjson.loads(completed.text)
        mark = signature(record, self._locked, leaving_out=self._untold, exact=self._options.sample)
        if self._options.sample:
            # Every sample counts: as many of a kind are kept as there were.
            self._turns[mark] += 1
            mark = in_turn(mark, self._turns[mark])
        there = self._by_signature.get(mark)
        if there is None:
            self._by_signature[mark] = found.lesson_of[place] = len(found.lessons)
            found.lessons.append(self._lesson(record, quality, mark))
        else:
            found.lesson_of[place] = there
            lesson = found.lessons[there]
            found.lessons[there] = replace(lesson, quality=max(lesson.quality, quality), seen=lesson.seen + 1)

    def _lesson(self, record: dict[str, Any], quality: float, mark: str) -> Lesson:
        options, entity = self._options, self._run.schema.name
        return Lesson(
            without_contacts(options.name) or name_of(entity, self._layout, record),
            without_contacts(options.intent) or intent_of(entity, self._layout, record),
            record,
            options.locked_paths,
            tuple(dict.fromkeys((*map(without_contacts, options.tags), *tags_of(self._layout, record)))),
            quality,
            mark,
        )


def _refusal(place: int, faults: Sequence[Fault]) -> Refused:
    """Of what is made of the record; its message may hold what is kept alone."""
    first = faults[0]
    return Refused(place, first.field, "RECORD_INCOHERENT", first.message)


def _text(record: Mapping[str, Any]) -> str:
    return orjson.dumps(record, default=float).decode()
