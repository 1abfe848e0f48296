"""The registered schemas as one process knows them: a copy in memory that follows the database.

No request waits for a query: a name is looked up in memory. What other processes change is seen by asking for changes
every POLL_SECONDS, what this one changes at once, and a name that nobody knows is asked for before it is refused
(docs/decisions/009).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from structlog.typing import FilteringBoundLogger

from gateway.errors.refusal import Refusal
from testdata_agent.engine.request import SchemaSource
from testdata_agent.stores.jobs import LedgerUnreachable
from testdata_agent.stores.schemas import RegisteredSchema, SchemaStore

#: How late a change that another process made is seen, at the most and while the database answers.
POLL_SECONDS: Final = 0.3
#: A database that is silent for longer does not answer.
_PATIENCE_SECONDS: Final = 2.0
#: After a failure nobody waits for the database for so long.
_LEFT_ALONE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class KnownSchema:
    """A registered schema in memory: one object for each version, so that comparing it is comparing addresses."""

    name: str
    domain: str
    source: SchemaSource
    revision: int


class KnownSchemas:
    """The copy of one process, for its event loop.

    Args:
        store: Where they are kept.
        check: Looks whether the database is of this release's revision; raises a Refusal where it is not.
        log: Told when the database goes and comes back.
    """

    def __init__(self, store: SchemaStore, check: Callable[[], Awaitable[None]], log: FilteringBoundLogger) -> None:
        self._store, self._check, self._log = store, check, log
        self._schemas: dict[str, KnownSchema] = {}
        self._revisions: dict[str, int] = {}
        self._seen = 0
        self._looking = asyncio.Lock()
        self._looks = 0
        self._failed_at: float | None = None
        self._unreachable = False
        #: Grows with every change: what was made of an older copy is out of date.
        self.generation = 0

    @property
    def names(self) -> Collection[str]:
        """A live view of the names in use."""
        return self._schemas.keys()

    def all(self) -> list[KnownSchema]:
        """Those in use, by name."""
        return [self._schemas[name] for name in sorted(self._schemas)]

    def get(self, name: str) -> KnownSchema | None:
        """As it is in memory."""
        return self._schemas.get(name)

    async def find(self, name: str) -> KnownSchema | None:
        """As it is in memory; one that is not there is asked for.

        Raises:
            LedgerUnreachable: it is not there, and the database does not answer.
        """
        known = self._schemas.get(name)
        if known is None:
            await self.refresh()
            known = self._schemas.get(name)
        return known

    async def refresh(self) -> None:
        """Takes in what has changed up to now.

        Raises:
            LedgerUnreachable: the database does not answer.
        """
        before = self._looks
        async with self._looking:
            if self._failed_at is not None and time.monotonic() - self._failed_at < _LEFT_ALONE_SECONDS:
                if self._unreachable:
                    raise LedgerUnreachable("the database does not answer")
                return
            if self._looks == before:  # else somebody began to look after we asked
                await self._look()

    def take_in(self, schema: RegisteredSchema) -> None:
        """A change as the database has it; of two, the later one counts, in whatever order they come."""
        if schema.revision <= self._revisions.get(schema.name, 0):
            return
        self._revisions[schema.name] = schema.revision
        self.generation += 1
        if schema.deleted:
            self._schemas.pop(schema.name, None)
            return
        source = SchemaSource(kind="schema", text=schema.text, version=schema.version)
        self._schemas[schema.name] = KnownSchema(schema.name, schema.domain, source, schema.revision)

    async def follow(self) -> None:
        """Keeps the copy true until it is cancelled."""
        while True:
            with suppress(LedgerUnreachable):  # whoever looked has said so; it is asked again
                await self.refresh()
            await asyncio.sleep(POLL_SECONDS)

    async def _look(self) -> None:
        try:
            self._looks += 1
            while changes := await self._changes():
                for schema in changes:
                    self.take_in(schema)
                self._seen = changes[-1].revision
        except Refusal as refusal:
            # A database of another revision has no schemas for this release.
            self._fail(refusal.text, unreachable=False)
            return
        except LedgerUnreachable as error:
            self._fail(str(error), unreachable=True)
            raise
        if self._failed_at is not None:
            self._failed_at = None
            self._log.info("schemas_followed_again", known=len(self._schemas))

    async def _changes(self) -> tuple[RegisteredSchema, ...]:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._check()
                return await self._store.changes(self._seen)
        except TimeoutError as error:
            raise LedgerUnreachable(f"the database does not answer within {_PATIENCE_SECONDS:g} s") from error

    def _fail(self, error: str, *, unreachable: bool) -> None:
        if self._failed_at is None:
            self._log.warning("schemas_not_followed", error=error[:200], known=len(self._schemas))
        self._failed_at, self._unreachable = time.monotonic(), unreachable
