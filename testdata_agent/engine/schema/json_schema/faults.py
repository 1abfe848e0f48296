"""What is wrong with a JSON Schema, by JSON Pointer."""

from testdata_agent.engine.errors import Violation

#: Longest pointer that is shown whole, in characters.
_SHOWN = 300
#: Most faults that one refusal names.
MAX_FAULTS = 100


class EndlessError(Exception):
    """What is being read holds itself without an end; `pointer` is where it comes round again."""

    def __init__(self, pointer: str) -> None:
        self.pointer = pointer
        super().__init__(pointer)


class TooLargeError(Exception):
    """The schema is beyond a ceiling; reading stops."""

    def __init__(self, pointer: str, message: str) -> None:
        self.pointer = pointer
        super().__init__(message)


class Faults:
    """Collects violations; the same one counts once."""

    def __init__(self, where: str) -> None:
        """Takes the request field that the schema came in."""
        self._where = where
        self._found: dict[Violation, None] = {}
        self._noted = 0

    def __len__(self) -> int:
        """How many were noted, those that were known included: whoever sees it grow has met a fault."""
        return self._noted

    @property
    def violations(self) -> tuple[Violation, ...]:
        """All of them, in the order they were found; at most MAX_FAULTS."""
        return tuple(self._found)[:MAX_FAULTS]

    def fault(self, pointer: str, reason: str, message: str) -> None:
        """Notes that what stands at `pointer` is wrong."""
        self._noted += 1
        shown = pointer if len(pointer) <= _SHOWN else pointer[:_SHOWN] + "…"
        self._found[Violation(f"{self._where}#{shown}", reason, message)] = None
