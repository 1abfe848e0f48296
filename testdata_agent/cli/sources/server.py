"""Records made by a gateway."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

from testdata_agent.cli import defects
from testdata_agent.cli.connection import connect, told
from testdata_agent.cli.faults import Failure
from testdata_agent.cli.made import coverage_in, notes_of, outlook_of
from testdata_agent.cli.parsing import stated
from testdata_agent.cli.sources.base import Facts, FieldView, Part, SchemaView
from testdata_agent.client import Health, Stream
from testdata_agent.client.arguments import RequestArguments
from testdata_agent.engine.request import GenerationRequest


class _ServerProduction:
    def __init__(self, stream: Stream, parts: Iterator[Part]) -> None:
        self._stream, self._parts = stream, parts

    def parts(self) -> Iterator[Part]:
        with told():
            yield from self._parts

    def facts(self) -> Facts:
        metadata = self._stream.metadata
        if metadata is None:
            raise Failure("the server ended the stream without its final chunk: the records may be incomplete")
        report = coverage_in(metadata)
        notes = (*notes_of(metadata), *defects.coverage_notes(report))
        return Facts(metadata.seed, metadata.as_of.seconds, notes, report)


class ServerSource:
    """A gateway, reached through the client.

    Args:
        target: `host:port` of its gRPC port.
    """

    def __init__(self, target: str) -> None:
        self._client = connect(target)

    @contextmanager
    def produce(self, request: GenerationRequest) -> Iterator[_ServerProduction]:
        """See `Source.produce`. The first chunk is awaited here, since a refusal comes in its place."""
        with told():
            stream = self._client.stream(request.entity, **arguments_of(request))
        with stream:
            parts = _parts(stream, request.first_row)
            with told():
                first = next(parts, None)
            yield _ServerProduction(stream, _again(first, parts))

    def outlook(self, request: GenerationRequest) -> Sequence[tuple[str, str]]:
        """See `Source.outlook`."""
        arguments = arguments_of(request)
        arguments["dry_run"] = True
        with told(), self._client.stream(request.entity, **arguments) as stream:
            for _ in stream.texts():
                raise Failure("the server makes records where it was to make none; is it of an older release?")
            if stream.metadata is None:
                raise Failure("the server ended the stream without its final chunk")
            return outlook_of(stream.metadata, request.count)

    def schemas(self) -> Sequence[SchemaView]:
        """See `Source.schemas`."""
        with told():
            return [
                SchemaView(
                    schema.name,
                    schema.domain,
                    schema.description,
                    [FieldView(f.name, f.type, f.required, f.description) for f in schema.fields],
                )
                for schema in self._client.schemas()
            ]

    def health(self) -> Health:
        """What the gateway says about itself and its parts."""
        with told():
            return self._client.health()


def _parts(stream: Stream, first_row: int) -> Iterator[Part]:
    done = first_row
    for text in stream.texts():
        yield Part(text, stream.next_record - done)
        done = stream.next_record


def _again(first: Part | None, rest: Iterator[Part]) -> Iterator[Part]:
    if first is not None:
        yield first
    yield from rest


def arguments_of(request: GenerationRequest) -> RequestArguments:
    """The request in the client's words; what nobody stated is left to the server."""
    arguments: RequestArguments = {
        "domain": request.domain,
        "count": request.count,
        "seed": request.seed,
        "constraints": {path: stated(asdict(limits)) for path, limits in request.constraints.items()},  # type: ignore[misc]
        "scenarios": [
            {"name": s.name, "count": s.count, "overrides": s.overrides, "description": s.description}
            for s in request.scenarios
        ],
        "overrides": request.overrides,
        "context": request.context,
        "hints": request.hints,
        "output_format": request.output_format.value,
        "locale": request.locale,
        "as_of": request.as_of,
        "first_row": request.first_row,
        "envelope": request.envelope,
    }
    if request.defects is not None:
        arguments["defects"] = request.defects.classes or True
        arguments["defect_mode"] = request.defects.mode.value
        if request.defects.whole:
            arguments["count"] = None
    if request.schema_source is not None:
        arguments["schema"] = request.schema_source.text
    return arguments
