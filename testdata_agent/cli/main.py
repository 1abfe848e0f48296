"""The composition root of the command line: the only place of it that reads the environment."""

import os
import sys

from testdata_agent.cli import faults, streams


def main() -> None:
    """Runs the command that the process was called with, and exits with its code."""
    streams.complete()
    try:
        # All the rest is loaded in here: Ctrl-C while that lasts is told apart from a fault, too.
        from testdata_agent.cli.app import app  # noqa: PLC0415

        app(prog_name="testdata", obj=os.environ)
    except KeyboardInterrupt:
        sys.exit(faults.EXIT_INTERRUPTED)
    except OSError as error:
        sys.exit(faults.told_of_system(error))


if __name__ == "__main__":
    main()
