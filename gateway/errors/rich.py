"""A refusal as gRPC's rich error: details text and the `grpc-status-details-bin` trailer.

Trailers share one small budget (clients take 8 KiB of metadata by default), so texts and lists that would not fit are
cut and say how much is missing. The status' message repeats the details text, as gRPC's readers of rich errors expect.
"""

import math
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from gateway.errors.catalog import DOMAIN
from gateway.errors.refusal import Refusal
from testdata_agent.engine.errors import Violation

TRAILER = "grpc-status-details-bin"

#: Bytes of the details text as it travels (percent-encoded).
MAX_TEXT_BYTES = 1500
#: Bytes of all field violations together.
MAX_VIOLATION_BYTES = 2400
#: Characters of one field path and of one description.
MAX_PATH_LENGTH = 120
MAX_DESCRIPTION_LENGTH = 400


def details(refusal: Refusal) -> str:
    """The text of the status: all of the refusal's, cut where it would not fit."""
    return cut_to_bytes(refusal.text, MAX_TEXT_BYTES)


def trailer(refusal: Refusal, text: str, request_id: str) -> bytes:
    """The google.rpc.Status that carries ErrorInfo, BadRequest for bad fields, and RetryInfo where a pause helps."""
    status = status_pb2.Status(code=refusal.status.value, message=text)
    info = error_details_pb2.ErrorInfo(reason=refusal.reason, domain=DOMAIN)
    info.metadata["request_id"] = request_id[:MAX_PATH_LENGTH]
    status.details.append(_packed(info))
    if refusal.violations:
        bad = error_details_pb2.BadRequest(field_violations=_fitting(refusal.violations))
        status.details.append(_packed(bad))
    if refusal.retry_seconds is not None:
        # Up to the next millisecond: whoever waits exactly so long is not a moment early.
        milliseconds = math.ceil(refusal.retry_seconds * 1000)
        pause = duration_pb2.Duration(seconds=milliseconds // 1000, nanos=milliseconds % 1000 * 1_000_000)
        status.details.append(_packed(error_details_pb2.RetryInfo(retry_delay=pause)))
    return bytes(status.SerializeToString())


def cut(text: str, limit: int) -> str:
    """`text`, or its beginning and how many characters were left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit} more characters)"


def cut_to_bytes(text: str, limit: int) -> str:
    """`text` cut so that its percent-encoded form takes about `limit` bytes at most."""
    if len(text) * 9 <= limit or (len(text) <= limit and len(quote(text, safe=_SAFE)) <= limit):
        return text
    kept = text[:limit]
    while len(quote(kept, safe=_SAFE)) > limit:
        kept = kept[: len(kept) * 7 // 8]
    return text if len(kept) == len(text) else cut(text, len(kept))


#: What gRPC's percent-encoding leaves as it is, close enough for a budget.
_SAFE = " !\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~"


def _packed(message: Message) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed


def _fitting(violations: Sequence[Violation]) -> Iterator[error_details_pb2.BadRequest.FieldViolation]:
    """The violations that fit into the trailer, and one line for those that do not."""
    room = MAX_VIOLATION_BYTES
    for index, violation in enumerate(violations):
        wire = error_details_pb2.BadRequest.FieldViolation(
            field=cut(violation.field, MAX_PATH_LENGTH),
            description=cut(violation.description, MAX_DESCRIPTION_LENGTH),
            reason=violation.reason,
        )
        room -= wire.ByteSize()
        if room < 0:
            rest = len(violations) - index
            yield error_details_pb2.BadRequest.FieldViolation(description=f"and {rest} more faults")
            return
        yield wire
