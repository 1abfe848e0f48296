"""Every call has an id: the caller's, or one made here."""

import os
from typing import Any

from typing_extensions import override

from gateway.interceptors.base import Call, Interceptor


class Correlation(Interceptor):
    """Takes the request's `request_id`; an empty one, or a message without one, is given a value."""

    @override
    def began(self, call: Call, request: Any) -> None:
        call.request_id = getattr(request, "request_id", "") or os.urandom(16).hex()
