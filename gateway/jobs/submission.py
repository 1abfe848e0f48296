"""From an admitted request to a job in the ledger and its batches on the queue."""

import asyncio
import hashlib
import secrets
from dataclasses import replace
from typing import Final

from structlog.typing import FilteringBoundLogger

from gateway.interceptors.base import Call
from gateway.jobs.ceilings import Ceilings
from gateway.jobs.facts import known_beforehand
from gateway.jobs.room import Room
from gateway.jobs.stores import JobStores
from gateway.metrics import Metrics
from gateway.paths import Admitted
from gateway.reckoning import reckoned
from testdata_agent.engine.errors import Violation
from testdata_agent.engine.request_data import to_data
from testdata_agent.engine.version import ENGINE_VERSION
from testdata_agent.service.logs import MAX_LOGGED_ID
from testdata_agent.service.tracing import Kind, Tracing
from testdata_agent.stores.jobs import Batch, Job, RequestConflict
from testdata_agent.stores.jobs.clocks import PUBLISH_WITHIN_SECONDS
from testdata_agent.stores.jobs.plan import batches_of
from testdata_agent.stores.queue.base import QueueFault
from testdata_agent.v1 import testdata_pb2 as pb

#: What a submission waits for the queue; publishing goes on without it.
PATIENCE_SECONDS: Final = 0.5
#: Characters of an idempotency key, which the ledger has a column for.
MAX_REQUEST_ID: Final = 200
_JOB_ID_BYTES: Final = 16


def fingerprint_of(message: pb.GenerateRequest) -> str:
    """Tells requests apart by all that they ask for; the key that they are known under is no part of it."""
    body = pb.GenerateRequest()
    body.CopyFrom(message)
    body.ClearField("request_id")
    return hashlib.sha256(body.SerializeToString(deterministic=True)).hexdigest()


def faults_of(message: pb.GenerateRequest) -> list[Violation]:
    """What keeps a request from being a job, whatever it asks for."""
    faults = []
    key = message.request_id
    if len(key) > MAX_REQUEST_ID or "\0" in key:
        words = f"an idempotency key has at most {MAX_REQUEST_ID} characters and no NUL"
        faults.append(Violation("request_id", "INVALID_REQUEST_ID", words))
    if message.dry_run:
        words = "a dry run makes no records, so it is no job; ask for it by GenerateData"
        faults.append(Violation("dry_run", "DRY_RUN_AS_JOB", words))
    return faults


class Submission:
    """Writes jobs down and sends their batches off."""

    def __init__(
        self,
        stores: JobStores,
        room: Room,
        ceilings: Ceilings,
        metrics: Metrics,
        tracing: Tracing,
        log: FilteringBoundLogger,
    ) -> None:
        self._stores = stores
        self._room = room
        self._ceilings = ceilings
        self._metrics = metrics
        self._tracing = tracing
        self._log = log
        self._publishing: set[asyncio.Task[None]] = set()

    async def found(self, message: pb.GenerateRequest, call: Call) -> Job | None:
        """The job that the same caller submitted before with the same request_id and request.

        Raises:
            RequestConflict: the request_id stands for another request.
        """
        if not message.request_id:
            return None
        job = await self._stores.ledger.find(call.caller.client_id, message.request_id)
        if job is not None and job.fingerprint != fingerprint_of(message):
            raise RequestConflict(f"request_id {message.request_id[:60]!r} stands for another request; choose another")
        return job

    async def submit(self, admitted: Admitted, call: Call, *, request_id: str = "", fingerprint: str = "") -> Job:
        """Writes a job down, publishes its batches, and gives the job; or the one that is there already.

        Args:
            admitted: What was asked for, with its seed and instant.
            call: The call that asks.
            request_id: The caller's idempotency key; an empty one is given a value.
            fingerprint: Of the request's body.

        Raises:
            Refusal: there is no room for its records, or it would take too many tokens of models.
            RequestConflict: the request_id was given to another request in the meantime.
        """
        expected = await reckoned(admitted)
        await self._ceilings.require(admitted, call.caller, expected)
        await self._room.require(admitted.run)
        with self._tracing.span("submit") as span:
            job = self._job(admitted, call, request_id, fingerprint)
            if expected is not None:
                job = replace(job, tokens_expected=expected.tokens)
            batches = batches_of(job.job_id, admitted.request, admitted.choice.served)
            span.note(job_id=job.job_id, job_path=job.path, job_batches=len(batches))
            written, new = await self._stores.ledger.submit(job, batches, publish_within=PUBLISH_WITHIN_SECONDS)
        if new:
            self._metrics.submitted(written.path)
            self._log.info(
                "job_submitted",
                request_id=call.request_id[:MAX_LOGGED_ID],
                job_id=written.job_id,
                path=written.path,
                records=written.records_requested,
                batches=len(batches),
            )
            await self._publish(batches)
        return written

    async def close(self) -> None:
        """Waits for what is being published."""
        if self._publishing:
            await asyncio.wait(self._publishing)

    def _job(self, admitted: Admitted, call: Call, request_id: str, fingerprint: str) -> Job:
        job_id = f"job-{secrets.token_hex(_JOB_ID_BYTES)}"
        return Job(
            job_id=job_id,
            client_id=call.caller.client_id,
            # A key of the service's own making is the id, which nobody else has.
            request_id=request_id or job_id,
            fingerprint=fingerprint,
            request=to_data(admitted.request),
            path=admitted.path,
            records_requested=admitted.run.count,
            engine_version=ENGINE_VERSION,
            metadata=known_beforehand(admitted),
            traceparent=self._tracing.traceparent(),
            token_ceilings=call.caller.token_ceilings,
        )

    async def _publish(self, batches: list[Batch]) -> None:
        task = asyncio.create_task(self._sent(batches))
        self._publishing.add(task)
        task.add_done_callback(self._publishing.discard)
        await asyncio.wait({task}, timeout=PATIENCE_SECONDS)

    async def _sent(self, batches: list[Batch]) -> None:
        try:
            with self._tracing.span("publish", Kind.PRODUCER) as span:
                span.note(job_id=batches[0].job_id, job_batches=len(batches))
                await self._stores.queue.publish(batches)
        except QueueFault as fault:
            # The ledger has the batches: the reaper publishes what nobody takes up in time.
            self._log.warning("publish_failed", job_id=batches[0].job_id, batches=len(batches), error=str(fault)[:200])
