"""From a message to admitted work: converted, checked, routed, given to a path."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from structlog.typing import FilteringBoundLogger

from gateway.conversion import convert
from gateway.entities import Entities
from gateway.errors.refusal import Refusal
from gateway.interceptors.base import Call
from gateway.metrics import Metrics
from gateway.paths import Admitted, Choice, Paths
from gateway.patterns.bugs import Bugs
from gateway.preparation import Preparation
from gateway.rates import Rates
from gateway.sizes import require_fit
from testdata_agent.engine.errors import InvalidRequest, Violation
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.routing import route
from testdata_agent.engine.run import Run
from testdata_agent.service.labels import Labels
from testdata_agent.service.logs import MAX_LOGGED_ID
from testdata_agent.service.tracing import Tracing
from testdata_agent.v1 import testdata_pb2 as pb


class Admission:
    """Says yes to a request, or names everything that is wrong with it."""

    def __init__(
        self,
        entities: Entities,
        preparation: Preparation,
        paths: Paths,
        labels: Labels,
        *,
        bugs: Bugs,
        metrics: Metrics,
        tracing: Tracing,
        log: FilteringBoundLogger,
        max_sync_records: int,
        rates: Rates | None = None,
    ) -> None:
        self._entities = entities
        self._preparation = preparation
        self._paths = paths
        self._labels = labels
        self._bugs = bugs
        self._metrics = metrics
        self._tracing = tracing
        self._log = log
        self._max_sync_records = max_sync_records
        self._rates = rates

    async def admit(
        self, message: pb.GenerateRequest, call: Call, *, any_count: bool = False, faults: Sequence[Violation] = ()
    ) -> Admitted:
        """Checks and routes `message`; `call` gets its labels.

        Args:
            message: What is asked for.
            call: The call that asks.
            any_count: Whether more records may be asked for than one answer may hold.
            faults: What is wrong with the message already; it is named beside all else.

        Raises:
            Refusal: naming every fault of the message and of the request it stands for, or that a path which the
                caller set cannot serve, or that its client has asked for as many records as it may.
            LedgerUnreachable: nobody knows the entity, and the database that may do so does not answer.
        """
        with self._tracing.span("validation"):
            require_fit(message, faults)
            converted = convert(message)
            request, unsettled = await self._entities.settle(converted.request)
            request, unknown = await self._bugs.put_into(request)
            found = [*faults, *converted.faults, *unsettled, *unknown]
            call.domain, call.entity = self._labels.of(request)
            if not any_count and request.count > self._max_sync_records:
                found.append(self._over_limit(request.count))
            run = await self._checked(request, message.ByteSize(), found)
            if run.covering is not None:
                # From here on it is known how many there are.
                request = replace(request, count=run.count)
        with self._tracing.span("routing"):
            choice = await self._route(request, run, call)
        if self._rates is not None and not request.dry_run:
            await self._rates.take_records(call, run.count)
        return Admitted(choice.settled(request), run, choice)

    async def _checked(self, request: GenerationRequest, size_bytes: int, faults: list[Violation]) -> Run:
        try:
            run = await self._preparation.prepare(request, size_bytes)
        except InvalidRequest as invalid:
            raise Refusal.of([*faults, *invalid.violations]) from invalid
        if faults:
            raise Refusal.of(faults)
        (self._metrics.plan_hits if run.cache_hit else self._metrics.plan_misses).inc()
        return run

    async def _route(self, request: GenerationRequest, run: Run, call: Call) -> Choice:
        decision = route(request, free_text_carries_meaning=run.schema.free_text_carries_meaning)
        call.path = decision.path.value
        choice = await self._paths.choose(decision, request, run)
        call.path = choice.served.value
        # Written down when the loop is free, which for short calls is once their answer is on its way.
        asyncio.get_running_loop().call_soon(self._tell, call.request_id, choice, request.dry_run)
        return choice

    def _tell(self, request_id: str, choice: Choice, dry_run: bool) -> None:
        wanted, served = choice.decision.path.value, choice.served.value
        self._metrics.routed(wanted, served)
        if choice.lack is not None:
            self._metrics.fell_back(wanted, served, choice.lack)
        self._log.info(
            "routing_decision",
            request_id=request_id[:MAX_LOGGED_ID],
            path=wanted,
            served=served,
            reason=choice.decision.reason,
            confidence=choice.decision.confidence,
            fallback_reason=choice.fallback_reason,
            dry_run=dry_run,
        )

    def _over_limit(self, count: int) -> Violation:
        words = f"{count} exceeds max sync limit of {self._max_sync_records}; use GenerateDataStream for more"
        return Violation("count", "EXCEEDS_SYNC_LIMIT", words)
