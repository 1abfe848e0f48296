"""How many tokens of models each client may take, and in which span of time."""

from collections.abc import Mapping
from dataclasses import dataclass

from testdata_agent.service.access.client_entry import settled
from testdata_agent.service.access.key_file import KeyFile
from testdata_agent.service.settings import ModelPathSettings
from testdata_agent.stores.jobs import Window


@dataclass(frozen=True, slots=True)
class TokenCeiling:
    """The most tokens of one client within a window of time.

    Attributes:
        source: Which setting it is, for those who meet it.
    """

    tokens: int
    window: Window
    source: str


@dataclass(frozen=True, slots=True)
class TokenCeilings:
    """The ceilings of every client: LLM_TOKENS_PER_CLIENT, and a client's own, each in place of one of its window.

    Attributes:
        default: For everybody; None: no ceiling.
        window: That of the default.
        keys: Says what single clients may take; None: no client has a ceiling of its own.
    """

    default: int | None = None
    window: Window = Window.MONTH
    keys: KeyFile | None = None

    @classmethod
    def of(cls, settings: ModelPathSettings, keys: KeyFile | None) -> "TokenCeilings":
        """Those that are set."""
        return cls(settings.llm_tokens_per_client, Window(settings.llm_client_window), keys)

    def look(self) -> None:
        """Takes a keys file that has changed in."""
        if self.keys is not None:
            self.keys.look()

    def for_client(self, client_id: str) -> tuple[TokenCeiling, ...]:
        """All that hold for a client, by the file as it is now."""
        entry = None if self.keys is None else self.keys.ring.clients.get(client_id)
        own: Mapping[Window, int | str | None] = (
            {} if entry is None else {Window.DAY: entry.tokens_per_day, Window.MONTH: entry.tokens_per_month}
        )
        found = []
        for window in Window:
            limit = settled(own.get(window), self.default if window is self.window else None)
            if limit is not None:
                source = "LLM_TOKENS_PER_CLIENT" if own.get(window) is None else f"tokens_per_{window}"
                found.append(TokenCeiling(limit, window, source))
        return tuple(found)
