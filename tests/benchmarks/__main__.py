"""`make bench`: every figure of speed, what it must be, and whether it is; takes about ten minutes.

Sections can be named: `python -m tests.benchmarks engine start`; `--markdown` prints what a document takes.
The exit code is 1 when a figure misses its target.
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
    markdown,
    model,
    model_jobs,
    rag,
    retrieval_speed,
    start,
)
from tests.benchmarks.table import HEAD, Figure, print_head, print_section

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
    parser.add_argument("--markdown", action="store_true", help="print one table in Markdown, at the end")
    arguments = parser.parse_args()
    wanted = arguments.sections or list(SECTIONS)
    if unknown := [name for name in wanted if name not in SECTIONS]:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(SECTIONS)}")
    every: list[Figure] = []
    if not arguments.markdown:
        print_head()
    for name in wanted:
        figures = SECTIONS[name]()
        every += figures
        if not arguments.markdown:
            print_section(figures)
    if arguments.markdown:
        for line in markdown.table(HEAD, [figure.cells() for figure in every]):
            print(line)
    return 1 if any(figure.missed for figure in every) else 0


if __name__ == "__main__":
    sys.exit(main())
