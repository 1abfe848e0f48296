"""From records of any origin to stored patterns, or to why they are none."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from gateway.errors.refusal import Refusal
from gateway.patterns.drafting import draft_of, faults_of_defect, recorded
from gateway.patterns.records import Unreadable, record_of
from gateway.patterns.subjects import Subjects
from gateway.patterns.wire import KINDS, described
from gateway.sizes import require_fit
from testdata_agent.engine.coherence.nodes import bare
from testdata_agent.engine.errors import Violation
from testdata_agent.engine.learning import lessons
from testdata_agent.engine.learning.reading import format_of, read_records
from testdata_agent.engine.reading.errors import UnreadableText
from testdata_agent.engine.request import OutputFormat
from testdata_agent.engine.run import Run
from testdata_agent.stores.patterns import Draft, PatternKind
from testdata_agent.stores.patterns.base import Added
from testdata_agent.stores.patterns.learned import lesson_draft
from testdata_agent.stores.patterns.library import PatternLibrary
from testdata_agent.stores.patterns.signing import signed
from testdata_agent.v1 import patterns_pb2 as pb

#: Records of one message.
MAX_RECORDS: Final = 10_000
#: Refusals that an answer names one by one, and ids that it gives.
MOST_REFUSALS: Final = 100
MOST_IDS: Final = 1000

_FORMATS: Final[Mapping[int, OutputFormat]] = {
    pb.RECORD_FORMAT_JSON: OutputFormat.JSON,
    pb.RECORD_FORMAT_CSV: OutputFormat.CSV,
}


@dataclass
class _Account:
    """What became of the records of a call so far."""

    received: int = 0
    learned: int = 0
    merged: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    refusals: list[pb.RefusedRecord] = field(default_factory=list)
    pattern_ids: dict[str, None] = field(default_factory=dict)
    scrubbed: Counter[str] = field(default_factory=Counter)

    def refuse(self, record: int, at: str, reason: str, words: str) -> None:
        self.refused[reason] += 1
        if len(self.refusals) < MOST_REFUSALS:
            self.refusals.append(pb.RefusedRecord(record=record, field=at, reason=reason, description=words))

    def took(self, added: Added, records: int) -> None:
        self.learned += not added.merged
        self.merged += records - (not added.merged)
        if len(self.pattern_ids) < MOST_IDS:
            self.pattern_ids[added.pattern.pattern_id] = None

    def response(self) -> pb.LearnPatternsResponse:
        return pb.LearnPatternsResponse(
            received=self.received,
            learned=self.learned,
            merged=self.merged,
            refused=self.refused.total(),
            refused_by_reason=self.refused,
            refusals=self.refusals,
            pattern_ids=self.pattern_ids,
            scrubbed=self.scrubbed,
        )


class Learning:
    """Takes in what is to be learned."""

    def __init__(self, library: PatternLibrary, subjects: Subjects) -> None:
        """Takes where patterns are kept, and what finds what records are of."""
        self._library, self._subjects = library, subjects

    async def learn(self, messages: AsyncIterator[pb.LearnPatternsRequest], client_id: str) -> pb.LearnPatternsResponse:
        """What became of the records of a stream; those before a message that is refused are learned.

        Raises:
            Refusal: the options are wrong, a message is too large, or there is no room.
        """
        account = _Account()
        options, run = pb.LearningOptions(), None
        async for message in messages:
            require_fit(message)
            if message.HasField("options") and message.options != options:
                options, run = message.options, None
            if message.records:
                if run is None:
                    run = await self._run_of_options(options)
                await self._learn_text(message.records, options, run, client_id, account)
            if message.drafts:
                await self._learn_drafts(message.drafts, client_id, account)
        if not account.received:
            raise Refusal.of([Violation("records", "REQUIRED", "no record came: JSON, CSV or drafts are needed")])
        return account.response()

    async def record_defect(self, message: pb.RecordDefectRequest, client_id: str) -> pb.RecordDefectResponse:
        """A bug's trigger as it is kept.

        Raises:
            Refusal: naming every fault of the request.
        """
        require_fit(message)
        faults = faults_of_defect(message.defect, "defect.")
        record: dict[str, Any] = {}
        try:
            record = record_of(message.record)
        except Unreadable as error:
            faults.append(Violation("record", "UNREADABLE_RECORD", str(error)))
        if not message.description.strip():
            faults.append(Violation("description", "REQUIRED", "what went wrong, in a sentence or two, is needed"))
        run = await self._subjects.run_of(message.entity, message.domain, message.schema, faults)
        draft = await asyncio.to_thread(recorded, message, record, run, client_id)
        (added,) = await self._library.add([signed(draft)])
        return pb.RecordDefectResponse(pattern=described(added.pattern), merged=added.merged)

    async def _learn_text(
        self, text: str, options: pb.LearningOptions, run: Run, client_id: str, account: _Account
    ) -> None:
        records, broken = await asyncio.to_thread(_read, text, options, run)
        if len(records) > MAX_RECORDS:
            words = f"a message has at most {MAX_RECORDS} records; send the rest in further messages"
            raise Refusal.of([Violation("records", "TOO_MANY_RECORDS", words)])
        kind = KINDS.get(options.kind, PatternKind.PATTERN)
        wanted = lessons.Options(
            sample=kind is PatternKind.SAMPLE,
            name=options.name.strip(),
            intent=options.intent.strip(),
            tags=tuple(tag.strip().lower() for tag in options.tags if tag.strip()),
            locked_paths=tuple(options.locked_paths),
        )
        found = await asyncio.to_thread(lessons.learn, run, records, wanted)
        source = "production" if kind is PatternKind.SAMPLE else "learned"
        to_draft = partial(lesson_draft, schema=run.schema, kind=kind, source=source, client_id=client_id)
        drafts = [to_draft(lesson) for lesson in found.lessons]
        marks = [lesson.signature for lesson in found.lessons]
        added = await self._library.add(list(zip(drafts, marks, strict=True)))
        for one, lesson in zip(added, found.lessons, strict=True):
            account.took(one, lesson.seen)
        for refused in found.refused:
            account.refuse(account.received + refused.record, refused.field, refused.reason, refused.description)
        account.scrubbed.update(found.scrubbed)
        account.received += len(records)
        if broken:
            account.refuse(account.received, "", "UNREADABLE_RECORD", broken)
            account.received += 1

    async def _learn_drafts(self, drafts: Sequence[pb.PatternDraft], client_id: str, account: _Account) -> None:
        """Stores patterns that are written already, together."""
        written: list[Draft] = []
        for draft in drafts:
            try:
                run = await self._subjects.run_of(draft.entity, draft.domain, "", [])
                written.append(await asyncio.to_thread(draft_of, draft, run, client_id))
            except Refusal as refusal:
                at = refusal.violations[0].field if refusal.violations else ""
                account.refuse(account.received, at, refusal.reason, refusal.text)
            account.received += 1
        for one in await self._library.add([signed(draft) for draft in written]):
            account.took(one, 1)

    async def _run_of_options(self, options: pb.LearningOptions) -> Run:
        faults = []
        if options.kind not in {*KINDS, pb.PATTERN_KIND_UNSPECIFIED}:
            faults.append(Violation("options.kind", "UNKNOWN_ENUM_VALUE", f"{options.kind} is no known kind"))
        if options.kind == pb.PATTERN_KIND_DEFECT:
            words = "the record of a bug is kept by RecordDefect, which asks for what went wrong"
            faults.append(Violation("options.kind", "OUT_OF_RANGE", words))
        if options.format not in {*_FORMATS, pb.RECORD_FORMAT_UNSPECIFIED}:
            faults.append(Violation("options.format", "UNKNOWN_ENUM_VALUE", f"{options.format} is no known format"))
        return await self._subjects.run_of(options.entity, options.domain, options.schema, faults, "options.")


def _read(text: str, options: pb.LearningOptions, run: Run) -> tuple[list[Any], str]:
    """The records of a text, and where it breaks off, in words; empty where it does not."""
    records: list[Any] = []
    try:
        for record in read_records(text, _FORMATS.get(options.format) or format_of(text), run.schema):
            records.append(bare(record) if isinstance(record, Mapping) else record)
            if len(records) > MAX_RECORDS:
                break
    except (UnreadableText, ValueError) as error:
        return records, str(error)
    return records, ""
