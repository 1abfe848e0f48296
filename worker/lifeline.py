"""A pipe from a parent to its pool processes. Its end tells them to stop; that of a killed parent does too."""

import os
import threading
from collections.abc import Callable


class Lifeline:
    """Made before the fork; the parent holds it, each child watches it."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()

    def cut(self) -> None:
        """Tells all children; may be called twice, and by a signal."""
        write, self._write = self._write, -1
        if write >= 0:
            os.close(write)

    def watch(self, on_cut: Callable[[], None]) -> None:
        """In a child: calls `on_cut`, in a thread of its own, when it is cut."""
        self.cut()  # this process's copy
        threading.Thread(target=self._wait, args=(on_cut,), name="lifeline", daemon=True).start()

    def _wait(self, on_cut: Callable[[], None]) -> None:
        os.read(self._read, 1)
        on_cut()
