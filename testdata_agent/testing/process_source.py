"""Records made in the process of the tests."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from testdata_agent.engine.errors import EngineError, InvalidRequest, UnsatisfiableError
from testdata_agent.engine.run import Run
from testdata_agent.engine.version import ENGINE_VERSION
from testdata_agent.generator import default_generator
from testdata_agent.in_process import request_of
from testdata_agent.testing.errors import Fault, RequestRefused, SourceFailed
from testdata_agent.testing.source import SERVER_ONLY, Record

#: Records made at a time; the next ones are made once these were taken.
_SLICE_ROWS: Final = 1000


class ProcessSource:
    """The engine here; see `Source`."""

    where = "in this process"
    engine_version = ENGINE_VERSION

    def records(self, entity: str, count: int, said: Mapping[str, Any], notes: list[str]) -> Iterator[Record]:
        """See `Source.records`."""
        arguments = dict(said)
        if arguments.get("method") == "traditional":  # what the engine makes
            del arguments["method"]
        beyond = sorted(SERVER_ONLY & arguments.keys())
        faults = [Fault(name, "NEEDS_SERVER", _needs_server(name)) for name in beyond]
        for name in beyond:
            del arguments[name]
        run = _admitted(entity, count, arguments, faults)
        notes += run.warnings
        return _made(run)

    def close(self) -> None:
        """See `Source.close`; there is nothing to give back."""


def _needs_server(name: str) -> str:
    hint = " (a field of that name is set by overrides={...})" if name in {"context", "domain", "method"} else ""
    return f"takes a server: name one with --testdata-server or TESTDATA_SERVER{hint}"


def _admitted(entity: str, count: int, arguments: Mapping[str, Any], faults: list[Fault]) -> Run:
    try:
        run = default_generator().prepare_now(request_of(entity=entity, count=count, **arguments))
    except InvalidRequest as error:
        found = [Fault(v.field, v.reason, v.description) for v in error.violations]
        raise RequestRefused([*faults, *found]) from error
    if faults:
        raise RequestRefused(faults)
    return run


def _made(run: Run) -> Iterator[Record]:
    try:
        for start in range(0, run.count, _SLICE_ROWS):
            yield from run.records(start, min(start + _SLICE_ROWS, run.count))
    except UnsatisfiableError as error:
        violation = error.violation
        raise RequestRefused([Fault(violation.field, violation.reason, violation.description)]) from error
    except EngineError as error:
        raise SourceFailed(str(error)) from error
