"""The port through which what clients ask for is counted, against what they may ask for in a minute.

LimitsUnreachable (ConnectionError)     nobody knows what was counted
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

#: What is counted lies no further back than this.
WINDOW_SECONDS: Final = 60
#: What is counted within one second goes together. So a count may stay for a second longer than the window, and in no
#: sixty seconds is more taken than the most.
SLOT_SECONDS: Final = 1


class Kind(StrEnum):
    """What is counted."""

    REQUESTS = "requests"
    RECORDS = "records"


class LimitsUnreachable(ConnectionError):  # noqa: N818 - as LedgerUnreachable
    """What counts does not answer."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of asking.

    Attributes:
        wait_seconds: 0: it was taken. Else nothing was, and after so long it can be, if nobody else takes it.
        slot: The second that it is counted in, by the store's clock.
    """

    wait_seconds: float
    slot: int


class LimitStore(Protocol):
    """Counts what clients take of a kind, second by second, for the last minute."""

    async def take(self, client_id: str, kind: Kind, amount: int, most: int) -> Taken:
        """Counts `amount`, or nothing where more than `most` would then lie within the last minute.

        Args:
            client_id: Whose count it is; clients do not share any.
            kind: Kinds are counted each by itself.
            amount: From 1 to `most`; what is more can never be taken.
            most: Of a minute. Another one than before holds at once.

        Raises:
            LimitsUnreachable: what counts does not answer.
        """
        ...

    async def give_back(self, client_id: str, kind: Kind, amount: int, slot: int) -> None:
        """Takes `amount` from what was counted in that second, where it still counts.

        Raises:
            LimitsUnreachable: what counts does not answer.
        """
        ...
