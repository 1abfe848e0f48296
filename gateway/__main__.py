"""`python -m gateway`."""

# ruff: noqa: E402 - a signal that comes while all the rest is loaded must not be lost, nor end in a traceback

import os
import signal
import sys
from typing import Any


def _leave(*_: Any) -> None:
    """Nothing has been begun. Without this, the first process of a container would not heed the signal at all."""
    os._exit(0)


signal.signal(signal.SIGTERM, _leave)
# Ctrl-C reaches the parent of a child, too, which then asks it to end.
signal.signal(signal.SIGINT, signal.SIG_IGN if "--child" in sys.argv else _leave)

from gateway.main import main

if __name__ == "__main__":
    sys.exit(main())
