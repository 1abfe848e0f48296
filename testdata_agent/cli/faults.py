"""How a command ends when it cannot do what it was asked: plain lines on stderr and an exit code."""

import errno
import os
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import typer

from testdata_agent.cli import streams

#: Something failed that the caller's words did not cause: a server is down, a disk is full.
EXIT_FAILURE: Final = 1
#: The caller's mistake: a typo, a bound that cannot hold.
EXIT_MISTAKE: Final = 2
#: What a shell reports for a program that SIGINT or SIGPIPE ended.
EXIT_INTERRUPTED: Final = 130
EXIT_BROKEN_PIPE: Final = 141

#: What writing to an open file ends with: no room, no more of it allowed, a broken disk, a stream that was closed.
_UNWRITABLE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})


class Mistake(Exception):  # noqa: N818 - it is the caller's, not the program's
    """The caller's mistake: one line for every fault that was found, each with what would be right."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


class Failure(Exception):  # noqa: N818 - the pair of Mistake
    """Something failed that no other request would mend; one line."""


def line(field: str, description: str) -> str:
    """One fault as a person reads it: where, then what. An unknown entity's text says by itself where it is."""
    return description if field in {"", "entity"} else f"{field}: {description}"


@contextmanager
def reported() -> Iterator[None]:
    """Turns what a command raises into lines on stderr and its exit code; nobody is shown a traceback."""
    try:
        yield
    except Mistake as mistake:
        _complain(mistake.lines)
        raise typer.Exit(EXIT_MISTAKE) from mistake
    except Failure as failure:
        _complain([str(failure)])
        raise typer.Exit(EXIT_FAILURE) from failure
    except BrokenPipeError as error:
        raise typer.Exit(EXIT_BROKEN_PIPE) from error
    except KeyboardInterrupt as error:
        raise typer.Exit(EXIT_INTERRUPTED) from error
    except typer.Exit:
        raise
    except OSError as error:
        raise typer.Exit(told_of_system(error)) from error
    except Exception as error:
        _complain([_own_fault(error)])
        raise typer.Exit(EXIT_FAILURE) from error


def told_of_system(error: OSError) -> int:
    """Says what the machine refused, a full disk or a folder that may not be written to, and gives the exit code."""
    if isinstance(error, BrokenPipeError):
        streams.forget_stdout()
        return EXIT_BROKEN_PIPE
    reason = (error.strerror or str(error)).lower()
    if is_unwritable(error):
        # All else that is written to has a name, and says so where it is written.
        streams.forget_stdout()
        _complain([f"cannot write to stdout: {reason}"])
    elif isinstance(error.filename, str | bytes | os.PathLike):
        _complain([f"cannot use {os.fsdecode(error.filename)}: {reason}"])
    else:
        _complain([_own_fault(error)])
    return EXIT_FAILURE


def is_unwritable(error: OSError) -> bool:
    """Whether an open file, whose name the error does not know, could not be written to."""
    return error.errno in _UNWRITABLE and error.filename is None


def _own_fault(error: Exception) -> str:
    """What nobody foresaw, in one line that a report of it can begin with."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    module = "/".join(place.filename.replace("\\", "/").rsplit("/", 2)[-2:])
    return f"a fault of testdata itself, please report it: {type(error).__name__}: {error} ({module}:{place.lineno})"


def _complain(lines: Iterable[str]) -> None:
    for text in lines:
        typer.echo(text, err=True)
