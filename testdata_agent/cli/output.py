"""Where the text goes: stdout, or a file that appears whole or not at all."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from testdata_agent.cli.faults import Failure, Mistake
from testdata_agent.engine.request import OutputFormat

_BY_SUFFIX: Final = {
    ".json": OutputFormat.JSON,
    ".ndjson": OutputFormat.NDJSON,
    ".jsonl": OutputFormat.NDJSON,
    ".csv": OutputFormat.CSV,
    ".sql": OutputFormat.SQL,
}


def target_of(output: str | None) -> Path | None:
    """The file that is named; None for stdout, which `-` is, too."""
    return None if output in {None, "-"} else Path(str(output))


def choose_format(name: str | None, target: Path | None, default: OutputFormat = OutputFormat.JSON) -> OutputFormat:
    """The format that was named, else the one that the file's suffix says, else the default.

    Raises:
        Mistake: The format is unknown.
    """
    if name is None:
        return _BY_SUFFIX.get(target.suffix.lower() if target else "", default)
    try:
        return OutputFormat(name.lower())
    except ValueError as error:
        raise Mistake([f"--format: unknown format {name!r}; known: {', '.join(OutputFormat)}"]) from error


def joined(documents: Iterable[str], output_format: OutputFormat) -> Iterator[str]:
    """One whole document out of many, piece by piece: the same text that one answer of all the rows would hold."""
    if output_format is not OutputFormat.JSON:
        yield from documents
        return
    lead = "["
    for document in documents:
        inside = document[1:-1]
        if inside:
            yield lead + inside
            lead = ","
    yield "]" if lead == "," else "[]"


@contextmanager
def opened(target: Path | None) -> Iterator[BinaryIO]:
    """Yields where to write. A file is written beside its name and renamed when the block ends without an error.

    Raises:
        Failure: The file cannot be written.
    """
    if target is None:
        place: AbstractContextManager[BinaryIO] = _stdout()
    else:
        place = _direct(target) if _is_device(target) else _renamed(target.resolve())
    try:
        with place as stream:
            yield stream
    except OSError as error:
        if target is None:
            forget_stdout()
        if isinstance(error, BrokenPipeError):
            raise
        raise Failure(f"cannot write {target or 'to stdout'}: {(error.strerror or str(error)).lower()}") from error


def forget_stdout() -> None:
    """Points stdout away from what cannot be written to, so that the interpreter's last flush says nothing more."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


@contextmanager
def _stdout() -> Iterator[BinaryIO]:
    yield sys.stdout.buffer
    if sys.stdout.isatty():
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()


def _is_device(target: Path) -> bool:
    """Whether `target` is a thing that must not be replaced by a file: /dev/null, a named pipe."""
    try:
        return not stat.S_ISREG(target.stat().st_mode) and not target.is_dir()
    except FileNotFoundError:
        return False


@contextmanager
def _direct(target: Path) -> Iterator[BinaryIO]:
    with target.open("wb") as stream:
        yield stream


@contextmanager
def _renamed(target: Path) -> Iterator[BinaryIO]:
    if target.is_dir():
        raise IsADirectoryError(None, "it is a folder")
    part = target.with_name(target.name + ".part")
    try:
        with part.open("wb") as stream:
            yield stream
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
