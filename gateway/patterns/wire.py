"""Patterns as the wire has them."""

from collections.abc import Mapping
from typing import Final

import orjson

from gateway import instants
from testdata_agent.stores.patterns import Pattern, PatternKind
from testdata_agent.v1 import patterns_pb2 as pb

#: The kinds by their numbers.
KINDS: Final[Mapping[int, PatternKind]] = {
    pb.PATTERN_KIND_PATTERN: PatternKind.PATTERN,
    pb.PATTERN_KIND_DEFECT: PatternKind.DEFECT,
    pb.PATTERN_KIND_SAMPLE: PatternKind.SAMPLE,
}
_NUMBERS: Final[Mapping[PatternKind, "pb.PatternKind"]] = {
    PatternKind.PATTERN: pb.PATTERN_KIND_PATTERN,
    PatternKind.DEFECT: pb.PATTERN_KIND_DEFECT,
    PatternKind.SAMPLE: pb.PATTERN_KIND_SAMPLE,
}


def number_of(kind: PatternKind) -> "pb.PatternKind":
    """A kind's number."""
    return _NUMBERS[kind]


def described(pattern: Pattern) -> pb.Pattern:
    """A pattern as the wire has it."""
    message = pb.Pattern(
        pattern_id=pattern.pattern_id,
        kind=_NUMBERS[pattern.kind],
        domain=pattern.domain,
        entity=pattern.entity,
        name=pattern.name,
        intent=pattern.intent,
        record=orjson.dumps(pattern.record).decode(),
        locked_paths=pattern.locked_paths,
        tags=pattern.tags,
        source=pattern.source,
        quality=pattern.quality,
        uses=pattern.uses,
        created_at=instants.of_epoch(pattern.created_at),
        client_id=pattern.client_id,
        ratings=pattern.ratings,
    )
    if pattern.defect:
        message.defect.CopyFrom(to_message(pattern.defect))
    return message


def to_message(defect: Mapping[str, str]) -> pb.PatternDefect:
    """What is wrong with a record."""
    return pb.PatternDefect(
        defect_class=defect.get("class", ""),
        pointer=defect.get("pointer", ""),
        rule=defect.get("rule", ""),
        verdict=defect.get("verdict", ""),
    )


def to_defect(message: pb.PatternDefect) -> dict[str, str]:
    """The same as patterns keep it; what is empty is left out."""
    values = {
        "class": message.defect_class,
        "pointer": message.pointer,
        "rule": message.rule,
        "verdict": message.verdict,
    }
    return {name: value for name, value in values.items() if value}
