"""Stored bugs, for requests that ask for defects."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from testdata_agent.engine.defects.defect import DefectMode, DefectOptions, StoredDefect, mode_of
from testdata_agent.engine.errors import Violation
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.stores.patterns import Pattern, PatternKind
from testdata_agent.stores.patterns.base import Scope

if TYPE_CHECKING:
    from testdata_agent.stores.patterns.library import PatternLibrary

#: Bugs that one request brings up, at the most: the best of its entity.
MOST_BUGS: Final = 50
#: What a request waits for the patterns while a gateway that has just begun to serve loads them.
_PATIENCE_SECONDS: Final = 2.0
_FIELD: Final = "defects.pattern_ids"


class Bugs:
    """Puts what triggered bugs into requests for defects."""

    def __init__(self, library: "PatternLibrary | None") -> None:
        """Takes where they are kept; None: nowhere."""
        self._library = library

    async def put_into(self, request: GenerationRequest) -> tuple[GenerationRequest, Sequence[Violation]]:
        """The request with the stored bugs that it names, else with those of its entity; and what is wrong with names.

        Only requests for defects are given any, and none for a set of them.

        Raises:
            LedgerUnreachable: it names bugs that nobody knows, and the database does not answer.
        """
        options = request.defects
        if options is None or mode_of(options, request.hints) is not DefectMode.EACH:
            return request, ()
        if options.pattern_ids:
            return await self._named(request, options)
        found = await self._of_entity(request)
        return (_with(request, options, found) if found else request), ()

    async def _named(
        self, request: GenerationRequest, options: DefectOptions
    ) -> tuple[GenerationRequest, Sequence[Violation]]:
        if len(options.pattern_ids) > MOST_BUGS:
            words = f"at most {MOST_BUGS} stored defects can be named, not {len(options.pattern_ids)}"
            return request, [Violation(_FIELD, "TOO_MANY_IDS", words)]
        stored = () if self._library is None else await self._library.get(options.pattern_ids)
        bugs = [pattern for pattern in stored if pattern.kind is PatternKind.DEFECT]
        known = {pattern.pattern_id for pattern in bugs}
        faults = [
            Violation(_FIELD, "UNKNOWN_PATTERN", f"no stored defect has the id {each[:60]!r}")
            for each in options.pattern_ids
            if each not in known
        ]
        return _with(request, options, bugs), faults

    async def _of_entity(self, request: GenerationRequest) -> Sequence[Pattern]:
        library = self._library
        if library is None:
            return ()
        entity = _entity_of(request)
        kinds = frozenset({PatternKind.DEFECT})
        if not entity or not await library.loaded(_PATIENCE_SECONDS) or not library.has(entity, request.domain, kinds):
            return ()
        return (await library.search(Scope(entity, request.domain, kinds), "", MOST_BUGS)).patterns


def _with(request: GenerationRequest, options: DefectOptions, bugs: Sequence[Pattern]) -> GenerationRequest:
    """The request with these, in an order that scores do not change."""
    stored = tuple(map(_stored, sorted(bugs, key=lambda pattern: pattern.pattern_id)))
    return replace(request, defects=replace(options, stored=stored))


def _entity_of(request: GenerationRequest) -> str:
    """What its records are, as far as the request itself says; patterns are kept under that name."""
    source = request.schema_source
    if source is not None and source.kind == "schema.predefined_schema":
        return source.text
    return request.entity


def _stored(pattern: Pattern) -> StoredDefect:
    defect = pattern.defect
    return StoredDefect(
        defect_id=pattern.pattern_id,
        pointer=defect.get("pointer", ""),
        record=pattern.record,
        rule=defect.get("rule") or pattern.intent,
        verdict=defect.get("verdict", "unspecified"),
        defect_class=defect.get("class", "historical"),
    )
