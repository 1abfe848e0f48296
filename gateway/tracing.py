"""OpenTelemetry spans of a request's steps. Its packages are imported only when tracing is on."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from typing_extensions import override

_NO_SPAN: AbstractContextManager[Any] = nullcontext()


class Tracing(Protocol):
    """Where spans go."""

    def span(self, name: str) -> AbstractContextManager[Any]:
        """A span below the one that is open in this task, for a `with` block."""
        ...

    def begin(self, method: str, metadata: Any) -> Any:
        """Opens the span of a call, below the caller's own (`traceparent`); gives a token for `end`."""
        ...

    def end(self, token: Any, status: str) -> None:
        """Closes the span of a call."""
        ...

    def close(self) -> None:
        """Sends what is still held and stops."""
        ...


class NoTracing(Tracing):
    """Tracing that is off."""

    @override
    def span(self, name: str) -> AbstractContextManager[Any]:
        """Nothing, at next to no cost."""
        return _NO_SPAN

    @override
    def begin(self, method: str, metadata: Any) -> Any:
        """Nothing."""
        return None

    @override
    def end(self, token: Any, status: str) -> None:
        """Nothing."""

    @override
    def close(self) -> None:
        """Nothing."""


class OpenTelemetryTracing(Tracing):
    """Spans sent in batches over OTLP/gRPC from a thread of their own."""

    def __init__(self, *, endpoint: str, service: str, version: str, exporter: Any = None) -> None:
        """Starts the exporter.

        Args:
            endpoint: `http://host:4317`; an `http` scheme means no TLS.
            service: The resource attribute `service.name` of every span.
            version: Its `service.version`.
            exporter: A SpanExporter to use in place of OTLP.
        """
        from opentelemetry import context, propagate, trace  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

        if exporter is None:
            from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

            exporter = OTLPSpanExporter(endpoint=endpoint, insecure=not endpoint.startswith("https://"))
        resource = Resource.create({"service.name": service, "service.version": version})
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("testdata.gateway", version)
        self._context, self._extract, self._trace = context, propagate.extract, trace

    @override
    def span(self, name: str) -> AbstractContextManager[Any]:
        """See Tracing."""
        return self._tracer.start_as_current_span(name, record_exception=False)

    @override
    def begin(self, method: str, metadata: Any) -> Any:
        """See Tracing."""
        carrier = {key: value for key, value in metadata or () if isinstance(value, str)}
        span = self._tracer.start_span(
            method, context=self._extract(carrier), kind=self._trace.SpanKind.SERVER, record_exception=False
        )
        return span, self._context.attach(self._trace.set_span_in_context(span))

    @override
    def end(self, token: Any, status: str) -> None:
        """See Tracing."""
        span, attached = token
        self._context.detach(attached)
        span.set_attribute("rpc.grpc.status", status)
        span.end()

    @override
    def close(self) -> None:
        """See Tracing."""
        self._provider.shutdown()
