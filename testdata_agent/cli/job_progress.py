"""How far a job is: a bar on stderr, and only where a person looks at it."""

# ruff: noqa: PLC0415 - rich is loaded only where a bar is drawn

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Final

from testdata_agent.cli.faults import Failure, Mistake
from testdata_agent.cli.jobs import JobSource
from testdata_agent.client import Job, JobStream

#: How often the tokens are asked for.
_TICK_SECONDS: Final = 1.0


def watched(stream: JobStream, source: JobSource, job: Job, *, to_file: bool) -> Iterator[str]:
    """Hands a stream's texts on and draws a bar: records, their rate, what is left, and the tokens paid for them.

    No bar is drawn where nobody looks at stderr, or where it would stand between the records.
    """
    if not sys.stderr.isatty() or (sys.stdout.isatty() and not to_file):
        yield from stream.texts()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("records  {task.fields[rate]}{task.fields[tokens]}"),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=job.records_requested, rate="", tokens=tokens_in_words(job))
        skipped = stream.next_record if stream.next_record < job.records_requested else 0

        def show() -> None:
            now = source.get(job.job_id)
            progress.update(task, tokens=tokens_in_words(now))

        with _Ticking(show):
            for text in stream.texts():
                yield text
                progress.update(task, completed=skipped + stream.records)
                speed = progress.tasks[0].speed
                if speed:
                    progress.update(task, rate=f"{speed:,.0f}/s  ")


def tokens_in_words(job: Job) -> str:
    """The tokens of a job as the bar shows them; nothing where no model was asked."""
    return f"{job.tokens:,} tokens  " if job.tokens else ""


class _Ticking:
    """Calls a function every second, beside the thread that waits for records."""

    def __init__(self, show: Callable[[], None]) -> None:
        self._show = show
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(_TICK_SECONDS):
            try:
                self._show()
            except (Failure, Mistake):
                # The stream finds out for itself whether the server is gone; the bar shows what it last knew.
                continue
