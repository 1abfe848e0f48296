"""testdata.v1.PatternService: convert, call, convert back."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from gateway.errors.refusal import Refusal
from gateway.interceptors.base import Call
from gateway.patterns.assembly import Patterns
from gateway.patterns.distributions import Distributions
from gateway.patterns.learning import Learning
from gateway.patterns.wire import KINDS, described, number_of
from gateway.sizes import require_fit
from testdata_agent.engine.errors import Violation
from testdata_agent.stores.jobs import LedgerUnreachable
from testdata_agent.stores.patterns import PatternKind
from testdata_agent.stores.patterns.base import Scope
from testdata_agent.v1 import patterns_pb2 as pb

#: What a search finds where nobody says, and at the most.
DEFAULT_LIMIT: Final = 10
MAX_LIMIT: Final = 100
#: Ids of one call.
MAX_IDS: Final = 1000

_HELPFUL: Final[Mapping[int, bool]] = {pb.PATTERN_RATING_HELPFUL: True, pb.PATTERN_RATING_UNHELPFUL: False}


class PatternServicer:
    """Serves the six methods. Refusals are raised; the chain around it turns them into statuses."""

    def __init__(self, patterns: Patterns, learning: Learning, distributions: Distributions) -> None:
        self._library, self._check = patterns.library, patterns.check
        self._learning, self._distributions = learning, distributions

    async def LearnPatterns(  # noqa: N802 - its name in the contract
        self, messages: AsyncIterator[pb.LearnPatternsRequest], call: Call
    ) -> pb.LearnPatternsResponse:
        """What became of the records of a stream."""
        await self._check()
        return await self._learning.learn(messages, call.caller.client_id)

    async def SearchPatterns(self, message: pb.SearchPatternsRequest, call: Call) -> pb.SearchPatternsResponse:  # noqa: N802, ARG002
        """The nearest patterns."""
        require_fit(message)
        kinds, faults = _kinds_of(message.kinds)
        if not message.entity:
            faults.append(Violation("entity", "REQUIRED", "patterns are looked for among those of one entity"))
        if message.limit < 0:
            faults.append(Violation("limit", "INVALID_LIMIT", f"{message.limit} is less than 0"))
        if faults:
            raise Refusal.of(faults)
        await self._check()
        scope = Scope(message.entity, message.domain, kinds, frozenset(message.tags))
        found = await self._library.search(scope, message.text, min(message.limit or DEFAULT_LIMIT, MAX_LIMIT))
        uses: Mapping[str, int] = {}
        with suppress(LedgerUnreachable):  # what is in memory is found all the same, with the uses that it knows of
            uses = await self._library.uses([pattern.pattern_id for pattern in found.patterns])
        patterns = [replace(pattern, uses=uses.get(pattern.pattern_id, pattern.uses)) for pattern in found.patterns]
        return pb.SearchPatternsResponse(
            matches=[
                pb.PatternMatch(pattern=described(pattern), score=score)
                for pattern, score in zip(patterns, found.scores, strict=True)
            ],
            index=found.index,
            index_reason=found.reason,
        )

    async def RecordDefect(self, message: pb.RecordDefectRequest, call: Call) -> pb.RecordDefectResponse:  # noqa: N802
        """A bug's trigger as it is kept."""
        await self._check()
        return await self._learning.record_defect(message, call.caller.client_id)

    async def RatePatterns(self, message: pb.RatePatternsRequest, call: Call) -> pb.RatePatternsResponse:  # noqa: N802, ARG002
        """The patterns with one more rating each."""
        faults = _faults_of_ids(message.pattern_ids)
        if message.rating not in _HELPFUL:
            words = "helpful or unhelpful is needed" if not message.rating else f"{message.rating} is no known rating"
            faults.append(Violation("rating", "UNKNOWN_ENUM_VALUE" if message.rating else "REQUIRED", words))
        if faults:
            raise Refusal.of(faults)
        await self._check()
        rated = await self._library.rate(tuple(message.pattern_ids), helpful=_HELPFUL[message.rating])
        return pb.RatePatternsResponse(patterns=map(described, rated))

    async def DeletePatterns(self, message: pb.DeletePatternsRequest, call: Call) -> pb.DeletePatternsResponse:  # noqa: N802
        """How many are out of use from now on."""
        faults = _faults_of_ids(message.pattern_ids)
        if faults:
            raise Refusal.of(faults)
        await self._check()
        owner = call.caller.client_id if call.caller.changes_own_alone else None
        return pb.DeletePatternsResponse(deleted=await self._library.delete(tuple(message.pattern_ids), owner=owner))

    async def GetPatternStats(self, message: pb.GetPatternStatsRequest, call: Call) -> pb.GetPatternStatsResponse:  # noqa: N802, ARG002
        """What is stored, and what finds it."""
        if message.with_fields and not message.entity:
            words = "distributions are told of the records of one entity"
            raise Refusal.of([Violation("entity", "REQUIRED", words)])
        await self._check()
        fields = await self._distributions.of(message.entity, message.domain) if message.with_fields else {}
        tallies = [
            tally
            for tally in await self._library.tallies()
            if message.domain in {"", tally.domain} and message.entity in {"", tally.entity}
        ]
        state = self._library.state()
        return pb.GetPatternStatsResponse(
            patterns=sum(tally.patterns for tally in tallies),
            counts=[
                pb.PatternCount(
                    domain=tally.domain,
                    entity=tally.entity,
                    kind=number_of(tally.kind),
                    patterns=tally.patterns,
                    uses=tally.uses,
                    quality=tally.quality,
                )
                for tally in tallies
            ],
            index=state.index,
            index_reason=state.reason,
            embedder_id=self._library.embedder_id,
            fields=fields,
        )


def _faults_of_ids(pattern_ids: Sequence[str]) -> list[Violation]:
    if not pattern_ids:
        return [Violation("pattern_ids", "REQUIRED", "the ids of stored patterns are needed")]
    if len(pattern_ids) > MAX_IDS:
        words = f"a call names at most {MAX_IDS} patterns, not {len(pattern_ids)}"
        return [Violation("pattern_ids", "TOO_MANY_IDS", words)]
    return []


def _kinds_of(numbers: Sequence["pb.PatternKind"]) -> tuple[frozenset[PatternKind], list[Violation]]:
    """The kinds that are looked among, all where none is named; and what is wrong with them."""
    faults = [
        Violation("kinds", "UNKNOWN_ENUM_VALUE", f"{number} is no known kind; known: {', '.join(map(str, KINDS))}")
        for number in numbers
        if number not in KINDS and number != pb.PATTERN_KIND_UNSPECIFIED
    ]
    named = frozenset(KINDS[number] for number in numbers if number in KINDS)
    return named or frozenset(PatternKind), faults
