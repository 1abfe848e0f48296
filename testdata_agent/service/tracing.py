"""OpenTelemetry spans of a request's steps, over all processes. Its packages are imported only when tracing is on.

Nothing of a request's text goes into a span: names, ids and figures alone, and of a failure only its kind.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import StrEnum
from typing import Any, Protocol

from typing_extensions import override

from testdata_agent.service.settings import TracingSettings

#: The W3C header that carries a trace from one process to the next.
_HEADER = "traceparent"
#: Statuses of calls that failed for the server; the others are answers to what was asked.
_SERVER_FAULTS = frozenset({"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"})


class Kind(StrEnum):
    """What a span is to those beside it; the names are OpenTelemetry's."""

    INTERNAL = "INTERNAL"
    SERVER = "SERVER"
    CLIENT = "CLIENT"
    PRODUCER = "PRODUCER"
    CONSUMER = "CONSUMER"


class Span(Protocol):
    """A step under way."""

    def note(self, **facts: str | float) -> None:
        """Adds attributes; a `_` of a name is a dot."""
        ...

    def end(self, failure: str = "") -> None:
        """Closes it; `failure` is the kind of what went wrong. A second end changes nothing."""
        ...


class Tracing(Protocol):
    """Where spans go."""

    def span(
        self, name: str, kind: Kind = Kind.INTERNAL, *, parent: str = "", started_ns: int | None = None
    ) -> AbstractContextManager[Span]:
        """A span for a `with` block, in which others stand below it.

        Args:
            name: Of the step.
            kind: What it is to others.
            parent: What it stands below, as `traceparent` gave it; empty: the span that is open in this task.
            started_ns: When it began, in nanoseconds of the epoch; None: now.
        """
        ...

    def open(self, name: str, kind: Kind = Kind.INTERNAL) -> Span:
        """A span below the open one that nothing stands below, to be ended by its owner: for generators."""
        ...

    def traceparent(self) -> str:
        """The span that is open in this task, for another process; empty where there is none."""
        ...

    def begin(self, method: str, metadata: Any, request_id: str = "") -> Any:
        """Opens the span of a call, below the caller's own (`traceparent`); gives a token for `end`."""
        ...

    def end(self, token: Any, status: str) -> None:
        """Closes the span of a call."""
        ...

    def close(self) -> None:
        """Sends what is still held and stops."""
        ...


class _NoSpan(Span):
    @override
    def note(self, **facts: str | float) -> None:
        """Nothing."""

    @override
    def end(self, failure: str = "") -> None:
        """Nothing."""


_NO_SPAN: Span = _NoSpan()
_NO_BLOCK: AbstractContextManager[Span] = nullcontext(_NO_SPAN)


class NoTracing(Tracing):
    """Tracing that is off, at next to no cost."""

    @override
    def span(
        self, name: str, kind: Kind = Kind.INTERNAL, *, parent: str = "", started_ns: int | None = None
    ) -> AbstractContextManager[Span]:
        """Nothing."""
        return _NO_BLOCK

    @override
    def open(self, name: str, kind: Kind = Kind.INTERNAL) -> Span:
        """Nothing."""
        return _NO_SPAN

    @override
    def traceparent(self) -> str:
        """Nothing."""
        return ""

    @override
    def begin(self, method: str, metadata: Any, request_id: str = "") -> Any:
        """Nothing."""
        return None

    @override
    def end(self, token: Any, status: str) -> None:
        """Nothing."""

    @override
    def close(self) -> None:
        """Nothing."""


class _OpenSpan(Span):
    """A span of OpenTelemetry's."""

    def __init__(self, span: Any, failed: Any) -> None:
        self._span, self._failed = span, failed

    @override
    def note(self, **facts: str | float) -> None:
        """See Span."""
        for name, value in facts.items():
            self._span.set_attribute(name.replace("_", "."), value)

    @override
    def end(self, failure: str = "") -> None:
        """See Span."""
        if not self._span.is_recording():
            return
        if failure:
            self._span.set_status(self._failed)
            self._span.set_attribute("error.type", failure)
        self._span.end()


class OpenTelemetryTracing(Tracing):
    """Spans sent in batches over OTLP/gRPC from a thread of their own."""

    def __init__(self, *, endpoint: str, service: str, version: str, exporter: Any = None) -> None:
        """Starts the exporter; not before a fork, which its connection does not survive.

        Args:
            endpoint: `http://host:4317`; an `http` scheme means no TLS.
            service: The resource attribute `service.name` of every span.
            version: Its `service.version`.
            exporter: A SpanExporter to use in place of OTLP.
        """
        from opentelemetry import context, trace  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

        if exporter is None:
            from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

            exporter = OTLPSpanExporter(endpoint=endpoint, insecure=not endpoint.startswith("https://"))
        resource = Resource.create({"service.name": service, "service.version": version})
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer(service, version)
        self._context, self._trace = context, trace
        self._carrying = TraceContextTextMapPropagator()
        self._failed = trace.Status(trace.StatusCode.ERROR)

    @override
    @contextmanager
    def span(
        self, name: str, kind: Kind = Kind.INTERNAL, *, parent: str = "", started_ns: int | None = None
    ) -> Iterator[Span]:
        """See Tracing."""
        above = self._carrying.extract({_HEADER: parent}) if parent else None
        raw = self._tracer.start_span(name, context=above, kind=self._trace.SpanKind[kind], start_time=started_ns)
        opened = _OpenSpan(raw, self._failed)
        attached = self._context.attach(self._trace.set_span_in_context(raw))
        try:
            yield opened
        except BaseException as error:
            # The kind alone: the words of an error may quote a request.
            opened.end(type(error).__name__)
            raise
        finally:
            self._context.detach(attached)
            opened.end()

    @override
    def open(self, name: str, kind: Kind = Kind.INTERNAL) -> Span:
        """See Tracing."""
        return _OpenSpan(self._tracer.start_span(name, kind=self._trace.SpanKind[kind]), self._failed)

    @override
    def traceparent(self) -> str:
        """See Tracing."""
        carrier: dict[str, str] = {}
        self._carrying.inject(carrier)
        return carrier.get(_HEADER, "")

    @override
    def begin(self, method: str, metadata: Any, request_id: str = "") -> Any:
        """See Tracing."""
        carrier = {key: value for key, value in metadata or () if isinstance(value, str)}
        span = self._tracer.start_span(
            method, context=self._carrying.extract(carrier), kind=self._trace.SpanKind.SERVER, record_exception=False
        )
        span.set_attributes({"rpc.system": "grpc", "rpc.method": method, "request.id": request_id})
        return span, self._context.attach(self._trace.set_span_in_context(span))

    @override
    def end(self, token: Any, status: str) -> None:
        """See Tracing."""
        span, attached = token
        self._context.detach(attached)
        span.set_attribute("rpc.grpc.status", status)
        _OpenSpan(span, self._failed).end(status if status in _SERVER_FAULTS else "")

    @override
    def close(self) -> None:
        """See Tracing."""
        self._provider.shutdown()


def tracing_of(settings: TracingSettings, service: str, version: str) -> Tracing:
    """Where the settings say that the spans of this process go."""
    if not settings.tracing_enabled:
        return NoTracing()
    return OpenTelemetryTracing(endpoint=settings.otlp_endpoint, service=service, version=version)
