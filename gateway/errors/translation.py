"""Any exception -> the refusal that callers see."""

from gateway.errors.refusal import Refusal
from testdata_agent.engine.errors import InvalidRequest, UnsatisfiableError


def translate(error: Exception) -> Refusal:
    """What `error` is to the caller. What is not a refusal by design is INTERNAL and says nothing of its cause."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, InvalidRequest):
        return Refusal.of(error.violations)
    if isinstance(error, UnsatisfiableError):
        return Refusal.of((error.violation,))
    return Refusal("INTERNAL")
