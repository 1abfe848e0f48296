"""From gRPC's errors to the client's own: once, here, to the most specific kind."""

import grpc
import grpc.aio
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from testdata_agent.client import errors
from testdata_agent.client.errors import ClientError, FieldViolation

_KINDS: dict[grpc.StatusCode, type[ClientError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: errors.InvalidRequestError,
    grpc.StatusCode.OUT_OF_RANGE: errors.InvalidRequestError,
    grpc.StatusCode.NOT_FOUND: errors.NotFoundError,
    grpc.StatusCode.ALREADY_EXISTS: errors.RequestConflictError,
    grpc.StatusCode.FAILED_PRECONDITION: errors.PathUnavailableError,
    grpc.StatusCode.RESOURCE_EXHAUSTED: errors.LimitExceededError,
    grpc.StatusCode.DEADLINE_EXCEEDED: errors.DeadlineExceededError,
    grpc.StatusCode.ABORTED: errors.CancelledError,
    grpc.StatusCode.CANCELLED: errors.CancelledError,
    grpc.StatusCode.UNAVAILABLE: errors.UnavailableError,
    grpc.StatusCode.UNAUTHENTICATED: errors.AuthenticationError,
    grpc.StatusCode.PERMISSION_DENIED: errors.AuthenticationError,
}

#: What gRPC says of two ends that do not trust each other, and what is to be said to a person.
_DISTRUST: dict[str, str] = {
    "certificate has expired": "the certificate of {target} has expired",
    "certificate is not yet valid": "the certificate of {target} is not valid yet",
    "Hostname Verification Check failed": "the certificate of {target} is for another host: call the server by a name"
    " that its certificate has, or say that name (`server_name`, TESTDATA_TLS_SERVER_NAME)",
    "CERTIFICATE_VERIFY_FAILED": "the certificate of {target} is not signed by a CA that is trusted here: name its CA"
    " (`ca_file`, TESTDATA_TLS_CA_FILE)",
    "WRONG_VERSION_NUMBER": "{target} does not speak TLS: connect without it, or to its TLS port",
}
#: Where the server names the job that makes the records of a call.
_JOB_HEADER = "x-job-id"
#: How a server ends a connection in plain text, or one without a certificate that it trusts, before any call.
_HUNG_UP = "Socket closed"


def translate(error: grpc.RpcError, target: str) -> ClientError:
    """The client's error for `error`, with the reason and the violations that the server attached.

    Args:
        error: What a call raised; sync and aio calls are alike.
        target: The address that was called, for messages that would not name it otherwise.
    """
    code, text = error.code(), error.details() or ""
    reason, violations, retry_after = _details(error)
    if code is grpc.StatusCode.UNAVAILABLE and not reason:
        unavailable = _unavailable(text, target)
        unavailable.job_id = _job_of(error)
        return unavailable
    if code is grpc.StatusCode.DEADLINE_EXCEEDED and not reason:
        text = f"no answer from {target} within the timeout"
    elif code is grpc.StatusCode.UNIMPLEMENTED and not reason:
        text = f"{target} does not have this call: it is no gateway, or one of another release ({text or code.name})"
    elif not text:
        text = f"{target} answered {code.name}"
    return _KINDS.get(code, errors.ServerError)(
        text, reason=reason, violations=violations, retry_after_seconds=retry_after, job_id=_job_of(error)
    )


def _unavailable(text: str, target: str) -> ClientError:
    """In a person's words; gRPC's own account of every address that it tried is for the log, and stays in the cause."""
    for sign, words in _DISTRUST.items():
        if sign in text:
            return errors.TlsError(words.format(target=target))
    if "DNS resolution failed" in text:
        return errors.UnavailableError(f"no server answers at {target}: there is no host of that name")
    said = f"no server answers at {target}"
    if text and not text.startswith("failed to connect"):
        return errors.UnavailableError(f"{said} ({text})")
    if "Failed parsing HTTP/2" in text:
        said += ": what listens there is no gRPC server. Is it the gateway's port for health and metrics?"
    elif _HUNG_UP in text:
        said += (
            ": something there closes the connection. If that is a gateway with TLS, connect by TLS (`tls=Tls(...)`,"
            " TESTDATA_TLS=true); if it asks for certificates of clients, with one of its CA (`cert_file`, `key_file`)"
        )
    return errors.UnavailableError(said)


def _job_of(error: grpc.RpcError) -> str:
    """The job that the server made of a call, which it names before anything else."""
    metadata = error.initial_metadata() if isinstance(error, (grpc.Call, grpc.aio.AioRpcError)) else None
    return next((str(value) for key, value in metadata or () if key == _JOB_HEADER), "")


def _details(error: grpc.RpcError) -> tuple[str, tuple[FieldViolation, ...], float | None]:
    """Reads google.rpc.ErrorInfo, BadRequest and RetryInfo; a server that attaches none of them gives empty ones."""
    try:
        status = rpc_status.from_call(error)  # type: ignore[arg-type]  # errors of calls are calls
    except ValueError:  # trailers whose code or text differ from the call's: a proxy rewrote one of them
        return "", (), None
    reason, violations, retry_after = "", [], None
    for detail in status.details if status is not None else ():
        info, bad, again = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest(), error_details_pb2.RetryInfo()
        if _unpack(detail, info):
            reason = info.reason
        elif _unpack(detail, bad):
            violations += [FieldViolation(v.field, v.reason, v.description) for v in bad.field_violations]
        elif _unpack(detail, again):
            retry_after = again.retry_delay.ToNanoseconds() / 1e9
    return reason, tuple(violations), retry_after


def _unpack(detail: "Message", into: Message) -> bool:
    return bool(detail.Unpack(into))  # type: ignore[attr-defined]
