"""`make load`, `make soak MINUTES=30`: mixed load on `testdata up` while its parts are killed.

Prints what came of it as tables, and a verdict. The exit code is 1 when anything came back wrong, was missing or
double, when a job did not end, or when a process grew.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.load import report
from tests.load.run import Plan, run


def main() -> int:
    """Runs it and prints the tables; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.5)
    parser.add_argument("--callers", type=int, default=12, help="at once, each with pauses of half a second on average")
    parser.add_argument("--seed", type=int, default=1, help="decides who asks for what")
    parser.add_argument("--quiet", action="store_true", help="nothing is killed")
    parser.add_argument("--folder", type=Path, help="keeps state and logs here")
    wanted = parser.parse_args()
    plan = Plan(wanted.minutes, wanted.callers, wanted.seed, faults=not wanted.quiet)
    with tempfile.TemporaryDirectory(prefix="testdata-load-") as temporary:
        folder = wanted.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        outcome = asyncio.run(run(folder, plan))
    for line in report.lines(outcome):
        print(line)
    return 0 if outcome.holds else 1


if __name__ == "__main__":
    sys.exit(main())
