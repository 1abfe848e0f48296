"""Where the text goes: stdout, or a file that appears whole or not at all."""

import secrets
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from testdata_agent.cli.faults import Failure, Mistake
from testdata_agent.cli.streams import forget_stdout
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
    try:
        with _place(target) as stream:
            yield stream
    except OSError as error:
        if target is None:
            forget_stdout()
        if isinstance(error, BrokenPipeError):
            raise
        raise Failure(f"cannot write {target or 'to stdout'}: {(error.strerror or str(error)).lower()}") from error


def _place(target: Path | None) -> AbstractContextManager[BinaryIO]:
    if target is None:
        return _stdout()
    return _direct(target) if _is_device(target) else _renamed(target.resolve())


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
    # A name of its own: two that write the same file at once would mix their records in one part.
    part = target.with_name(f"{target.name[:40]}.{secrets.token_hex(4)}.part")
    try:
        with part.open("wb") as stream:
            yield stream
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
