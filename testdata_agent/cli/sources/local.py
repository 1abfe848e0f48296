"""Records made in this process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from testdata_agent.cli import defects
from testdata_agent.cli.faults import Failure, Mistake, line
from testdata_agent.cli.sources.base import Facts, FieldView, Part, SchemaView
from testdata_agent.engine.defects.defect import is_hint
from testdata_agent.engine.defects.step import DefectTally
from testdata_agent.engine.errors import EngineError, InvalidRequest, TestDataError, UnsatisfiableError
from testdata_agent.engine.render.style import format_hint
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.run import Run
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.generator import Generator

#: Rows made and written at a time: some megabytes of text, large enough that the fixed cost of a slice is small.
_SLICE_ROWS = 4096


@contextmanager
def _told() -> Iterator[None]:
    """Engine errors as the command line's own."""
    try:
        yield
    except InvalidRequest as error:
        raise Mistake(line(v.field, v.description) for v in error.violations) from error
    except UnsatisfiableError as error:
        raise Mistake([line(error.violation.field, error.violation.description)]) from error
    except (EngineError, TestDataError) as error:
        raise Failure(str(error)) from error


class _LocalProduction:
    def __init__(self, run: Run, notes: tuple[str, ...]) -> None:
        self._run, self._notes = run, notes
        self._defects = DefectTally()

    def parts(self) -> Iterator[Part]:
        with _told():
            for start in range(0, self._run.count, _SLICE_ROWS):
                stop = min(start + _SLICE_ROWS, self._run.count)
                rows = self._run.rows(start, stop, self._defects)
                yield Part(self._run.document(rows, head=start == 0), stop - start)

    @property
    def count(self) -> int:
        return self._run.count

    def facts(self) -> Facts:
        given = defects.notes(self._defects.verdicts, self._defects.replaced)
        covering = self._run.covering
        report = None if covering is None else covering.report.as_data()
        said = (*self._run.warnings, *self._notes, *given, *defects.coverage_notes(report))
        return Facts(self._run.seed, self._run.as_of, said, report)


class LocalSource:
    """The engine in this process, its pools filled here."""

    def __init__(self) -> None:
        self._generator = Generator()

    @contextmanager
    def produce(self, request: GenerationRequest) -> Iterator[_LocalProduction]:
        """See `Source.produce`."""
        with _told():
            run = self._generator.prepare_now(request)
        yield _LocalProduction(run, _notes(request))

    def outlook(self, request: GenerationRequest) -> Sequence[tuple[str, str]]:
        """See `Source.outlook`."""
        with self.produce(request) as production:
            notes, count = production.facts().notes, production.count
        engine = ("path", "traditional: the engine in this process makes all records")
        return [engine, ("records", f"{count}"), ("tokens", "none"), *(("note", note) for note in notes)]

    def faults(self, request: GenerationRequest) -> tuple[str, ...]:
        """A line for every fault of the request; nothing is made."""
        try:
            with self.produce(request):
                return ()
        except Mistake as mistake:
            return mistake.lines

    def schemas(self) -> Sequence[SchemaView]:
        """See `Source.schemas`."""
        with _told():
            return [
                SchemaView(
                    schema.name,
                    schema.domain,
                    schema.description,
                    [FieldView(path, spec.type, spec.required, spec.description) for path, spec in schema.leaves()],
                )
                for schema in Registry().list()
            ]


def _notes(request: GenerationRequest) -> tuple[str, ...]:
    if request.context or any(not (format_hint(hint) or is_hint(hint)) for hint in request.hints):
        return (
            "context and hints are for a server's models and patterns; the engine in this process does not read them",
        )
    return ()
