"""Jobs of the model path through gateway, Redis and one worker: the first record at its caller, a hundred at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from testdata_agent.v1 import jobs_pb2, jobs_pb2_grpc
from testdata_agent.v1 import testdata_pb2 as pb
from tests.benchmarks.table import Figure
from tests.benchmarks.usage import MEGABYTE, resident_bytes
from tests.integration.model.service import Service, service
from tests.standin.server import StandIn

_CONTEXT = "Carts of a family that moves into its first house"
_FIRST_TOKEN_SECONDS, _TOKENS_A_SECOND = 0.8, 70.0
_ROUNDS = 5
_JOBS, _JOB_SECONDS = 100, 2.0


def figures() -> list[Figure]:
    """All of them."""
    with (
        TemporaryDirectory() as folder,
        StandIn() as standin,
        service(Path(folder), standin, LLM_PARALLEL_BATCHES=str(_JOBS)) as running,
    ):
        _first_record(running, standin)  # what a process does once is done
        standin.first_token, standin.rate = _FIRST_TOKEN_SECONDS, _TOKENS_A_SECOND
        lag = min(_first_record(running, standin) for _ in range(_ROUNDS))
        standin.first_token, standin.rate = _JOB_SECONDS, 0.0
        seconds = min(_at_once(running) for _ in range(2))
        taken = resident_bytes(running.worker.pid)
    return [
        Figure("First cart at its caller after its last token left the model", lag * 1000, " ms", 1, most=50),
        Figure(f"{_JOBS} jobs of {_JOB_SECONDS:g} s each, one worker", seconds, " s", 2, most=4),
        Figure("the same: memory of the worker", taken / MEGABYTE, " MB", most=400),
    ]


def _first_record(running: Service, standin: StandIn) -> float:
    """Seconds from the moment that the model closed a record to the one at which a stream's caller had it."""
    before = len(standin.closed_records)
    request = pb.GenerateRequest(entity="cart", count=1, context=_CONTEXT)
    chunks = running.gateway.stub().GenerateDataStream(request, timeout=60)
    assert next(chunks).data
    had = time.monotonic()
    for _ in chunks:
        pass
    return had - standin.closed_records[before]


def _at_once(running: Service) -> float:
    """Seconds from the first submission to the last end."""
    jobs = jobs_pb2_grpc.JobServiceStub(running.gateway.channel())
    request = jobs_pb2.SubmitJobRequest(request=pb.GenerateRequest(entity="cart", count=1, context=_CONTEXT))

    def run(_: int) -> None:
        wait = jobs_pb2.WaitJobRequest(job_id=jobs.SubmitJob(request).job_id)
        wait.timeout.FromSeconds(60)
        job = jobs.WaitJob(wait)
        if (job.state, job.records_done) != (jobs_pb2.SUCCEEDED, 1):
            raise RuntimeError(f"a job ended otherwise: {job}")

    with ThreadPoolExecutor(_JOBS) as callers:
        began = time.perf_counter()
        for _ in callers.map(run, range(_JOBS)):
            pass
        return time.perf_counter() - began
