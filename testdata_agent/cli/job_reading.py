"""A job's records, written where they are wanted."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import typer

from testdata_agent.cli.connection import told
from testdata_agent.cli.faults import EXIT_FAILURE
from testdata_agent.cli.job_progress import watched
from testdata_agent.cli.jobs import JobSource, ended_well, words
from testdata_agent.cli.made import notes_of
from testdata_agent.cli.output import joined, opened
from testdata_agent.client import Job
from testdata_agent.engine.request import OutputFormat


def follow(source: JobSource, job: Job, target: Path | None, from_record: int) -> None:
    """Writes the records of a job until it ends; exits with 1 where it did not succeed.

    On Ctrl-C it says how to go on.
    """
    with source.follow(job.job_id, from_record) as stream:
        try:
            with told():
                _write(watched(stream, source, job, to_file=target is not None), target)
        except KeyboardInterrupt:
            where = f"--from-record {stream.next_record}" if target is None else f"-o {target}"
            typer.echo(f"job {job.job_id} goes on; its records: testdata jobs watch {job.job_id} {where}", err=True)
            raise
    ended = source.get(job.job_id)
    typer.echo(words(ended), err=True)
    for note in notes_of(ended.metadata):
        if note != ended.error:
            typer.echo(f"note: {note}", err=True)
    if not ended_well(ended):
        raise typer.Exit(EXIT_FAILURE)


def gather(source: JobSource, job_id: str, target: Path | None, from_record: int, limit: int | None) -> None:
    """Writes the records of a job that are there, and says where it stands if more may come."""
    pages = _Pages(source, job_id, from_record, limit)
    _write(pages.texts(), target)
    if not pages.final:
        job = source.get(job_id)
        typer.echo(f"{words(job)}; go on with --from-record {pages.next_record}", err=True)


class _Pages:
    """Page after page until there is no more, or enough."""

    def __init__(self, source: JobSource, job_id: str, from_record: int, limit: int | None) -> None:
        self._source, self._job_id, self._left = source, job_id, limit
        self.next_record = from_record
        self.final = False

    def texts(self) -> Iterator[str]:
        while not self.final and self._left != 0:
            page = self._source.page(self._job_id, self.next_record, self._left)
            self.next_record, self.final = page.next_record, page.is_final
            if self._left is not None:
                self._left -= page.record_count
            if page.record_count:
                yield page.text
            elif not self.final:
                return


def _write(texts: Iterator[str], target: Path | None) -> None:
    """Writes what comes when it comes: JSON arrays as one, all else as it is."""
    first = next(texts, "")
    output_format = OutputFormat.JSON if first.startswith("[") else OutputFormat.NDJSON
    with opened(target) as stream:
        for piece in joined(chain([first], texts), output_format):
            stream.write(piece.encode())
            stream.flush()
