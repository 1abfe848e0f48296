"""`make bench`: every figure of speed, what it must be, and whether it is; takes about ten minutes.

Sections can be named: `python -m tests.benchmarks engine start`. The exit code is 1 when a figure misses its target.
"""

import argparse
import sys
from collections.abc import Callable, Mapping

from tests.benchmarks import (
    engine,
    following,
    formats,
    gateway_stream,
    gateway_unary,
    model,
    model_jobs,
    rag,
    retrieval_speed,
    start,
)
from tests.benchmarks.table import Figure, print_head, print_section

SECTIONS: Mapping[str, Callable[[], list[Figure]]] = {
    "engine": engine.figures,
    "formats": formats.figures,
    "unary": gateway_unary.figures,
    "stream": gateway_stream.figures,
    "rag": rag.figures,
    "following": following.figures,
    "model": model.figures,
    "jobs": model_jobs.figures,
    "retrieval-speed": retrieval_speed.figures,
    "start": start.figures,
}


def main() -> int:
    """Prints the table; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("sections", nargs="*", metavar="section", help=f"some of: {', '.join(SECTIONS)}")
    wanted = parser.parse_args().sections or list(SECTIONS)
    if unknown := [name for name in wanted if name not in SECTIONS]:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(SECTIONS)}")
    print_head()
    missed = 0
    for name in wanted:
        figures = SECTIONS[name]()
        print_section(figures)
        missed += sum(figure.missed for figure in figures)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
