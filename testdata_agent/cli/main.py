"""The composition root of the command line: the only place of it that reads the environment."""

# ruff: noqa: PLC0415 - Ctrl-C while the rest is loaded is told apart from a fault, too

import os
import signal
import sys
from contextlib import suppress
from typing import Final, NoReturn

#: What a shell reports for a program that SIGINT ended.
_INTERRUPTED: Final = 130


def main() -> None:
    """Runs the command that the process was called with, and exits with its code."""
    try:
        from testdata_agent.cli import streams

        streams.complete()
        from testdata_agent.cli.app import app

        app(prog_name="testdata", obj=os.environ)
    except KeyboardInterrupt:
        _leave()
    except SystemExit as end:
        if end.code == _INTERRUPTED:
            _leave()
        raise
    except OSError as error:
        from testdata_agent.cli import faults

        sys.exit(faults.told_of_system(error))


def _leave() -> NoReturn:
    """Ends at once: a lock that Ctrl-C has left taken would hold up a channel's finalizer for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one says nothing new
    with suppress(OSError):  # nobody reads any more
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
