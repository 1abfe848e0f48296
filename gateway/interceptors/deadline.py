"""Calls whose deadline has passed before they are taken up are not begun."""

from typing import Any

from typing_extensions import override

from gateway.errors.refusal import Refusal
from gateway.interceptors.base import Call, Interceptor


class Deadline(Interceptor):
    """Spares the engine work that nobody waits for, as when a server is overloaded.

    A deadline that passes later cancels the call's task; that is grpc's doing.
    """

    @override
    def began(self, call: Call, request: Any) -> None:
        remaining = call.context.time_remaining()
        if remaining is not None and remaining <= 0:
            raise Refusal("DEADLINE_EXCEEDED")
