"""The three streams that a process is started with, where the caller closed one or has no room behind it."""

import os
import sys
from typing import Final

#: What stands in for a stream that the caller closed: what is read is nothing, what is written to stdout is an error,
#: as it is for any program, and what is said on stderr nobody wanted to hear.
_STAND_INS: Final = (("stdin", os.O_RDONLY, "r"), ("stdout", os.O_RDONLY, "w"), ("stderr", os.O_WRONLY, "w"))


def complete() -> None:
    """Opens those of the three that are closed: else the first file that is opened takes their number."""
    for name, access, mode in _STAND_INS:
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, access), mode, encoding="utf-8", errors="replace"))


def forget_stdout() -> None:
    """Points stdout away from what cannot be written to, so that the interpreter's last flush says nothing more."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
