"""`testdata check`."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

import io
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TextIO

import typer

from testdata_agent.cli import parsing
from testdata_agent.cli.faults import EXIT_FAILURE, Mistake, line, reported
from testdata_agent.cli.output import choose_format
from testdata_agent.engine.request import DEFAULT_LOCALE, OutputFormat, SchemaSource

if TYPE_CHECKING:
    from testdata_agent.engine.coherence.inspection import Inspection
    from testdata_agent.engine.coherence.score import Fault
    from testdata_agent.engine.rules.rulebook import Rulebook
    from testdata_agent.engine.schema.model import Schema
    from testdata_agent.engine.synthesis.outline import Outline

#: Faults that are shown unless all are asked for.
SHOWN: Final = 50
_READ: Final = (OutputFormat.JSON, OutputFormat.NDJSON, OutputFormat.CSV)


def check(
    first: Annotated[str, typer.Argument(metavar="ENTITY", help="What the records are. Left out with --schema.")],
    second: Annotated[
        str | None, typer.Argument(metavar="RECORDS", help="A file of JSON, NDJSON or CSV; - is stdin.")
    ] = None,
    *,
    schema: Annotated[Path | None, typer.Option(metavar="FILE", help="A schema of your own, not an entity.")] = None,
    records_format: Annotated[
        str | None, typer.Option("--format", metavar="json|ndjson|csv", help="Default: by the suffix, else json.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help=f"Show every fault, not the first {SHOWN}.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for machines.")] = False,
    as_of: Annotated[str | None, typer.Option(metavar="INSTANT", help="What `now` means. Default: now.")] = None,
    locale: Annotated[str, typer.Option(help="Language and country of places and money.")] = DEFAULT_LOCALE,
) -> None:
    """Score records of any origin, and name each fault with its row (from 1) and field.

    The exit code is 0 where there is no fault, 1 where there are, 2 where the records cannot be checked.
    """
    with reported():
        entity, records = (None, first) if second is None else (first, second)
        faults = _misused(entity, schema, locale)
        source = parsing.schema_source(schema, faults)
        moment, wrong_moment = parsing.instant(as_of)
        chosen = choose_format(records_format, Path(records))
        if chosen not in _READ:
            faults.append(f"--format: records are read from {', '.join(_READ)}, not from {chosen}")
        if faults or wrong_moment:
            raise Mistake([*faults, *wrong_moment])
        instant = moment if moment is not None else int(time.time())
        outline = _outline(entity, source)
        report = _Report(as_json=as_json, most=sys.maxsize if everything else SHOWN, book=outline.book)
        found = _inspected(records, chosen, outline.understanding.given, instant, locale, report)
        if found.faults:
            raise typer.Exit(EXIT_FAILURE)


def _misused(entity: str | None, schema: Path | None, locale: str) -> list[str]:
    from testdata_agent.stores.pools.locales import locale_fault

    faults = []
    if entity is None and schema is None:
        faults.append("write `testdata check ENTITY RECORDS`, or --schema FILE in place of the entity")
    if entity is not None and schema is not None:
        faults.append(f"{entity!r} and --schema are both given: the records are of one of them")
    unknown = locale_fault(locale) if locale != DEFAULT_LOCALE else None
    if unknown is not None:
        faults.append(f"--locale: {unknown.message}")
    return faults


def _outline(entity: str | None, source: SchemaSource | None) -> "Outline":
    from testdata_agent.engine.errors import InvalidRequest
    from testdata_agent.engine.schema.registry import Registry
    from testdata_agent.engine.schema.source import given_schema
    from testdata_agent.engine.synthesis.outline import Outline

    try:
        outline = Outline.of(Registry().get(entity or "") if source is None else given_schema(source, "records"))
        if outline.faults:
            raise InvalidRequest(outline.faults)
    except InvalidRequest as error:
        raise Mistake(line(fault.field, fault.description) for fault in error.violations) from error
    return outline


def _inspected(
    records: str, records_format: OutputFormat, schema: "Schema", as_of: int, locale: str, report: "_Report"
) -> "Inspection":
    """Scores the records and tells what was found."""
    from testdata_agent.engine.coherence.inspection import Inspection
    from testdata_agent.engine.coherence.score import Scorer
    from testdata_agent.engine.reading.errors import UnreadableText
    from testdata_agent.engine.reading.records import inspect

    inspection = Inspection(Scorer(schema, as_of=as_of, locale=locale))
    with _opened(records) as stream:
        try:
            for fault in inspect(stream, records_format, schema, inspection):
                report.tell(fault)
        except UnreadableText as error:
            raise Mistake([f"{records}: {error}"]) from error
        except UnicodeDecodeError as error:
            raise Mistake([f"{records}: it is not UTF-8 text ({error.reason})"]) from error
    if not inspection.records:
        raise Mistake([f"{records}: there are no records in it"])
    report.sum_up(inspection)
    return inspection


@contextmanager
def _opened(records: str) -> Iterator[TextIO]:
    try:
        if records == "-":
            yield io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", newline="")
            return
        stream = Path(records).open(encoding="utf-8", newline="")  # noqa: SIM115 - closed below, whatever its reader does
    except OSError as error:
        raise Mistake([f"cannot read {records}: {(error.strerror or str(error)).lower()}"]) from error
    with stream:
        yield stream


class _Report:
    """Tells faults as they are found, and the sum at the end."""

    def __init__(self, *, as_json: bool, most: int, book: "Rulebook") -> None:
        self._as_json, self._most, self._book = as_json, most, book
        self._faults: list[dict[str, Any]] = []
        self._told = 0

    def tell(self, fault: "Fault") -> None:
        """One fault, if not too many were told."""
        if self._told >= self._most:
            return
        self._told += 1
        if self._as_json:
            told = {"row": fault.row + 1, "field": fault.field, "check": fault.check, "message": fault.message}
            self._faults.append(told)
        else:
            typer.echo(f"row {fault.row + 1}{', ' if fault.field else ': '}{fault.message}")

    def sum_up(self, found: "Inspection") -> None:
        """The score and the counts."""
        if self._as_json:
            typer.echo(json.dumps(self._summary(found), ensure_ascii=False))
            return
        if found.faults > self._told:
            typer.echo(f"… and {found.faults - self._told:,} more faults: --all shows them")
        faults = f"faults in {found.faulty:,} of" if found.faults else "no faults in"
        score = "no check applies" if found.score is None else f"score {_written(found.score)}"
        counts = f"{found.passed:,} of {found.applied:,} checks passed"
        typer.echo(f"{faults} {found.records:,} records; {score}, {counts}")
        for sentence in self._book.prose:
            hint = f" (`{rule}` is checked)" if (rule := self._book.nearly.get(sentence)) else ""
            typer.echo(f"note: not checked, since it is prose: {sentence}{hint}", err=True)

    def _summary(self, found: "Inspection") -> dict[str, Any]:
        return {
            "score": found.score,
            "records": found.records,
            "faulty_records": found.faulty,
            "checks_passed": found.passed,
            "checks_applied": found.applied,
            "by_check": {name: {"passed": ok, "applied": all_} for name, (ok, all_) in found.by_check.items()},
            "unchecked_rules": list(self._book.prose),
            "faults_found": found.faults,
            "faults": self._faults,
        }


def _written(score: float) -> str:
    """A score; one that is not perfect is never shown as if it were."""
    return f"{min(score, 0.9999) if score < 1 else score:.4f}"
