"""Where the records of a test come from: this process, or a server."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

#: A record as plain data.
Record = dict[str, Any]

#: What a call can say besides the fields that it sets, wherever the records are made.
EVERYWHERE: Final = frozenset(
    {
        "as_of",
        "constraints",
        "defect_mode",
        "defects",
        "envelope",
        "first_row",
        "locale",
        "overrides",
        "scenarios",
        "schema",
        "seed",
    }
)
#: What takes a server: stored patterns, a model, or schemas that it keeps.
SERVER_ONLY: Final = frozenset(
    {
        "coherence_threshold",
        "context",
        "defect_patterns",
        "defect_triggering",
        "domain",
        "expansion",
        "hints",
        "learn_from_history",
        "method",
        "patterns",
        "predefined_schema",
        "production_like",
        "use_cache",
    }
)


class Source(Protocol):
    """Makes records.

    Attributes:
        where: In words: `in this process`, `at localhost:9091`.
        engine_version: Of the engine that made the last records; empty while none were made.
    """

    where: str
    engine_version: str

    def records(self, entity: str, count: int, said: Mapping[str, Any], notes: list[str]) -> Iterator[Record]:
        """The records of a call; it is admitted at once, and they are made as they are taken.

        Args:
            entity: May be empty beside a schema.
            count: How many.
            said: Arguments of EVERYWHERE and SERVER_ONLY, overrides as text.
            notes: What a reader of a failed test should know of how they were made is added to these.

        Raises:
            RequestRefused: naming every fault.
            SourceFailed: they cannot be made.
        """

    def close(self) -> None:
        """Gives back what it holds."""
