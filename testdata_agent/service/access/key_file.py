"""The keys file on disk, read again when it changes."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from testdata_agent.service.access.key_ring import NOBODY, KeyRing, KeysFault
from testdata_agent.service.settings import SettingsError

#: Longest file, in bytes: some ten thousand clients.
MAX_BYTES: Final = 4_000_000

#: What tells one state of a file from another without reading it; None: it is not there.
_State: TypeAlias = tuple[int, int, int, int] | None


class KeyFile:
    """The clients of a file, as they were when it could last be used. One thread reads it again, any may look up.

    Attributes:
        ring: The clients.
        fault: Why the file as it is now cannot be used; empty where it can.
    """

    def __init__(self, path: Path, *, changed: Callable[["KeyFile"], None] = lambda _: None) -> None:
        """Reads the file.

        Args:
            path: Of the file; a link may point to another one later.
            changed: Told after each reading that followed a change, whether it went well or not.

        Raises:
            SettingsError: it cannot be used; one line that names every fault.
        """
        self.path = path
        self.fault = ""
        self._changed = changed
        self._state = _state_of(path)
        try:
            self.ring = _read(path)
        except KeysFault as fault:
            raise SettingsError(f"API_KEYS_FILE={str(path)!r}: {fault}") from fault
        if not self.ring.clients:
            raise SettingsError(f"API_KEYS_FILE={str(path)!r}: {NOBODY}, or unset it to let everybody in")

    def look(self) -> None:
        """Reads the file again where it has changed. What cannot be used changes nothing but `fault`."""
        state = _state_of(self.path)
        if state == self._state:
            return
        self._state = state
        try:
            self.ring = _read(self.path)
            self.fault = ""
        except KeysFault as fault:
            self.fault = str(fault)
        self._changed(self)


def _state_of(path: Path) -> _State:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def _read(path: Path) -> KeyRing:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise KeysFault(f"it cannot be read ({error.strerror or type(error).__name__})") from error
    if len(data) > MAX_BYTES:
        raise KeysFault(f"it has more than {MAX_BYTES} bytes")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise KeysFault("it is not UTF-8") from None
    return KeyRing.of_text(text)
