"""testdata.v1.TestDataService: convert, call, convert back."""

from collections.abc import AsyncGenerator

from gateway.admission import Admission
from gateway.dry_runs import DryRuns
from gateway.errors.refusal import Refusal
from gateway.health import Health
from gateway.interceptors.base import Call
from gateway.metadata import describe
from gateway.pace import Pace
from gateway.paths import Admitted
from gateway.schemas import SchemaList
from gateway.scoring import Sample, Scoring, said_in
from gateway.streaming import FIRST_CHUNK_RECORDS, chunk_characters, parts, whole_lines
from testdata_agent.engine.coherence.score import CoherenceReport
from testdata_agent.service.tracing import Tracing
from testdata_agent.v1 import testdata_pb2 as pb

#: Rows of a unary answer's first slice: those of most calls.
_FIRST_SLICE_ROWS = 100


class TestDataServicer:
    """Serves the four methods. Refusals are raised; the chain around it turns them into statuses."""

    __test__ = False  # its name looks like a test class to pytest

    def __init__(
        self,
        admission: Admission,
        scoring: Scoring,
        schemas: SchemaList,
        health: Health,
        *,
        dry_runs: DryRuns,
        tracing: Tracing,
        max_message_bytes: int,
    ) -> None:
        self._admission = admission
        self._scoring = scoring
        self._schemas = schemas
        self._health = health
        self._dry_runs = dry_runs
        self._tracing = tracing
        self._max_message_bytes = max_message_bytes
        self._chunk_characters = chunk_characters(max_message_bytes)

    async def GenerateData(self, message: pb.GenerateRequest, call: Call) -> pb.GenerateResponse:  # noqa: N802 - its name in the contract
        """All records in one answer.

        Raises:
            Refusal: see Admission; RESPONSE_TOO_LARGE when the answer would not fit into a message.
        """
        admitted = await self._admission.admit(message, call)
        run = admitted.run
        if admitted.request.dry_run:
            metadata = await self._dry_runs.describe(admitted, call)
            return pb.GenerateResponse(
                request_id=call.request_id, success=True, data=run.document(()), metadata=metadata
            )
        with self._tracing.span("generation"):
            rows = await self._collect(admitted, call)
        report = await self._score(admitted, Sample.of(rows), call)
        response = pb.GenerateResponse(
            request_id=call.request_id,
            success=True,
            data=run.document(rows),
            record_count=len(rows),
            metadata=self._described(admitted, len(rows), call, report),
        )
        call.sent_bytes = response.ByteSize()
        if call.sent_bytes > self._max_message_bytes:
            raise self._too_large()
        call.records = len(rows)
        return response

    async def GenerateDataStream(self, message: pb.GenerateRequest, call: Call) -> AsyncGenerator[pb.DataChunk, None]:  # noqa: N802 - its name in the contract
        """Records in chunks as they are made; the last chunk has no data but the metadata."""
        admitted = await self._admission.admit(message, call, any_count=True)
        run, request_id, output_format = admitted.run, call.request_id, admitted.request.output_format
        if admitted.request.dry_run:
            yield _final(request_id, 0, run.first_row, await self._dry_runs.describe(admitted, call))
            return
        index, end = 0, run.first_row
        sample = Sample(run.count)
        async for start, block in admitted.choice.runner.blocks(admitted, call, Pace(FIRST_CHUNK_RECORDS)):
            sample.take(start, block)
            end = run.first_row + start
            for rows in parts(block, self._chunk_characters):
                first, end = end, end + len(rows)
                chunk = pb.DataChunk(
                    request_id=request_id,
                    data=whole_lines(run.document(rows, head=index == 0), output_format),
                    chunk_index=index,
                    first_record=first,
                    next_record=end,
                )
                self._check_size(chunk, call)
                call.first_record_seconds = call.first_record_seconds or call.elapsed_seconds()
                yield chunk
                call.records += len(rows)
                index += 1
        report = await self._score(admitted, sample, call) if sample.rows else None
        yield _final(request_id, index, end, self._described(admitted, call.records, call, report))

    async def GetSchemas(self, message: pb.GetSchemasRequest, call: Call) -> pb.GetSchemasResponse:  # noqa: N802, ARG002
        """The known schemas, of one domain or all."""
        return await self._schemas.of(message.domain)

    async def HealthCheck(self, message: pb.HealthCheckRequest, call: Call) -> pb.HealthCheckResponse:  # noqa: N802, ARG002
        """The state of the service and its parts."""
        await self._health.look()
        return pb.HealthCheckResponse(status=self._health.status(), components=self._health.components())

    async def _collect(self, admitted: Admitted, call: Call) -> list[str]:
        """Every record of an answer that is sent whole."""
        gathered: list[str] = []
        size = 0
        # Run to its end even where one block is all: an abandoned generator costs the loop a task and a wake-up.
        async for _, block in admitted.choice.runner.blocks(admitted, call, Pace(_FIRST_SLICE_ROWS)):
            gathered.extend(block)
            size += sum(map(len, block))
            if size > self._max_message_bytes:
                raise self._too_large()
        return gathered

    async def _score(self, admitted: Admitted, sample: Sample, call: Call) -> CoherenceReport | None:
        """The score of what the gateway made; what a job made was scored there, what patterns made as it was made."""
        if call.job is not None:
            return None
        if call.grown is not None:
            return self._scoring.counted(call.grown.report)
        return await self._scoring.report(
            admitted.run,
            sample,
            path=admitted.choice.served,
            request_id=call.request_id,
            said=said_in(admitted.request),
        )

    def _described(
        self, admitted: Admitted, records: int, call: Call, report: CoherenceReport | None
    ) -> pb.GenerationMetadata:
        return describe(
            admitted,
            records=records,
            seconds=call.elapsed_seconds(),
            report=report,
            job=call.job,
            defects=call.defects,
            grown=call.grown,
        )

    def _check_size(self, chunk: pb.DataChunk, call: Call) -> None:
        size = chunk.ByteSize()
        if size > self._max_message_bytes:
            raise Refusal("RECORD_TOO_LARGE")
        call.sent_bytes += size

    def _too_large(self) -> Refusal:
        limit = f"the answer is over the message limit of {self._max_message_bytes} bytes"
        return Refusal("RESPONSE_TOO_LARGE", f"{limit}; stream it: use GenerateDataStream")


def _final(request_id: str, index: int, end: int, metadata: pb.GenerationMetadata) -> pb.DataChunk:
    """The last chunk of a stream."""
    return pb.DataChunk(
        request_id=request_id, chunk_index=index, is_final=True, first_record=end, next_record=end, metadata=metadata
    )
