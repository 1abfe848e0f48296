"""`make bench-quality`: every figure of variety and coherence, what it must be, and whether it is.

The exit code is 1 when a figure misses its target.
"""

import sys

from tests.benchmarks.quality import references, reviews, shop, statuses, variations
from tests.benchmarks.quality.records import COUNT, SEED, Made, coherence
from tests.benchmarks.table import print_head, print_section


def main() -> int:
    """Prints the table; gives the exit code."""
    made = Made()
    print(f"{COUNT} records of each entity, seed {SEED}\n")
    print_head()
    missed = 0
    for figures in (shop.figures, reviews.figures, references.figures, statuses.figures, coherence, variations.figures):
        section = figures(made)
        print_section(section)
        missed += sum(figure.missed for figure in section)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
