"""Records made by a gateway."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final

from testdata_agent.client import Client, ClientError, InvalidRequestError, Stream
from testdata_agent.testing.errors import Fault, FellBackWarning, RequestRefused, SourceFailed
from testdata_agent.testing.source import Record

#: What asks for another path than the engine's. A call that says nothing of the kind is the engine's, as it is in
#: process: no routing, so that the seed alone makes the record.
_OTHER_PATHS: Final = frozenset(
    {"context", "defect_triggering", "hints", "learn_from_history", "method", "patterns", "production_like"}
)


class ServerSource:
    """A gateway, reached through the client; see `Source`."""

    def __init__(self, client: Client) -> None:
        self.where, self.engine_version = f"at {client.target}", ""
        self._client = client

    def records(self, entity: str, count: int, said: Mapping[str, Any], notes: list[str]) -> Iterator[Record]:
        """See `Source.records`."""
        arguments: Any = dict(said)
        if not _OTHER_PATHS & arguments.keys():
            arguments["method"] = "traditional"
        with _told():
            stream = self._client.stream(entity, count=count, **arguments)
        records = self._read(stream, notes)
        # A refusal comes in place of the first record: it is the call's, whatever is taken of its records.
        return chain([first] if (first := next(records, None)) is not None else [], records)

    def close(self) -> None:
        """Closes the connection."""
        self._client.close()

    def _read(self, stream: Stream, notes: list[str]) -> Iterator[Record]:
        with _told(), stream:
            yield from stream
            metadata = stream.metadata
            if metadata is None:
                raise SourceFailed("the server ended the stream without its final chunk: records are missing")
        self.engine_version = metadata.engine_version
        notes += metadata.warnings
        if metadata.generation_path != "traditional":
            notes.append(f"made by the path {metadata.generation_path!r}: the seed alone does not make them again")
        if metadata.fallback_from:
            text = f"{metadata.fallback_from} could not serve: {metadata.fallback_reason}"
            notes.append(text)
            warnings.warn(f"{text}; {metadata.generation_path} made the records", FellBackWarning, stacklevel=2)


@contextmanager
def _told() -> Iterator[None]:
    """The client's errors as the fixtures' own."""
    try:
        yield
    except InvalidRequestError as error:
        faults = [Fault(v.field, v.reason, v.description) for v in error.violations]
        raise RequestRefused(faults or [Fault("", error.reason, str(error))]) from error
    except ClientError as error:
        raise SourceFailed(str(error)) from error
