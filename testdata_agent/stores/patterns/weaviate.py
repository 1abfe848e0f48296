"""An index of patterns in Weaviate.

Weaviate finds the candidates, by words and by vectors within the scope; what they score is reckoned here, by the same
measure as the index in memory, because its own scores say only who is before whom within one answer.
"""

# ruff: noqa: PLC0415 - importing the client takes half a second and 60 MB: only who asks a server does

import asyncio
import hashlib
import uuid
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from testdata_agent.stores.patterns.base import (
    Embedder,
    Hit,
    IndexUnreachable,
    OtherEmbedder,
    PatternIndex,
    PatternStore,
    Query,
    Scope,
)
from testdata_agent.stores.patterns.candidates import Candidate, ranked
from testdata_agent.stores.patterns.pattern import Pattern
from testdata_agent.stores.patterns.telling import Tell
from testdata_agent.stores.patterns.terms import terms_of
from testdata_agent.stores.patterns.wanted import WantedIndex
from testdata_agent.stores.patterns.weaviate_server import WORK_SECONDS, Weaviate, errors

if TYPE_CHECKING:
    from weaviate import WeaviateAsyncClient
    from weaviate.classes.data import DataObject
    from weaviate.collections import CollectionAsync
    from weaviate.collections.classes.filters import _Filters as Filters

#: What the index is called.
NAME: Final = "weaviate"
#: A search that takes longer is given up: the index in memory answers sooner than a caller gets impatient.
SEARCH_SECONDS: Final = 0.25
#: How much of its own fusion of words and vectors is by the vectors.
ALPHA: Final = 0.8
#: Candidates beyond those asked for.
_SPARE: Final = 20
#: Patterns of one message: putting so many into words keeps the event loop for 5 ms.
_AT_ONCE: Final = 40
_VECTOR: Final = "pattern"
#: The object that keeps the revision; it is of no entity, so that no search finds it.
_MARK: Final = uuid.UUID(int=1)
_MARK_KIND: Final = "mark"

_T = TypeVar("_T")


class WeaviateIndex(PatternIndex):
    """The patterns of one database, as one embedder sees them: a collection of its own.

    Args:
        lineage: Of the database: see Standing.
    """

    def __init__(
        self,
        server: Weaviate,
        lineage: str,
        embedder_id: str,
        dimensions: int,
        *,
        search_seconds: float = SEARCH_SECONDS,
    ) -> None:
        self.lineage = lineage
        self._server, self._search_seconds = server, search_seconds
        self._embedder_id, self._dimensions = embedder_id, dimensions
        self.collection = f"TestDataPatterns_{lineage[:16]}_{hashlib.sha256(embedder_id.encode()).hexdigest()[:8]}"
        self._is_there = False
        self._making = asyncio.Lock()

    async def put(self, patterns: Sequence[Pattern]) -> None:
        """See PatternIndex."""
        for pattern in patterns:
            if not pattern.deleted:
                self._require_fitting(pattern.embedder_id, len(pattern.vector) // 4)
        gone = [_uuid_of(pattern.pattern_id) for pattern in patterns if pattern.deleted]
        there = [pattern for pattern in patterns if not pattern.deleted]
        for start in range(0, len(gone), _AT_ONCE):
            await self._delete(gone[start : start + _AT_ONCE])
        for start in range(0, len(there), _AT_ONCE):
            await self._insert(there[start : start + _AT_ONCE])

    async def search(self, query: Query) -> tuple[Hit, ...]:
        """See PatternIndex."""
        self._require_fitting(query.embedder_id, len(query.vector))
        if query.limit < 1 or not query.scope.kinds:
            return ()
        return await self._answer(self._search_seconds, self._found(query))

    async def revision(self) -> int:
        """See PatternIndex."""
        collection = await self._collection()
        mark: Any = await self._answer(WORK_SECONDS, collection.query.fetch_object_by_id(_MARK))
        return 0 if mark is None else int(mark.properties["revision"])

    async def reached(self, revision: int) -> None:
        """See PatternIndex."""
        from weaviate.classes.data import DataObject

        if revision <= await self.revision():
            return
        mark = DataObject(properties={"kind": _MARK_KIND, "entity": "", "revision": revision}, uuid=_MARK)
        await self._insert_objects([mark])

    async def empty(self) -> None:
        """See PatternIndex."""
        await self.drop()
        await self._collection()

    async def drop(self) -> None:
        """Takes the collection away; a later call makes it again. Raises IndexUnreachable."""
        async with self._making:
            client = await self._server.client()
            await self._answer(WORK_SECONDS, client.collections.delete(self.collection))
            self._is_there = False

    async def _found(self, query: Query) -> tuple[Hit, ...]:
        collection = await self._collection()
        terms, vector = terms_of(query.text), np.asarray(query.vector, np.float32)
        if not query.text.strip():
            return await self._best(collection, query)
        if not terms and not vector.any():
            return ()
        answer = await collection.query.hybrid(
            " ".join(terms) or None,
            vector=vector.tolist(),
            target_vector=_VECTOR,
            alpha=ALPHA if terms else 1,
            query_properties=["terms"],
            filters=_filters_of(query.scope),
            limit=query.limit + _SPARE,
            include_vector=[_VECTOR],
            return_properties=["terms", "quality"],
        )
        candidates = [
            Candidate(
                _pattern_id_of(found.uuid),
                str(found.properties["terms"]).split(),
                np.array(found.vector[_VECTOR], np.float32),
                float(found.properties["quality"]),
            )
            for found in answer.objects
        ]
        return ranked(candidates, terms, vector, query.limit)

    async def _best(self, collection: "CollectionAsync[Any, Any]", query: Query) -> tuple[Hit, ...]:
        from weaviate.classes.query import Sort

        answer = await collection.query.fetch_objects(
            filters=_filters_of(query.scope),
            sort=Sort.by_property("quality", ascending=False),
            limit=query.limit,
            return_properties=["quality"],
        )
        hits = [Hit(_pattern_id_of(found.uuid), float(found.properties["quality"])) for found in answer.objects]
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.pattern_id)))

    async def _insert(self, patterns: Sequence[Pattern]) -> None:
        from weaviate.classes.data import DataObject

        await self._insert_objects(
            [
                DataObject(
                    properties={
                        "entity": pattern.entity,
                        "domain": pattern.domain,
                        "kind": pattern.kind.value,
                        "tags": list(pattern.tags),
                        "quality": pattern.quality,
                        "terms": " ".join(terms_of(pattern.searched_text)),
                    },
                    uuid=_uuid_of(pattern.pattern_id),
                    vector={_VECTOR: np.frombuffer(pattern.vector, "<f4").tolist()},
                )
                for pattern in patterns
            ]
        )

    async def _insert_objects(self, objects: "Sequence[DataObject[Any, Any]]") -> None:
        collection = await self._collection()
        done = await self._answer(WORK_SECONDS, collection.data.insert_many(objects))
        if done.has_errors:
            first = next(iter(done.errors.values())).message
            self._is_there = False
            raise IndexUnreachable(f"weaviate took {len(objects) - len(done.errors)} of {len(objects)}: {first[:200]}")

    async def _delete(self, ids: Sequence[uuid.UUID]) -> None:
        from weaviate.classes.query import Filter

        collection = await self._collection()
        done = await self._answer(WORK_SECONDS, collection.data.delete_many(Filter.by_id().contains_any(ids)))
        if done.failed:
            raise IndexUnreachable(f"weaviate kept {done.failed} of {len(ids)} patterns that are deleted")

    async def _collection(self) -> "CollectionAsync[Any, Any]":
        """The collection, made where it is not there."""
        client = await self._server.client()
        if not self._is_there:
            async with self._making:
                await self._answer(WORK_SECONDS, self._make(client))
                self._is_there = True
        return client.collections.use(self.collection)

    async def _make(self, client: "WeaviateAsyncClient") -> None:
        from weaviate.classes.config import Configure, DataType, Property, Tokenization, VectorDistances

        def number(name: str, kind: DataType) -> Property:
            return Property(name=name, data_type=kind, index_filterable=True)

        def exact(name: str, kind: DataType = DataType.TEXT) -> Property:
            return Property(
                name=name,
                data_type=kind,
                tokenization=Tokenization.FIELD,
                index_filterable=True,
                index_searchable=False,
            )

        if await client.collections.exists(self.collection):
            return
        try:
            await client.collections.create(
                self.collection,
                properties=[
                    exact("entity"),
                    exact("domain"),
                    exact("kind"),
                    exact("tags", DataType.TEXT_ARRAY),
                    number("quality", DataType.NUMBER),
                    number("revision", DataType.INT),
                    Property(
                        name="terms",
                        data_type=DataType.TEXT,
                        tokenization=Tokenization.WORD,
                        index_filterable=False,
                        index_searchable=True,
                    ),
                ],
                vector_config=Configure.Vectors.self_provided(
                    name=_VECTOR,
                    quantizer=Configure.VectorIndex.Quantizer.none(),
                    vector_index_config=Configure.VectorIndex.hnsw(distance_metric=VectorDistances.COSINE),
                ),
            )
        except errors():
            if not await client.collections.exists(self.collection):  # else another process was sooner
                raise

    async def _answer(self, seconds: float, work: Awaitable[_T]) -> _T:
        """As the server's; whether the collection is still there is looked at again afterwards."""
        try:
            return await self._server.within(seconds, work)
        except IndexUnreachable:
            self._is_there = False
            raise

    def _require_fitting(self, embedder_id: str, dimensions: int) -> None:
        if (embedder_id, dimensions) != (self._embedder_id, self._dimensions):
            ours = f"{self._embedder_id} ({self._dimensions} dimensions)"
            raise OtherEmbedder(f"this index compares vectors of {ours}, not of {embedder_id} ({dimensions})")


def wanted_weaviate(
    server: Weaviate, store: PatternStore, embedder: Embedder, tell: Tell, *, search_seconds: float = SEARCH_SECONDS
) -> WantedIndex:
    """The index of a server as a library asks it; nothing is connected yet."""

    def opened(lineage: str) -> WeaviateIndex:
        whose, length = embedder.embedder_id, embedder.dimensions
        return WeaviateIndex(server, lineage, whose, length, search_seconds=search_seconds)

    return WantedIndex(NAME, opened, store, embedder.embedder_id, tell, close=server.close)


def _filters_of(scope: Scope) -> "Filters":
    from weaviate.classes.query import Filter

    parts = [Filter.by_property("entity").equal(scope.entity)]
    if scope.domain:
        parts.append(Filter.by_property("domain").equal(scope.domain))
    parts.append(Filter.by_property("kind").contains_any(sorted(kind.value for kind in scope.kinds)))
    if scope.tags:
        parts.append(Filter.by_property("tags").contains_all(sorted(scope.tags)))
    return Filter.all_of(parts)


def _uuid_of(pattern_id: str) -> uuid.UUID:
    return uuid.UUID(hex=pattern_id.removeprefix("pat-"))


def _pattern_id_of(number: uuid.UUID) -> str:
    return f"pat-{number.hex}"
