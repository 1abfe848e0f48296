"""One client of the keys file: its name, the hashes of its keys, and what it may take."""

import re
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

#: In place of a number: no limit, whatever the settings say for everybody.
UNLIMITED: Final = "unlimited"
#: Characters of a client's name, which the ledger has a column for.
MAX_NAME: Final = 200

_HASH: Final = re.compile(r"[0-9a-f]{64}")

#: What an entry says of a limit. None: as the settings say for everybody.
Limit: TypeAlias = Annotated[int, Field(ge=1)] | Literal["unlimited"] | None
#: As Limit; of tokens a client may be given none at all.
TokenLimit: TypeAlias = Annotated[int, Field(ge=0)] | Literal["unlimited"] | None


def is_client_name(text: str) -> bool:
    """Whether `text` can be a client's name: 1 to 200 visible characters of ASCII."""
    return 0 < len(text) <= MAX_NAME and text.isascii() and text.isprintable() and " " not in text


def _name(text: str) -> str:
    if not is_client_name(text):
        raise ValueError(f"a client's name has 1 to {MAX_NAME} visible characters of ASCII")
    return text


def _hash(value: object) -> object:
    """Never repeats the value: it may be a key that somebody put in the place of its hash."""
    if not isinstance(value, str) or not _HASH.fullmatch(value.lower()):
        raise ValueError(
            "the SHA-256 of a key is needed, 64 hexadecimal digits in quotes; never the key itself"
            " (`testdata keys new` prints both)"
        )
    return value.lower()


class ClientEntry(BaseModel):
    """A client and what it may take.

    Attributes:
        client: Its name: whose jobs, budgets and idempotency keys they are.
        sha256: Of each key that lets it in; two while a key is being changed for another.
        admin: Whether it may replace and delete schemas and patterns that others stored.
        requests_per_minute, records_per_minute: At the most, in any minute.
        tokens_per_day, tokens_per_month: Of models, by the calendar of UTC.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    client: Annotated[str, AfterValidator(_name)]
    sha256: Annotated[list[Annotated[str, BeforeValidator(_hash)]], Field(min_length=1)]
    admin: bool = False
    requests_per_minute: Limit = None
    records_per_minute: Limit = None
    tokens_per_day: TokenLimit = None
    tokens_per_month: TokenLimit = None

    @property
    def token_ceilings(self) -> dict[str, int | None]:
        """Its own ceilings of tokens, by window of time; None: it has none in this one, whatever everybody has."""
        own = {"day": self.tokens_per_day, "month": self.tokens_per_month}
        return {window: settled(limit, None) for window, limit in own.items() if limit is not None}


def settled(own: int | str | None, default: int | None) -> int | None:
    """The limit that holds: the client's own before the one for everybody; None: none does."""
    if own == UNLIMITED:
        return None
    return default if own is None else int(own)
