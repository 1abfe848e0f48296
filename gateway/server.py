"""The gRPC server: services behind the chain, and the standard parts beside them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import grpc
from grpc_health.v1 import health as grpc_health
from grpc_health.v1 import health_pb2, health_pb2_grpc

from gateway import reflection
from gateway.decoding import tolerant
from gateway.health import Health
from gateway.interceptors.base import Call
from gateway.interceptors.chain import Chain

#: Bytes of one request; schemas and scenarios are large, records never come in.
MAX_REQUEST_BYTES = 16 * 1024 * 1024

_MINUTE_MS = 60_000
#: How long a server that drains takes calls up without beginning them.
_TAKING_UP_SECONDS = 0.1

#: Pings find dead peers behind proxies; clients may ping every ten seconds, in calls and between them.
_KEEPALIVE = (
    ("grpc.keepalive_time_ms", 2 * _MINUTE_MS),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
    ("grpc.http2.max_ping_strikes", 5),
)


#: What one connection may have under way, and for how long it may have nothing: clients wait, or connect again, by
#: themselves. What a client sends a moment too early is served, too; gRPC would break it off otherwise.
_CONNECTION = (
    ("grpc.max_concurrent_streams", 1000),
    ("grpc.http.overload_protection", 0),
    ("grpc.max_connection_idle_ms", 30 * _MINUTE_MS),
)


class _Collected:
    """Takes the place of a server in the generated `add_..._to_server`, to get at a servicer's handlers."""

    def __init__(self) -> None:
        self.handlers: dict[str, Any] = {}

    def add_generic_rpc_handlers(self, handlers: Sequence[Any]) -> None:
        """Not needed: the same handlers come registered."""

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Any]) -> None:  # noqa: ARG002
        """Keeps them."""
        self.handlers = dict(handlers)


class GrpcServer:
    """One grpc.aio server with its health service and reflection."""

    def __init__(
        self,
        chain: Chain,
        health: Health,
        *,
        max_message_bytes: int,
        compression: str,
        share_port: bool,
        connection_age_seconds: float | None = None,
    ) -> None:
        """Builds it; nothing is bound yet.

        Args:
            chain: Put around every method of every service.
            health: Told when the server serves and drains.
            max_message_bytes: Of one answer.
            compression: "gzip" compresses answers to clients that take it; compressed requests are always read.
            share_port: Whether sibling processes may listen on the same port.
            connection_age_seconds: After which a connection takes no new calls; those under way end in their own time.
        """
        options: list[tuple[str, Any]] = [
            ("grpc.so_reuseport", int(share_port)),
            ("grpc.max_send_message_length", max_message_bytes),
            ("grpc.max_receive_message_length", max(MAX_REQUEST_BYTES, max_message_bytes)),
            *_KEEPALIVE,
            *_CONNECTION,
        ]
        if connection_age_seconds is not None:
            options.append(("grpc.max_connection_age_ms", int(connection_age_seconds * 1000)))
        packed = grpc.Compression.Gzip if compression == "gzip" else None
        self._server = grpc.aio.server(options=options, compression=packed)
        self._chain = chain
        self._health = health
        self._standard = grpc_health.aio.HealthServicer()
        self._names: list[str] = []

    def add(self, name: str, servicer: object, adder: Callable[[Any, Any], None]) -> None:
        """Adds a service.

        Args:
            name: Its full name.
            servicer: Its methods, as `(request, call)`.
            adder: The generated `add_..._to_server`.
        """
        collected = _Collected()
        adder(servicer, collected)
        handlers = {method: self._wrapped(method, handler) for method, handler in collected.handlers.items()}
        generic = grpc.method_handlers_generic_handler(name, handlers)
        self._server.add_generic_rpc_handlers((generic,))
        self._names.append(name)

    async def start(self, host: str, port: int, credentials: grpc.ServerCredentials | None = None) -> int:
        """Listens, in plain text where there are no credentials; gives the port.

        Raises:
            RuntimeError: the port cannot be bound.
        """
        # Without the chain: probes show no key.
        health_pb2_grpc.add_HealthServicer_to_server(self._standard, self._server)
        self._add_reflection()
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        if credentials is None:
            bound = self._server.add_insecure_port(address)
        else:
            bound = self._server.add_secure_port(address, credentials)
        await self._server.start()
        for name in ("", *self._names):
            await self._standard.set(name, health_pb2.HealthCheckResponse.SERVING)
        self._health.serve()
        return int(bound)

    def _add_reflection(self) -> None:
        """Behind the chain, so that the contract is told to those alone who may call."""
        health = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
        collected = _Collected()
        reflection.add_to_server(reflection.servicer_of((*self._names, health)), collected)
        handlers = {method: self._talking(method, handler) for method, handler in collected.handlers.items()}
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(reflection.NAME, handlers),))

    async def drain(self, grace_seconds: float) -> None:
        """Takes no more calls, lets those under way finish for `grace_seconds`, then ends them.

        Calls that have come and are not taken up yet would be cancelled by gRPC as it stops. So that none is, what is
        new waits for a moment, in which a busy server takes up all that have come; then they are served, too.
        """
        self._health.drain()
        await self._standard.enter_graceful_shutdown()
        self._chain.hold()
        await asyncio.sleep(_TAKING_UP_SECONDS)
        stopping = asyncio.create_task(self._server.stop(grace_seconds))
        await asyncio.sleep(0)
        self._chain.release()
        await stopping

    def _talking(self, method: str, handler: Any) -> Any:
        """A method of another's servicer that talks both ways, which takes grpc's context."""

        def talk(requests: AsyncIterator[Any], call: Call) -> AsyncGenerator[Any, None]:
            answers: AsyncGenerator[Any, None] = handler.stream_stream(requests, call.context)
            return answers

        decode = tolerant(handler.request_deserializer)
        return grpc.stream_stream_rpc_method_handler(
            self._chain.talking(method, talk), decode, handler.response_serializer
        )

    def _wrapped(self, method: str, handler: Any) -> Any:
        decode = tolerant(handler.request_deserializer)
        if handler.request_streaming:
            return grpc.stream_unary_rpc_method_handler(
                self._chain.gathering(method, handler.stream_unary), decode, handler.response_serializer
            )
        if handler.response_streaming:
            return grpc.unary_stream_rpc_method_handler(
                self._chain.stream(method, handler.unary_stream), decode, handler.response_serializer
            )
        return grpc.unary_unary_rpc_method_handler(
            self._chain.unary(method, handler.unary_unary), decode, handler.response_serializer
        )
