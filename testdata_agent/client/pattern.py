"""Stored patterns, as plain values."""

import json
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from testdata_agent.client.conversion import json_text, put
from testdata_agent.client.errors import FieldViolation, refuse
from testdata_agent.client.several import Several
from testdata_agent.v1 import patterns_pb2 as pb

Kind = Literal["pattern", "defect", "sample"]

_KINDS: Mapping["pb.PatternKind", Kind] = {
    pb.PATTERN_KIND_PATTERN: "pattern",
    pb.PATTERN_KIND_DEFECT: "defect",
    pb.PATTERN_KIND_SAMPLE: "sample",
}
_KIND_NUMBERS = {name: number for number, name in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Defect:
    """What is wrong with a record, in the words of `_defect`.

    Attributes:
        pointer: JSON pointer to what is wrong.
        verdict: What a correct system does with it: `accept`, `reject` or `unspecified`.
    """

    defect_class: str = ""
    pointer: str = ""
    rule: str = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternDraft:
    """A pattern before it is stored.

    Attributes:
        intent: What a tester wants who should find it, in a sentence.
        record: As plain values, without the envelope.
        locked_paths: Whose values every variation keeps, such as `items.quantity`.
        quality: 0 to 1; None: 0.5.
        source: `seed` for those that are shipped; empty: `learned`.
    """

    entity: str
    record: Mapping[str, Any]
    name: str
    intent: str
    kind: Kind = "pattern"
    domain: str = ""
    locked_paths: Sequence[str] = ()
    tags: Sequence[str] = ()
    quality: float | None = None
    defect: Defect | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A stored pattern.

    Attributes:
        record: As plain values.
        quality: 0 to 1; of equally near ones the better is preferred.
        uses: Answers that were made of it.
        ratings: How often it was rated.
        defect: What is wrong with the record of a defect; None for other kinds.
        client_id: Who handed it in.
    """

    pattern_id: str
    kind: Kind
    domain: str
    entity: str
    name: str
    intent: str
    record: Mapping[str, Any]
    locked_paths: tuple[str, ...]
    tags: tuple[str, ...]
    source: str
    quality: float
    uses: int
    defect: Defect | None
    created_at: datetime
    client_id: str
    ratings: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """A pattern that a search found; the score is 0 to 1."""

    pattern: Pattern
    score: float


@dataclass(frozen=True, slots=True)
class Matches(Several[Match]):
    """A sequence of what a search found, best first.

    Attributes:
        index: What answered: `memory` or `weaviate`.
        index_reason: Why it was not the index that the server is set up with; empty where it was.
    """

    matches: tuple[Match, ...]
    index: str
    index_reason: str

    @property
    def _items(self) -> tuple[Match, ...]:
        return self.matches


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that was not learned; `record` is its place in the call, from 0."""

    record: int
    field: str
    reason: str
    description: str


@dataclass(frozen=True, slots=True)
class Learned:
    """What became of records: received = learned + merged + refused.

    Attributes:
        refused_by_reason: Reason of the server's error catalogue to how many.
        refusals: The first hundred.
        pattern_ids: Of those learned or merged into: the first thousand.
        scrubbed: Values that were replaced because they could tell of a person, by field.
    """

    received: int
    learned: int
    merged: int
    refused: int
    refused_by_reason: Mapping[str, int] = field(default_factory=dict)
    refusals: tuple[Refused, ...] = ()
    pattern_ids: tuple[str, ...] = ()
    scrubbed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A bug as it is kept; `merged`: it was known already."""

    pattern: Pattern
    merged: bool


@dataclass(frozen=True, slots=True)
class PatternCount:
    """Patterns of one kind of one entity, the answers that were made of them, and their mean quality."""

    domain: str
    entity: str
    kind: Kind
    patterns: int
    uses: int
    quality: float = 0.0


@dataclass(frozen=True, slots=True)
class FieldStatistics:
    """How the values of one field are distributed; nothing in it is of fewer than five records.

    Attributes:
        records: Those that were looked at.
        present: Those in which it has a value.
        quantiles: Percent to value, of numbers and of the lengths of a list.
        shares: Value to records, of a field of few values.
    """

    records: int
    present: int
    quantiles: Mapping[int, float]
    shares: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PatternStats:
    """What is stored.

    Attributes:
        index: What finds them now: `memory` or `weaviate`.
        index_reason: Why it is not the index that the server is set up with; empty where it is.
        embedder_id: What makes their vectors.
        fields: Of the records of the entity, by path, where they were asked for.
    """

    patterns: int
    counts: tuple[PatternCount, ...]
    index: str
    index_reason: str
    embedder_id: str
    fields: Mapping[str, FieldStatistics] = field(default_factory=dict)


def kind_number(kind: str, faults: list[FieldViolation], where: str = "kind") -> "pb.PatternKind":
    """The kind on the wire; an unknown one becomes a fault."""
    number = _KIND_NUMBERS.get(kind)  # type: ignore[call-overload]  # any text is asked for
    if number is None:
        known = ", ".join(_KIND_NUMBERS)
        faults.append(FieldViolation(where, "UNKNOWN_VALUE", f"there is no {kind!r}; known: {known}"))
        return pb.PATTERN_KIND_UNSPECIFIED
    return typing.cast("pb.PatternKind", number)


def filled(message: Any, faults: list[FieldViolation], **values: Any) -> Any:
    """Sets fields of a message, None and empty ones aside; what the wire cannot hold becomes a fault."""
    for name, value in values.items():
        if value is not None and value not in ("", ()):
            put(message, name, value, faults)
    return message


def record_text(record: str | Mapping[str, Any]) -> str:
    """A record, or a schema, as JSON; raises InvalidRequestError."""
    faults: list[FieldViolation] = []
    text = json_text(record, faults, "record")
    refuse(faults)
    return text


def put_defect(message: pb.PatternDefect, defect: Defect | None, faults: list[FieldViolation]) -> None:
    """Writes what is wrong with a record."""
    if defect is not None:
        filled(
            message,
            faults,
            defect_class=defect.defect_class,
            pointer=defect.pointer,
            rule=defect.rule,
            verdict=defect.verdict,
        )


def to_draft_message(draft: PatternDraft) -> pb.PatternDraft:
    """A draft as the wire has it; raises InvalidRequestError."""
    faults: list[FieldViolation] = []
    message = pb.PatternDraft(kind=kind_number(draft.kind, faults))
    filled(
        message,
        faults,
        domain=draft.domain,
        entity=draft.entity,
        name=draft.name,
        intent=draft.intent,
        record=record_text(draft.record),
        locked_paths=tuple(draft.locked_paths),
        tags=tuple(draft.tags),
        quality=draft.quality,
        source=draft.source,
    )
    put_defect(message.defect, draft.defect, faults)
    if draft.defect is None:
        message.ClearField("defect")
    refuse(faults)
    return message


def to_pattern(message: pb.Pattern) -> Pattern:
    """The pattern of the server's answer."""
    defect = message.defect
    return Pattern(
        pattern_id=message.pattern_id,
        kind=_KINDS.get(message.kind, "pattern"),
        domain=message.domain,
        entity=message.entity,
        name=message.name,
        intent=message.intent,
        record=json.loads(message.record) if message.record else {},
        locked_paths=tuple(message.locked_paths),
        tags=tuple(message.tags),
        source=message.source,
        quality=message.quality,
        uses=message.uses,
        defect=Defect(defect.defect_class, defect.pointer, defect.rule, defect.verdict)
        if message.HasField("defect")
        else None,
        created_at=message.created_at.ToDatetime(tzinfo=UTC),
        client_id=message.client_id,
        ratings=message.ratings,
    )


def to_matches(message: pb.SearchPatternsResponse) -> Matches:
    """What a search found."""
    found = tuple(Match(to_pattern(match.pattern), match.score) for match in message.matches)
    return Matches(found, message.index, message.index_reason)


def to_learned(message: pb.LearnPatternsResponse) -> Learned:
    """What became of records."""
    return Learned(
        message.received,
        message.learned,
        message.merged,
        message.refused,
        dict(message.refused_by_reason),
        tuple(Refused(one.record, one.field, one.reason, one.description) for one in message.refusals),
        tuple(message.pattern_ids),
        dict(message.scrubbed),
    )


def to_recorded(message: pb.RecordDefectResponse) -> Recorded:
    """A bug as it is kept."""
    return Recorded(to_pattern(message.pattern), message.merged)


def to_stats(message: pb.GetPatternStatsResponse) -> PatternStats:
    """What is stored."""
    counts = tuple(
        PatternCount(
            count.domain, count.entity, _KINDS.get(count.kind, "pattern"), count.patterns, count.uses, count.quality
        )
        for count in message.counts
    )
    fields = {
        path: FieldStatistics(of.records, of.present, {one.percent: one.value for one in of.quantiles}, dict(of.shares))
        for path, of in sorted(message.fields.items())
    }
    return PatternStats(message.patterns, counts, message.index, message.index_reason, message.embedder_id, fields)


def to_rating_request(
    pattern_ids: Sequence[str],
    helpful: bool,
) -> pb.RatePatternsRequest:
    """A rating as the wire has it; raises InvalidRequestError."""
    faults: list[FieldViolation] = []
    rating = pb.PATTERN_RATING_HELPFUL if helpful else pb.PATTERN_RATING_UNHELPFUL
    request = filled(pb.RatePatternsRequest(rating=rating), faults, pattern_ids=tuple(pattern_ids))
    refuse(faults)
    return typing.cast("pb.RatePatternsRequest", request)


def in_batches(texts: Iterable[str], *, most: int, characters: int) -> Iterator[list[str]]:
    """Puts texts together, so many or so long at the most; one that is longer goes alone."""
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and (len(batch) >= most or size + len(text) > characters):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch
