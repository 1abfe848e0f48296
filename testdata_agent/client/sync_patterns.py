"""Stored patterns, synchronously."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import grpc

from testdata_agent.client import pattern as values
from testdata_agent.client.errors import FieldViolation, refuse
from testdata_agent.client.learning import Records, Watched, messages_of, messages_of_drafts, options_of
from testdata_agent.client.pattern import Defect, Kind, Learned, Matches, Pattern, PatternDraft, PatternStats, Recorded
from testdata_agent.client.translation import translate
from testdata_agent.client.transport import timeout_of
from testdata_agent.v1 import patterns_pb2 as pb
from testdata_agent.v1.patterns_pb2_grpc import PatternServiceStub


class _Call(Protocol):
    """Makes a unary call, again where it found no server."""

    def __call__(self, method: Any, request: object, timeout_seconds: float | None) -> Any: ...


class Patterns:
    """The patterns that are stored at one gateway; reached as `client.patterns`."""

    def __init__(self, channel: grpc.Channel, target: str, call: _Call) -> None:
        self._stub, self._target, self._call = PatternServiceStub(channel), target, call

    def learn(
        self,
        records: Records,
        entity: str = "",
        *,
        domain: str = "",
        schema: str | Mapping[str, Any] | None = None,
        kind: Kind = "pattern",
        name: str = "",
        intent: str = "",
        tags: Sequence[str] = (),
        locked_paths: Sequence[str] = (),
        timeout_seconds: float | None = None,
    ) -> Learned:
        """Learns records. What could tell of a person is replaced by made-up values before it is stored.

        Args:
            records: JSON, NDJSON or CSV as text, or plain values.
            entity: What they are; a known entity, or the name of `schema`.
            domain: Where two domains have an entity of this name.
            schema: Of an entity that the server does not know, as text or as plain data.
            kind: `pattern`, or `sample` for records of a production system.
            name: Of a few words; empty: told from each record.
            intent: What they are examples of, in a sentence; empty: told from each record.
            tags: Words to filter by.
            locked_paths: Whose values every variation keeps.
            timeout_seconds: Of the whole call; None: as long as it takes. It is made once.
        """
        options = options_of(
            entity,
            domain=domain,
            schema=schema,
            kind=kind,
            name=name,
            intent=intent,
            tags=tags,
            locked_paths=locked_paths,
        )
        return self._learned(messages_of(options, records), timeout_seconds)

    def learn_drafts(self, drafts: Iterable[PatternDraft], *, timeout_seconds: float | None = None) -> Learned:
        """Stores patterns that somebody wrote, with their own words. The call is made once."""
        return self._learned(messages_of_drafts(drafts), timeout_seconds)

    def search(
        self,
        entity: str,
        text: str = "",
        *,
        domain: str = "",
        kinds: Sequence[Kind] = (),
        tags: Sequence[str] = (),
        limit: int = 10,
        timeout_seconds: float | None = None,
    ) -> Matches:
        """Finds patterns of an entity by words and meaning; without a text the best. `kinds` empty: of any kind."""
        faults: list[FieldViolation] = []
        request = pb.SearchPatternsRequest(kinds=[values.kind_number(kind, faults, "kinds") for kind in kinds])
        values.filled(request, faults, entity=entity, text=text, domain=domain, tags=tuple(tags), limit=limit)
        refuse(faults)
        return values.to_matches(self._call(self._stub.SearchPatterns, request, timeout_seconds))

    def record_defect(
        self,
        entity: str,
        record: str | Mapping[str, Any],
        description: str,
        *,
        name: str = "",
        domain: str = "",
        schema: str | Mapping[str, Any] | None = None,
        defect: Defect | None = None,
        tags: Sequence[str] = (),
        timeout_seconds: float | None = None,
    ) -> Recorded:
        """Keeps what triggered a bug: of the record, the value at the defect's pointer; all else is dropped.

        The pointer may be left out where one field alone of the record breaks its schema.
        """
        faults: list[FieldViolation] = []
        request = pb.RecordDefectRequest()
        values.filled(
            request,
            faults,
            entity=entity,
            record=values.record_text(record),
            description=description,
            name=name,
            domain=domain,
            schema=None if schema is None else values.record_text(schema),
            tags=tuple(tags),
        )
        if defect is not None:
            values.put_defect(request.defect, defect, faults)
        refuse(faults)
        return values.to_recorded(self._call(self._stub.RecordDefect, request, timeout_seconds))

    def rate(
        self, pattern_ids: Sequence[str], *, helpful: bool, timeout_seconds: float | None = None
    ) -> tuple[Pattern, ...]:
        """Says whether what was made of patterns was of use: their quality follows.

        Gives those that are stored, as they are now. A call whose answer was lost is made again, and may then
        count twice.
        """
        request = values.to_rating_request(pattern_ids, helpful)
        answer = self._call(self._stub.RatePatterns, request, timeout_seconds)
        return tuple(map(values.to_pattern, answer.patterns))

    def delete(self, pattern_ids: Sequence[str], *, timeout_seconds: float | None = None) -> int:
        """Puts patterns out of use; gives how many there were of them."""
        faults: list[FieldViolation] = []
        request = values.filled(pb.DeletePatternsRequest(), faults, pattern_ids=tuple(pattern_ids))
        refuse(faults)
        answer = self._call(self._stub.DeletePatterns, request, timeout_seconds)
        return int(answer.deleted)

    def stats(
        self, entity: str = "", *, domain: str = "", with_fields: bool = False, timeout_seconds: float | None = None
    ) -> PatternStats:
        """What is stored, of all entities or of one; of one also how the values of its records are distributed."""
        faults: list[FieldViolation] = []
        request = pb.GetPatternStatsRequest(with_fields=with_fields)
        values.filled(request, faults, entity=entity, domain=domain)
        refuse(faults)
        return values.to_stats(self._call(self._stub.GetPatternStats, request, timeout_seconds))

    def _learned(self, messages: Iterator[pb.LearnPatternsRequest], timeout_seconds: float | None) -> Learned:
        watched = Watched(messages)
        try:
            return values.to_learned(self._stub.LearnPatterns(iter(watched), timeout=timeout_of(timeout_seconds)))
        except grpc.RpcError as error:
            if watched.failure is not None:
                raise watched.failure from error
            raise translate(error, self._target) from error
