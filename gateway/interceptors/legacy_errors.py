"""LEGACY_ERRORS=true: refusals as the first system sent them, for clients that read `success` and `error`."""

from collections.abc import Callable, Mapping
from typing import Any

from typing_extensions import override

from gateway.errors.refusal import Refusal
from gateway.interceptors.base import Call, Interceptor


class LegacyErrors(Interceptor):
    """Turns the refusal of a method into an answer with success=false and the same text.

    Methods whose answers have no such fields, streams among them, keep their statuses.
    """

    def __init__(self, answers: Mapping[str, Callable[[str, str], Any]]) -> None:
        """Takes, by method name, what makes an answer of (request_id, text)."""
        self._answers = answers

    @override
    def refused(self, call: Call, refusal: Refusal) -> Any | None:
        answer = self._answers.get(call.method)
        return answer(call.request_id, refusal.text) if answer is not None else None
