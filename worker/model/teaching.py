"""What models wrote and was accepted, learned as patterns; only where the operator wants it."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final, Protocol, TypeVar

import orjson

from testdata_agent.engine.coherence.nodes import bare
from testdata_agent.engine.learning import lessons
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.generator import Generator
from testdata_agent.service import logs
from testdata_agent.stores.jobs import LedgerUnreachable
from testdata_agent.stores.patterns import Draft, PatternKind
from testdata_agent.stores.patterns.base import Embedder, PatternFault, PatternStore
from testdata_agent.stores.patterns.learned import lesson_draft

#: Records of one batch that are learned, at the most.
MOST_LEARNED: Final = 20

_T = TypeVar("_T")


class Beside(Protocol):
    """Has the engine work in its own thread."""

    def __call__(self, work: Callable[[], _T]) -> Awaitable[_T]:
        """The outcome of the work."""
        ...


class Teaching:
    """Keeps accepted records, scrubbed as those of anybody are: a model may repeat what a context told it."""

    def __init__(self, store: PatternStore, embedder: Embedder, generator: Generator) -> None:
        """Takes where patterns are kept, what embeds their words, and the generator of the thread that works."""
        self._store, self._embedder, self._generator = store, embedder, generator

    async def learn(self, request: GenerationRequest, client_id: str, rows: Sequence[str], beside: Beside) -> None:
        """Learns finished records. A store that cannot keep them is no reason to fail the job that made them."""
        drafts = await beside(partial(self._drafts, request, client_id, rows[:MOST_LEARNED]))
        try:
            await self._store.add(drafts, self._embedder)
        except (LedgerUnreachable, PatternFault) as error:
            logs.logger().warning("patterns_not_learned", error=str(error)[:200])

    def _drafts(self, request: GenerationRequest, client_id: str, rows: Sequence[str]) -> list[tuple[Draft, str]]:
        asked = GenerationRequest(
            entity=request.entity,
            domain=request.domain,
            schema_source=request.schema_source,
            count=1,
            seed=lessons.LEARNING_SEED,
            locale=request.locale,
            as_of=request.as_of,
            envelope=False,
        )
        run = self._generator.prepare_now(asked)
        found = lessons.learn(run, [bare(orjson.loads(row)) for row in rows])
        of_model = partial(lesson_draft, kind=PatternKind.PATTERN, source="model", client_id=client_id)
        return [(of_model(lesson, run.schema), lesson.signature) for lesson in found.lessons]
