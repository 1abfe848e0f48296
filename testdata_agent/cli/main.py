"""The composition root of the command line: the only place of it that reads the environment."""

import os

from testdata_agent.cli.app import app


def main() -> None:
    """Runs the command that the process was called with, and exits with its code."""
    app(prog_name="testdata", obj=os.environ)


if __name__ == "__main__":
    main()
