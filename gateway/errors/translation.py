"""Any exception -> the refusal that callers see."""

from collections.abc import Mapping
from typing import Final

from gateway.errors.refusal import Refusal
from testdata_agent.engine.errors import InvalidRequest, UnsatisfiableError
from testdata_agent.stores.jobs import LedgerUnreachable, NotText, RequestConflict, UnknownJob
from testdata_agent.stores.patterns.base import OtherEmbedder, OthersPattern, PatternFault, TooManyPatterns
from testdata_agent.stores.results.base import ResultFault, ResultsFull, ResultsGone
from testdata_agent.stores.schemas import OthersSchema, TooManySchemas, UnknownSchema

#: What the stores refuse, by the reason that callers know it under. Their texts are written for callers.
_OF_STORES: Final[Mapping[type[Exception], str]] = {
    NotText: "UNDECODABLE_REQUEST",
    UnknownJob: "UNKNOWN_JOB",
    RequestConflict: "REQUEST_ID_TAKEN",
    ResultsGone: "RESULTS_GONE",
    ResultsFull: "RESULTS_FULL",
    UnknownSchema: "UNKNOWN_SCHEMA",
    OthersSchema: "OTHERS_PROPERTY",
    TooManySchemas: "TOO_MANY_SCHEMAS",
    TooManyPatterns: "TOO_MANY_PATTERNS",
    OthersPattern: "OTHERS_PROPERTY",
    OtherEmbedder: "PATTERNS_NOT_AVAILABLE",
    PatternFault: "INVALID_RECORD",
}
#: What says nothing to a caller but to try again: the text is the catalogue's. Whatever else comes of Redis is that it
#: will not have us: a user without permission, or something that is no Redis.
_OUTAGES: Final = (LedgerUnreachable, ResultFault)


def translate(error: Exception) -> Refusal:
    """What `error` is to the caller. What is not a refusal by design is INTERNAL and says nothing of its cause."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, InvalidRequest):
        return Refusal.of(error.violations)
    if isinstance(error, UnsatisfiableError):
        return Refusal.of((error.violation,))
    reason = _OF_STORES.get(type(error))
    if reason is not None:
        return Refusal(reason, str(error))
    if isinstance(error, _OUTAGES):
        return Refusal("STORE_UNREACHABLE")
    return Refusal("INTERNAL")
