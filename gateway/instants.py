"""Instants as the wire has them."""

from google.protobuf import timestamp_pb2


def of_epoch(seconds: float) -> timestamp_pb2.Timestamp:
    """Epoch seconds, to the microsecond."""
    micros = round(seconds * 1_000_000)
    return timestamp_pb2.Timestamp(seconds=micros // 1_000_000, nanos=micros % 1_000_000 * 1000)
