"""Patterns as rows: SQLite or PostgreSQL."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, Final

import orjson
from sqlalchemy import Row, Select, Update, bindparam, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from testdata_agent.stores.database import now
from testdata_agent.stores.patterns.base import (
    MAX_PATTERNS,
    Added,
    Embedder,
    OtherEmbedder,
    OthersPattern,
    PatternFault,
    PatternStore,
    Standing,
    Tally,
    TooManyPatterns,
)
from testdata_agent.stores.patterns.pattern import Draft, Pattern, PatternKind, rated
from testdata_agent.stores.patterns.placing import Place, Places
from testdata_agent.stores.patterns.rows import pattern_of
from testdata_agent.stores.patterns.tables import PATTERNS, STANDING
from testdata_agent.stores.patterns.turns import Turns
from testdata_agent.stores.transactions import to_read, to_write

#: Values in one statement; databases have a limit.
_AT_ONCE: Final = 500
#: What is left of a deleted pattern, but for its id, kind, domain, entity and revision.
_EMPTIED: Final[Mapping[str, Any]] = {
    "name": "",
    "intent": "",
    "record": "{}",
    "locked_paths": [],
    "tags": [],
    "defect": {},
    "client_id": "",
    "source": "",
    "embedder_id": "",
    "vector": b"",
    "deleted": True,
}


class SqlPatterns(PatternStore):
    """Patterns in a database that `migrations` has prepared."""

    def __init__(self, engine: AsyncEngine, *, most: int = MAX_PATTERNS) -> None:
        """Takes the database, and how many patterns there may be."""
        self._engine = engine
        self._most = most
        self._now = now(engine.dialect.name)

    async def standing(self, embedder_id: str) -> Standing:
        """See PatternStore."""
        other = PATTERNS.c.deleted.is_(False) & (PATTERNS.c.embedder_id != embedder_id)
        async with to_read(self._engine) as connection:
            held = (await connection.execute(select(STANDING))).one()
            mixed = (await connection.execute(select(exists().where(other)))).scalar_one()
        return Standing(held.lineage, held.revision, held.embedder_id, bool(mixed))

    async def add(
        self, drafts: Sequence[tuple[Draft, str]], embedder: Embedder, *, at_first: bool = False
    ) -> tuple[Added, ...]:
        """See PatternStore."""
        for draft, _ in drafts:
            _require_storable(draft)
        async with to_write(self._engine) as connection:
            before = await _hold(connection)
            if drafts and before.embedder_id not in ("", embedder.embedder_id):
                words = f"the patterns stored have vectors of {before.embedder_id}, and this process makes those of "
                raise OtherEmbedder(f"{words}{embedder.embedder_id}: it is of another release")
            if not drafts or (at_first and before.revision):
                return ()
            created_at = float((await connection.execute(select(self._now))).scalar_one())
            places = Places(await _of_signatures(connection, [signature for _, signature in drafts]), created_at)
            taken = [places.take(draft, signature) for draft, signature in drafts]
            changed = places.changed
            await self._require_room(connection, sum(place.held is None for place in changed))
            await _finish(changed, before.revision, embedder)
            await _write(connection, changed)
            await _advance(connection, before.revision + len(changed), embedder.embedder_id)
        return tuple([Added(place.pattern(), was_there) for place, was_there in taken])

    async def get(self, pattern_ids: Sequence[str]) -> tuple[Pattern, ...]:
        """See PatternStore."""
        async with to_read(self._engine) as connection:
            return tuple(await _there(connection, pattern_ids))

    async def changes(self, after: int, most: int) -> tuple[Pattern, ...]:
        """See PatternStore."""
        query = select(PATTERNS).where(PATTERNS.c.revision > after).order_by(PATTERNS.c.revision).limit(most)
        found, turns = [], Turns()
        async with to_read(self._engine) as connection:
            for row in await connection.execute(query):
                found.append(pattern_of(row))
                await turns.next()
        return tuple(found)

    async def delete(self, pattern_ids: Sequence[str], *, owner: str | None = None) -> int:
        """See PatternStore."""
        async with to_write(self._engine) as connection:
            before = await _hold(connection)
            there: dict[str, str] = {}
            for some in _portions(list(dict.fromkeys(pattern_ids))):
                query = select(PATTERNS.c.pattern_id, PATTERNS.c.client_id).where(PATTERNS.c.pattern_id.in_(some))
                found = await connection.execute(query.where(PATTERNS.c.deleted.is_(False)))
                there |= {row.pattern_id: row.client_id for row in found}
            _require_owner(there, owner)
            rows = [
                {"which": pattern_id, "signature": pattern_id, "revision": revision}
                for pattern_id, revision in zip(there, count(before.revision + 1))
            ]
            if rows:
                await connection.execute(_update("signature", "revision", **_EMPTIED), rows)
                await _advance(connection, before.revision + len(rows), before.embedder_id)
        return len(there)

    async def rate(self, pattern_ids: Sequence[str], *, helpful: bool) -> tuple[Pattern, ...]:
        """See PatternStore."""
        wanted = list(dict.fromkeys(pattern_ids))
        async with to_write(self._engine) as connection:
            before = await _hold(connection)
            held = await _there(connection, wanted)
            now_rated = [
                replace(rated(pattern, helpful=helpful), revision=revision)
                for pattern, revision in zip(held, count(before.revision + 1))
            ]
            rows = [
                {
                    "which": pattern.pattern_id,
                    "quality": pattern.quality,
                    "ratings": pattern.ratings,
                    "revision": pattern.revision,
                }
                for pattern in now_rated
            ]
            if rows:
                await connection.execute(_update("quality", "ratings", "revision"), rows)
                await _advance(connection, before.revision + len(rows), before.embedder_id)
        return tuple(now_rated)

    async def records(
        self, entity: str, domain: str, kinds: frozenset[PatternKind], most: int
    ) -> tuple[Mapping[str, Any], ...]:
        """See PatternStore."""
        of_them = PATTERNS.c.kind.in_([kind.value for kind in kinds]) & PATTERNS.c.deleted.is_(False)
        query = select(PATTERNS.c.record).where(PATTERNS.c.entity == entity, PATTERNS.c.domain == domain, of_them)
        async with to_read(self._engine) as connection:
            rows = await connection.execute(query.order_by(PATTERNS.c.revision.desc()).limit(most))
            return tuple([orjson.loads(record) for record in rows.scalars()])

    async def reembed(self, embedder: Embedder, most: int) -> int:
        """See PatternStore."""
        query = select(PATTERNS).where(PATTERNS.c.deleted.is_(False), PATTERNS.c.embedder_id != embedder.embedder_id)
        async with to_write(self._engine) as connection:
            before = await _hold(connection)
            held = [pattern_of(row) for row in await connection.execute(query.limit(most))]
            vectors = await _vectors([pattern.searched_text for pattern in held], embedder)
            rows = [
                {
                    "which": pattern.pattern_id,
                    "embedder_id": embedder.embedder_id,
                    "vector": vector,
                    "revision": revision,
                }
                for pattern, vector, revision in zip(held, vectors, count(before.revision + 1))
            ]
            if rows:
                await connection.execute(_update("embedder_id", "vector", "revision"), rows)
            await _advance(connection, before.revision + len(rows), embedder.embedder_id)
        return len(held)

    async def used(self, uses: Mapping[str, int]) -> None:
        """See PatternStore."""
        more = update(PATTERNS).where(PATTERNS.c.pattern_id == bindparam("which"))
        # In one order, so that two processes do not wait for one another.
        rows = [{"which": pattern_id, "times": times} for pattern_id, times in sorted(uses.items())]
        if not rows:
            return
        async with to_write(self._engine) as connection:
            await connection.execute(more.values(uses=PATTERNS.c.uses + bindparam("times")), rows)

    async def uses(self, pattern_ids: Sequence[str]) -> Mapping[str, int]:
        """See PatternStore."""
        found: dict[str, int] = {}
        query = select(PATTERNS.c.pattern_id, PATTERNS.c.uses).where(PATTERNS.c.deleted.is_(False))
        async with to_read(self._engine) as connection:
            for some in _portions(pattern_ids):
                rows = await connection.execute(query.where(PATTERNS.c.pattern_id.in_(some)))
                found |= {row.pattern_id: row.uses for row in rows}
        return found

    async def tallies(self) -> tuple[Tally, ...]:
        """See PatternStore."""
        by = (PATTERNS.c.domain, PATTERNS.c.entity, PATTERNS.c.kind)
        sums = (func.count(), func.sum(PATTERNS.c.uses), func.avg(PATTERNS.c.quality))
        query = select(*by, *sums).where(PATTERNS.c.deleted.is_(False)).group_by(*by).order_by(*by)
        async with to_read(self._engine) as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            [
                Tally(PatternKind(kind), domain, entity, patterns, int(uses), float(quality))
                for domain, entity, kind, patterns, uses, quality in rows
            ]
        )

    async def _require_room(self, connection: AsyncConnection, more: int) -> None:
        held = (await connection.execute(_count())).scalar_one() if more else 0
        if more and held + more > self._most:
            words = f"{held} patterns are stored and {self._most} is the most, so {more} more are too many"
            raise TooManyPatterns(f"{words}; delete some first")


async def _hold(connection: AsyncConnection) -> Row[Any]:
    """The store's standing; nobody else writes until this transaction ends."""
    return (await connection.execute(select(STANDING).with_for_update())).one()


async def _advance(connection: AsyncConnection, revision: int, embedder_id: str) -> None:
    await connection.execute(update(STANDING).values(revision=revision, embedder_id=embedder_id))


async def _there(connection: AsyncConnection, pattern_ids: Sequence[str]) -> list[Pattern]:
    found: dict[str, Pattern] = {}
    for some in _portions(pattern_ids):
        query = select(PATTERNS).where(PATTERNS.c.pattern_id.in_(some), PATTERNS.c.deleted.is_(False))
        found |= {row.pattern_id: pattern_of(row) for row in await connection.execute(query)}
    return [found[pattern_id] for pattern_id in pattern_ids if pattern_id in found]


def _count() -> Select[int]:
    return select(func.count()).select_from(PATTERNS).where(PATTERNS.c.deleted.is_(False))


async def _of_signatures(connection: AsyncConnection, signatures: Sequence[str]) -> list[Pattern]:
    found: list[Pattern] = []
    for some in _portions(list(dict.fromkeys(signatures))):
        rows = await connection.execute(select(PATTERNS).where(PATTERNS.c.signature.in_(some)))
        found += [pattern_of(row) for row in rows]
    return found


async def _finish(places: Sequence[Place], revision: int, embedder: Embedder) -> None:
    """Gives places their vectors and the revisions after this one."""
    vectors = await _vectors([place.draft.searched_text for place in places], embedder)
    for place, vector, number in zip(places, vectors, count(revision + 1)):
        place.embedder_id, place.vector, place.revision = embedder.embedder_id, vector, number


async def _vectors(texts: list[str], embedder: Embedder) -> list[bytes]:
    if not texts:
        return []
    return [row.astype("<f4").tobytes() for row in await asyncio.to_thread(embedder.embed, texts)]


async def _write(connection: AsyncConnection, places: Sequence[Place]) -> None:
    new = [place.values() for place in places if place.held is None]
    if new:
        await connection.execute(insert(PATTERNS), new)
    changed = [{**place.values(), "which": place.pattern_id} for place in places if place.held is not None]
    if changed:
        names = [name for name in changed[0] if name not in {"which", "pattern_id", "uses"}]
        await connection.execute(_update(*names), [{name: row[name] for name in (*names, "which")} for row in changed])


def _update(*names: str, **constants: Any) -> Update:
    """Sets columns of the pattern `which`: those named to the value of each row, others to one value."""
    each: dict[str, Any] = {name: bindparam(name) for name in names}
    return update(PATTERNS).where(PATTERNS.c.pattern_id == bindparam("which")).values(**each, **constants)


def _portions(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


def _require_owner(owners: Mapping[str, str], owner: str | None) -> None:
    others = [pattern_id for pattern_id, client_id in owners.items() if owner not in (None, client_id)]
    if others:
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        raise OthersPattern(f"another client stored {', '.join(others[:3])}{more}; nothing was deleted")


def _require_storable(draft: Draft) -> None:
    """Databases of text keep no NUL."""
    for name in ("domain", "entity", "name", "intent", "source", "client_id"):
        if "\0" in getattr(draft, name):
            raise PatternFault(f"{name} of the pattern {draft.name[:60]!r} holds a NUL, which cannot be kept")
