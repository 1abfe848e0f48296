"""Who is let in: callers that show a key of the keys file."""

from typing import Any, Final

from typing_extensions import override

from gateway.errors.refusal import Refusal
from gateway.interceptors.base import Call, Caller, Interceptor
from testdata_agent.service.access.key_file import KeyFile

_BEARER: Final = "bearer "
#: Metadata that a key may come in, the first that has one before the other.
_AUTHORIZATION: Final = "authorization"
_API_KEY: Final = "x-api-key"


class ApiKeys(Interceptor):
    """Gives each call the client that its key belongs to as its caller, and refuses calls without one.

    No other metadata names the caller, and keys are neither kept nor logged.
    """

    def __init__(self, keys: KeyFile) -> None:
        """Takes the file, whose clients may change at any time; calls under way go on."""
        self._keys = keys

    @override
    def began(self, call: Call, request: Any) -> None:
        key = _shown(call)
        if not key:
            raise Refusal("MISSING_API_KEY", _HOW)
        entry = self._keys.ring.owner_of(key)
        if entry is None:
            raise Refusal("UNKNOWN_API_KEY")
        call.caller = Caller(entry.client, entry)


_HOW: Final = "this server takes calls with an API key alone; send it as metadata: authorization: Bearer tda_..."


def _shown(call: Call) -> str:
    """The key that came with the call; empty: none did."""
    found = ""
    for name, value in call.context.invocation_metadata() or ():
        if name == _AUTHORIZATION and value[: len(_BEARER)].lower() == _BEARER:
            return str(value[len(_BEARER) :].strip())
        if name == _API_KEY:
            found = str(value.strip())
    return found
