"""How many tokens of models a client may take, and in which span of time."""

from collections.abc import Mapping
from dataclasses import dataclass

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
    """The ceiling of everybody, LLM_TOKENS_PER_CLIENT; a client's own takes the place of one of its window.

    Attributes:
        default: For everybody; None: no ceiling.
        window: That of the default.
    """

    default: int | None = None
    window: Window = Window.MONTH

    @classmethod
    def of(cls, settings: ModelPathSettings) -> "TokenCeilings":
        """The one that is set."""
        return cls(settings.llm_tokens_per_client, Window(settings.llm_client_window))

    def beside(self, own: Mapping[str, int | None]) -> tuple[TokenCeiling, ...]:
        """All that hold for a client with ceilings of its own, by window; None: the window has none for it."""
        held = dict.fromkeys(Window, (None, "")) | {self.window: (self.default, "LLM_TOKENS_PER_CLIENT")}
        held |= {Window(window): (tokens, f"tokens_per_{window}") for window, tokens in own.items()}
        return tuple(
            TokenCeiling(tokens, window, source) for window, (tokens, source) in held.items() if tokens is not None
        )
