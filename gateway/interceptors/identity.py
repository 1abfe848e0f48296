"""Whose call it is."""

from typing import Any

from typing_extensions import override

from gateway.interceptors.base import ANONYMOUS, Call, Interceptor


class Identity(Interceptor):
    """Gives each call its caller. This server asks nobody who they are: all are `anonymous`."""

    @override
    def began(self, call: Call, request: Any) -> None:
        call.caller = ANONYMOUS
