"""Reflection: the contract as clients such as grpcurl and ghz ask for it."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FileDescriptor
from grpc_reflection.v1alpha import reflection, reflection_pb2_grpc

#: Its full name as a service.
NAME: Final = reflection.SERVICE_NAME

#: Adds a servicer to a server.
add_to_server: Callable[[Any, Any], None] = reflection_pb2_grpc.add_ServerReflectionServicer_to_server


def servicer_of(names: Iterable[str]) -> object:
    """What tells of these services, and of reflection itself."""
    pool: Any = _Pool()
    return reflection.aio.ReflectionServicer((*names, NAME), pool=pool)


class _Pool:
    """All descriptors of the process; methods are found by their names, too, which protobuf's own pool leaves out."""

    def __init__(self) -> None:
        self._all = descriptor_pool.Default()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._all, name)

    def FindFileContainingSymbol(self, symbol: str) -> FileDescriptor:  # noqa: N802 - as the pool's own
        """The file of a message, field, enum, service or method.

        Raises:
            KeyError: There is none of this name.
        """
        try:
            return self._all.FindFileContainingSymbol(symbol)
        except KeyError:
            method: Any = self._all.FindMethodByName(symbol)
            file: FileDescriptor = method.containing_service.file
            return file
