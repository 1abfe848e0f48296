"""Runs a program that ends when its parent does, even when the parent was killed and could not say so.

    python -m testdata_agent.cli.service.leash PARENT_PID MODULE [WORD...]
    python -m testdata_agent.cli.service.leash PARENT_PID -- PROGRAM [WORD...]

The kernel is asked by the child itself: code between fork and exec of a process with threads is not safe.
"""

import ctypes
import os
import runpy
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def end_with(parent: int) -> None:
    """Has the kernel send SIGTERM to this process at the death of `parent`; ends at once if it is dead already."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    parent_pid, module, words = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    end_with(parent_pid)
    if module == "--":
        os.execv(words[0], words)  # what was asked of the kernel holds for the new program, too
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
