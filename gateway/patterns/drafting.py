"""Patterns that somebody wrote, and triggers of bugs: as they are handed in, checked."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from gateway.errors.refusal import Refusal
from gateway.patterns.records import Unreadable, alone, pointer_of, record_of
from gateway.patterns.wire import KINDS, to_defect
from testdata_agent.engine.coherence.report import OF_TASTE
from testdata_agent.engine.errors import Violation
from testdata_agent.engine.learning.telling import without_contacts
from testdata_agent.engine.run import Run
from testdata_agent.stores.patterns import Draft, PatternKind
from testdata_agent.v1 import patterns_pb2 as pb

_VERDICTS: Final = ("accept", "reject", "unspecified")
_SOURCES: Final = ("learned", "seed")
_NAME_LENGTH: Final = 60


def draft_of(message: pb.PatternDraft, run: Run, client_id: str) -> Draft:
    """The pattern that a message holds.

    Raises:
        Refusal: naming every fault.
    """
    faults = _faults_of(message)
    record: dict[str, Any] = {}
    try:
        record = record_of(message.record)
    except Unreadable as error:
        faults.append(Violation("record", "UNREADABLE_RECORD", str(error)))
    kind = KINDS.get(message.kind, PatternKind.PATTERN)
    if not faults and kind is not PatternKind.DEFECT:
        hard = next((fault for fault in _faults(run, record) if fault[1] not in OF_TASTE), None)
        if hard is not None:
            faults.append(Violation(f"record.{hard[0]}" if hard[0] else "record", "INVALID_RECORD", hard[2]))
    if faults:
        raise Refusal.of(faults)
    return Draft(
        kind=kind,
        domain=run.schema.domain,
        entity=run.schema.name,
        name=message.name.strip(),
        intent=message.intent.strip(),
        record=record,
        locked_paths=tuple(message.locked_paths),
        tags=tuple(tag.strip().lower() for tag in message.tags if tag.strip()),
        source=message.source or "learned",
        quality=message.quality if message.HasField("quality") else 0.5,
        defect=to_defect(message.defect),
        client_id=client_id,
    )


def recorded(message: pb.RecordDefectRequest, record: Mapping[str, Any], run: Run, client_id: str) -> Draft:
    """The trigger of a bug: of its record, the value that triggers it is kept alone.

    Raises:
        Refusal: it is not said which value that is, and the record does not tell.
    """
    defect = {"class": "historical", **to_defect(message.defect)}
    pointer = defect.get("pointer", "")
    wrong = {pointer_of(field) for field, check, _ in _faults(run, record) if check not in OF_TASTE}
    if not pointer:
        if len(wrong) != 1 or wrong == {""}:
            words = (
                "the JSON pointer of the value that triggers it is needed, such as /items/0/quantity: the record"
                f" {'breaks no rule of its schema' if not wrong else f'is wrong in {len(wrong)} fields'}"
            )
            raise Refusal.of([Violation("defect.pointer", "REQUIRED", words)])
        (pointer,) = wrong
    # What the schema's checks refuse comes up again only as what is to be rejected.
    defect.setdefault("verdict", "reject" if pointer in wrong else "unspecified")
    kept, defect["pointer"] = alone(record, pointer)
    description = without_contacts(message.description.strip())
    return Draft(
        kind=PatternKind.DEFECT,
        domain=run.schema.domain,
        entity=run.schema.name,
        name=without_contacts(message.name.strip()) or description[:_NAME_LENGTH],
        intent=description,
        record=kept,
        tags=tuple(tag.strip().lower() for tag in message.tags if tag.strip()),
        source="report",
        quality=1.0,
        defect=defect,
        client_id=client_id,
    )


def faults_of_defect(defect: pb.PatternDefect, where: str) -> list[Violation]:
    """What is wrong with the words about a defect."""
    faults = []
    if defect.verdict and defect.verdict not in _VERDICTS:
        words = f"{defect.verdict[:60]!r} is no verdict; known: {', '.join(_VERDICTS)}"
        faults.append(Violation(f"{where}verdict", "OUT_OF_RANGE", words))
    if defect.pointer and not defect.pointer.startswith("/"):
        words = f"{defect.pointer[:60]!r} is no JSON pointer: it begins with a slash, as /items/0/quantity does"
        faults.append(Violation(f"{where}pointer", "OUT_OF_RANGE", words))
    return faults


def _faults_of(message: pb.PatternDraft) -> list[Violation]:
    unsaid = [name for name in ("name", "intent") if not getattr(message, name).strip()]
    faults = [Violation(name, "REQUIRED", f"the {name} of a pattern is needed") for name in unsaid]
    if message.kind not in {*KINDS, pb.PATTERN_KIND_UNSPECIFIED}:
        faults.append(Violation("kind", "UNKNOWN_ENUM_VALUE", f"{message.kind} is no known kind"))
    if message.kind == pb.PATTERN_KIND_SAMPLE:
        words = "samples of production are handed in as records, so that nothing of a person is kept"
        faults.append(Violation("kind", "OUT_OF_RANGE", words))
    if message.HasField("quality") and not 0 <= message.quality <= 1:
        faults.append(Violation("quality", "OUT_OF_RANGE", f"{message.quality:g} is not between 0 and 1"))
    if message.source and message.source not in _SOURCES:
        words = f"{message.source[:60]!r} is no source; known: {', '.join(_SOURCES)}"
        faults.append(Violation("source", "OUT_OF_RANGE", words))
    return faults + faults_of_defect(message.defect, "defect.")


def _faults(run: Run, record: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(field, check, message) of what is wrong with a record."""
    report = run.score([orjson.dumps(record).decode()])
    return [(fault.field, fault.check, fault.message) for fault in report.faults]
