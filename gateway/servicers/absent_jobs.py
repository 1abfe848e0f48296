"""testdata.v1.JobService where there is no ledger: every method is refused and says what is missing."""

from collections.abc import AsyncGenerator
from typing import Any

from gateway.errors.refusal import Refusal
from gateway.interceptors.base import Call
from testdata_agent.v1 import jobs_pb2 as pb
from testdata_agent.v1 import testdata_pb2


class AbsentJobServicer:
    """Stands in the place of JobServicer."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        """Takes the variables that would have to be set."""
        self._words = (
            f"this gateway keeps no jobs: set {' and '.join(missing)}, or start all parts together with `testdata up`"
        )

    async def SubmitJob(self, message: pb.SubmitJobRequest, call: Call) -> Any:  # noqa: N802, ARG002
        """Refused, as all methods."""
        raise Refusal("JOBS_NOT_AVAILABLE", self._words)

    GetJob = ListJobs = CancelJob = WaitJob = GetJobResults = SubmitJob

    async def StreamJobResults(  # noqa: N802
        self,
        message: pb.StreamJobResultsRequest,  # noqa: ARG002
        call: Call,  # noqa: ARG002
    ) -> AsyncGenerator[testdata_pb2.DataChunk, None]:
        """Refused, as all methods."""
        raise Refusal("JOBS_NOT_AVAILABLE", self._words)
        yield  # makes it a stream
