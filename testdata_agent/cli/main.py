"""The composition root of the command line: the only place of it that reads the environment."""

# ruff: noqa: PLC0415 - Ctrl-C while the rest is loaded is told apart from a fault, too

import os
import sys
from typing import Final

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
        sys.exit(_INTERRUPTED)
    except OSError as error:
        from testdata_agent.cli import faults

        sys.exit(faults.told_of_system(error))


if __name__ == "__main__":
    main()
