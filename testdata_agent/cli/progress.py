"""The progress bar: on stderr, and only where a person looks at it."""

# ruff: noqa: PLC0415 - rich is loaded only where a bar is drawn

import sys
from collections.abc import Iterator

from testdata_agent.cli.sources.base import Part


def watched(parts: Iterator[Part], total: int, *, to_file: bool) -> Iterator[Part]:
    """Hands `parts` on and draws a bar of the records in them; it stays there with the seconds that it took.

    No bar is drawn where nobody looks at stderr, or where it would stand between the records.
    """
    if not sys.stderr.isatty() or (sys.stdout.isatty() and not to_file):
        yield from parts
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("records"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=total)
        for part in parts:
            yield part
            progress.advance(task, part.records)
