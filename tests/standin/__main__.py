"""`python -m tests.standin`: the stand-in as a process of its own; prints its address, ends with its parent's input."""

import sys

from tests.standin.server import StandIn


def main() -> None:
    first_token, rate = (float(text) for text in sys.argv[1:3]) if len(sys.argv) > 2 else (0.8, 70.0)
    with StandIn(first_token=first_token, rate=rate) as standin:
        sys.stdout.write(f"{standin.url}\n")
        sys.stdout.flush()
        sys.stdin.read()


main()
