"""Request deserialisers that never raise.

grpc.aio answers UNKNOWN when a deserialiser fails. These hand the failure on as a value instead, and the call is then
refused as what it is: a bad request.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from google.protobuf.message import DecodeError

_M = TypeVar("_M")


@dataclass(frozen=True, slots=True)
class Undecodable:
    """Stands in for a request whose bytes could not be read."""

    size_bytes: int


def tolerant(deserialize: Callable[[bytes], _M]) -> Callable[[bytes], _M | Undecodable]:
    """Wraps `deserialize` so that bytes which are no such message give an `Undecodable`."""

    def decode(data: bytes) -> _M | Undecodable:
        try:
            return deserialize(data)
        except (DecodeError, UnicodeDecodeError):
            return Undecodable(len(data))

    return decode
