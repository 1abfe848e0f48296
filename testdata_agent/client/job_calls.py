"""What both clients say to the JobService, and when they say it again."""

import uuid
from typing import Final, Unpack

import grpc
from google.protobuf.duration_pb2 import Duration

from testdata_agent.client.arguments import RequestArguments
from testdata_agent.client.conversion import to_request
from testdata_agent.client.errors import ClientError, TlsError
from testdata_agent.client.retry import RetryPolicy
from testdata_agent.v1 import jobs_pb2 as pb

#: A follower goes on through a server's restart: two minutes without a record, and it gives up.
FOLLOW_RETRY: Final = RetryPolicy(attempts=65)
#: How long one call waits for a job; a longer wait is several of them, so that none is cut off by what lies between.
WAIT_SECONDS: Final = 50.0
#: What a call that waits is given beyond what it waits.
WAIT_GRACE_SECONDS: Final = 10.0

#: How a stream ends that broke: a server that went away, or that ended its calls to go away.
_BROKEN: Final = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED})


def submission(entity: str, **arguments: Unpack[RequestArguments]) -> pb.SubmitJobRequest:
    """The job to submit. It always has a request_id, so that submitting it twice makes one job.

    Raises:
        InvalidRequestError: see `to_request`.
    """
    request = to_request(entity, **arguments)
    request.request_id = request.request_id or uuid.uuid4().hex
    return pb.SubmitJobRequest(request=request)


def waiting(job_id: str, seconds: float) -> pb.WaitJobRequest:
    """The wait for a job."""
    timeout = Duration()
    timeout.FromNanoseconds(int(seconds * 1e9))
    return pb.WaitJobRequest(job_id=job_id, timeout=timeout)


def pause_before_resuming(retry: RetryPolicy, failures: int, code: grpc.StatusCode, error: ClientError) -> float | None:
    """Seconds until a broken stream is taken up again, or None: not at all.

    Args:
        retry: How often, and after what pauses.
        failures: So many times in a row, without a record between.
        code: How the stream ended.
        error: What became of that. With a reason, the server has heard us, and means it; distrust stays.
    """
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED:
        return retry.pause_after(failures, code, error.retry_after_seconds)
    meant = bool(error.reason) and code is not grpc.StatusCode.UNAVAILABLE
    if code not in _BROKEN or meant or isinstance(error, TlsError):
        return None
    return retry.pause_after(failures, grpc.StatusCode.UNAVAILABLE)
