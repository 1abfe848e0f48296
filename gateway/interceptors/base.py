"""A call, and what an interceptor may do around it.

These are not grpc.aio interceptors, which wrap a handler anew for every call and each end it in their own way
(docs/decisions/001). An interceptor here is some plain methods, called by one handler (`chain`).
"""

import time
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.errors.refusal import Refusal
from testdata_agent.engine.defects.step import DefectTally
from testdata_agent.engine.variation.growth import Grown
from testdata_agent.service.access.client_entry import ClientEntry
from testdata_agent.stores.jobs import Job

#: The label of calls that no path, domain or entity applies to.
NONE = "none"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. Jobs and idempotency keys are a caller's own.

    Attributes:
        entry: What the keys file says of it; None: nobody shows a key here.
    """

    client_id: str
    entry: ClientEntry | None = None

    @property
    def changes_own_alone(self) -> bool:
        """Whether what other clients stored is not its to replace or delete. Without keys everybody may."""
        return self.entry is not None and not self.entry.admin

    @property
    def token_ceilings(self) -> dict[str, int | None]:
        """See ClientEntry."""
        return {} if self.entry is None else self.entry.token_ceilings


#: A caller that nobody was asked to name.
ANONYMOUS: Final = Caller("anonymous")


@dataclass(slots=True)
class Call:
    """One RPC while it is served; servicers write down what they learn for those who log and count it.

    Attributes:
        context: grpc.aio's ServicerContext.
        method: The bare method name (`GenerateData`).
        caller: Whose call it is.
        path, domain, entity: Bounded labels, never a caller's text.
        job: The job that the call is about, or that serves it.
        defects: Those that records were given.
        grown: What was made of patterns, where they serve the call.
        charged: The records that its client's limit was charged with, and the second that they are counted in.
        first_record_seconds: Until the first record was on its way; 0 where none was.
        duration_seconds: Of the whole call; 0 until it has ended.
    """

    context: Any
    method: str
    streaming: bool
    request_id: str = ""
    caller: Caller = ANONYMOUS
    started: float = field(default_factory=time.perf_counter)
    path: str = NONE
    domain: str = NONE
    entity: str = NONE
    job: Job | None = None
    grown: Grown | None = None
    charged: tuple[int, int] | None = None
    records: int = 0
    sent_bytes: int = 0
    status: str = "OK"
    reason: str = ""
    first_record_seconds: float = 0.0
    defects: DefectTally = field(default_factory=DefectTally)
    duration_seconds: float = 0.0

    def elapsed_seconds(self) -> float:
        """Since the call was taken up."""
        return time.perf_counter() - self.started


class Interceptor:
    """One behaviour around every call. All methods are optional, and none must block."""

    def began(self, call: Call, request: Any) -> None:
        """Before the servicer runs; may raise a Refusal."""

    async def admits(self, call: Call, request: Any) -> None:
        """After `began` of all; may wait a little, and may raise a Refusal."""

    def refused(self, call: Call, refusal: Refusal) -> Any | None:
        """When the call ends in a refusal; may give an answer to send in its place."""

    def ended(self, call: Call) -> None:
        """After all of it, however it went, within the call's own task."""

    def after(self, call: Call) -> None:
        """Once the answer is on its way, so that the caller does not wait for it: logs and counters."""
