"""Whose call it is."""

from typing import Any

from typing_extensions import override

from gateway.errors.refusal import Refusal
from gateway.interceptors.base import ANONYMOUS, Call, Caller, Interceptor
from testdata_agent.service.access.client_entry import MAX_NAME, is_client_name


class Identity(Interceptor):
    """Gives each call its caller: the one that it names in its metadata, where this server reads that.

    Names are believed: the key is for servers whose callers are known to each other, or that stand behind a proxy
    which sets it.
    """

    def __init__(self, metadata_key: str = "") -> None:
        """Takes the metadata's key; empty: nobody is asked, all are `anonymous`, as those are who do not say."""
        self._key = metadata_key

    @override
    def began(self, call: Call, request: Any) -> None:
        call.caller = self._caller(call) if self._key else ANONYMOUS

    def _caller(self, call: Call) -> Caller:
        for key, value in call.context.invocation_metadata() or ():
            if key == self._key:
                if not (isinstance(value, str) and is_client_name(value)):
                    words = f"{self._key}: a client's name has 1 to {MAX_NAME} visible characters of ASCII"
                    raise Refusal("INVALID_CLIENT_ID", words)
                return Caller(value)
        return ANONYMOUS
