"""Every call has an id: the caller's, or one made here."""

from typing import Any
from uuid import uuid4

from typing_extensions import override

from gateway.interceptors.base import Call, Interceptor


class Correlation(Interceptor):
    """Takes the request's `request_id`; an empty one, or a message without one, is given a value."""

    @override
    def began(self, call: Call, request: Any) -> None:
        call.request_id = getattr(request, "request_id", "") or uuid4().hex
