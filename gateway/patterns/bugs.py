"""Stored bugs, for requests that ask for defects."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from testdata_agent.engine.defects.defect import DefectOptions, StoredDefect
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.stores.patterns import Pattern, PatternKind
from testdata_agent.stores.patterns.base import Scope

if TYPE_CHECKING:
    from testdata_agent.stores.patterns.library import PatternLibrary

#: Bugs that one request brings up, at the most: the best of its entity.
MOST_BUGS: Final = 50
#: What a request waits for the patterns while a gateway that has just begun to serve loads them.
_PATIENCE_SECONDS: Final = 2.0


class Bugs:
    """Puts what triggered bugs into requests for defects."""

    def __init__(self, library: "PatternLibrary | None") -> None:
        """Takes where they are kept; None: nowhere."""
        self._library = library

    async def put_into(self, request: GenerationRequest) -> GenerationRequest:
        """The request with the stored bugs of its entity, if it asks for defects and there are any."""
        library = self._library
        if library is None or not (request.defect_triggering or request.defects):
            return request
        entity = _entity_of(request)
        kinds = frozenset({PatternKind.DEFECT})
        if not entity or not await library.loaded(_PATIENCE_SECONDS) or not library.has(entity, request.domain, kinds):
            return request
        found = await library.search(Scope(entity, request.domain, kinds), "", MOST_BUGS)
        stored = tuple(map(_stored, sorted(found.patterns, key=lambda pattern: pattern.pattern_id)))
        return replace(request, defects=replace(request.defects or DefectOptions(), stored=stored))


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
