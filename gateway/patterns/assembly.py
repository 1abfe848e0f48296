"""The parts of a gateway that has stored patterns, put together. Drivers are imported only where they are needed."""

# ruff: noqa: PLC0415 - a gateway without a database does not have the drivers

import asyncio
import importlib.util
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from pydantic import SecretStr
from structlog.typing import FilteringBoundLogger

from gateway import databases
from gateway.metrics import Metrics
from gateway.settings import PatternSettings
from gateway.state_metrics import WEAVIATE
from testdata_agent.service.settings import SettingsError, StoreSettings
from testdata_agent.stores.patterns.base import Embedder, PatternStore
from testdata_agent.stores.patterns.telling import Tell

if TYPE_CHECKING:
    from testdata_agent.stores.patterns.library import PatternLibrary
    from testdata_agent.stores.patterns.wanted import WantedIndex

#: What the library tells that somebody should look at, and how urgently; all else is told in passing.
TROUBLES: Final = {
    "pattern_index_left_alone": logging.WARNING,
    "pattern_library_failed": logging.ERROR,
    "patterns_not_followed": logging.WARNING,
    "patterns_of_another_embedder": logging.WARNING,
}
#: How often the gauges are set.
_LOOK_EVERY_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Patterns:
    """The library of stored patterns.

    Attributes:
        check: Looks whether the database is of this release's revision; raises a Refusal where it is not.
        weaviate: Whether the settings name one.
    """

    library: "PatternLibrary"
    check: Callable[[], Awaitable[None]]
    weaviate: bool
    _closing: tuple[Callable[[], Awaitable[None]], ...]

    @classmethod
    def open(cls, stores: StoreSettings, patterns: PatternSettings, log: FilteringBoundLogger) -> Self | None:
        """The parts; None where the settings name no database. Nothing is connected or loaded yet.

        Raises:
            SettingsError: the drivers are not installed, or an address is of a kind that is not known.
        """
        if stores.database_url is None:
            return None
        database = databases.opened(stores.database_url)
        with databases.drivers_for("DATABASE_URL"):
            from gateway.jobs.revision import Revision
            from testdata_agent.stores import migrations
            from testdata_agent.stores.patterns import seeds
            from testdata_agent.stores.patterns.embedder import StaticEmbedder
            from testdata_agent.stores.patterns.library import PatternLibrary
            from testdata_agent.stores.patterns.memory import MemoryIndex
            from testdata_agent.stores.patterns.signing import signed
            from testdata_agent.stores.patterns.sql import SqlPatterns
        store, embedder = SqlPatterns(database), StaticEmbedder()
        library = PatternLibrary(
            store,
            embedder,
            MemoryIndex(embedder.embedder_id, embedder.dimensions),
            check=lambda: migrations.check(database),
            seeds=lambda: map(signed, seeds.drafts()),
            tell=_telling(log),
            wanted=_wanted(patterns, store, embedder, log),
        )
        closing = (library.close, database.dispose)
        return cls(library, Revision(database), patterns.weaviate_url is not None, closing)

    async def look(self) -> str:
        """How the patterns are: what finds them, or why they are not found as they should be."""
        from testdata_agent.stores.patterns.library import LOADING, MEMORY

        state = self.library.state()
        if state.trouble:
            return "loading" if state.trouble == LOADING else f"degraded: {state.trouble}"
        if state.reason:
            return f"degraded: the embedded index answers, {state.reason}"
        return "embedded" if state.index == MEMORY else state.index

    async def watch(self, metrics: Metrics) -> None:
        """Keeps the gauges true until it is cancelled."""
        while True:
            state = self.library.state()
            metrics.state.patterns(state.patterns, degraded=bool(state.reason or state.trouble))
            if self.weaviate:
                metrics.state.part(WEAVIATE, up=not state.reason)
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    async def close(self) -> None:
        """Writes what was counted, and ends all connections."""
        for end in self._closing:
            await end()


def _telling(log: FilteringBoundLogger) -> Tell:
    def tell(event: str, **facts: str | float) -> None:
        log.log(TROUBLES.get(event, logging.INFO), event, **facts)

    return tell


def _wanted(
    settings: PatternSettings, store: PatternStore, embedder: Embedder, log: FilteringBoundLogger
) -> "WantedIndex | None":
    """Weaviate, where the settings name one. Its client is imported once it is connected."""
    if settings.weaviate_url is None:
        return None
    if importlib.util.find_spec("weaviate") is None:
        raise SettingsError("WEAVIATE_URL needs weaviate-client: pip install 'test-data-agent[gateway,stores]'")
    from testdata_agent.stores.patterns.weaviate import wanted_weaviate
    from testdata_agent.stores.patterns.weaviate_server import Weaviate

    def text(value: SecretStr | None) -> str:
        return "" if value is None else value.get_secret_value()

    try:
        server = Weaviate(
            text(settings.weaviate_url),
            grpc_url=text(settings.weaviate_grpc_url),
            api_key=text(settings.weaviate_api_key),
        )
    except ValueError as error:
        raise SettingsError(f"WEAVIATE_URL and WEAVIATE_GRPC_URL are http://host:port: {error}") from error
    return wanted_weaviate(server, store, embedder, _telling(log))
