"""Asks an index all labelled queries, and says how good its answers are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from statistics import fmean

import numpy as np

from testdata_agent.stores.patterns.base import Embedder, PatternIndex, Query
from testdata_agent.stores.patterns.nearness import how_many_meant
from testdata_agent.stores.patterns.pattern import Draft, Pattern
from tests.retrieval.labelled import Labelled, corpus, pattern_id
from tests.retrieval.measures import ndcg_at, recall_at, reciprocal_rank

#: Hits that a query asks for.
LIMIT = 10
#: Hits among which `recall` looks.
DEPTH = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What an index gave to one query: pattern ids, best first, and their scores."""

    query: Labelled
    ranked: tuple[str, ...]
    scores: tuple[float, ...] = ()

    @property
    def served(self) -> float:
        """Of the records that a request would get, the share that is made of a wanted pattern."""
        meant = self.ranked[: how_many_meant(self.scores)]
        return fmean([found in self.query.wanted for found in meant]) if meant else 0.0

    @property
    def leaks(self) -> int:
        """Hits of another scope."""
        return len(set(self.ranked) - self.query.allowed)


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over some queries; the first four over those with an answer, None where there is none of them.

    Attributes:
        refused: Of the queries without an answer, the share that nothing was given to; None where there is none.
        leaks: Hits of another scope, in all.
    """

    count: int
    recall: float | None
    mrr: float | None
    ndcg: float | None
    served: float | None
    refused: float | None
    leaks: int

    @classmethod
    def of(cls, answers: Sequence[Answer]) -> "Quality":
        """Sums up answers."""
        met = [answer for answer in answers if answer.query.wanted]
        unmet = [answer for answer in answers if not answer.query.wanted]
        return cls(
            count=len(answers),
            recall=_mean(recall_at(DEPTH, answer.ranked, answer.query.wanted) for answer in met),
            mrr=_mean(reciprocal_rank(answer.ranked, answer.query.wanted) for answer in met),
            ndcg=_mean(ndcg_at(LIMIT, answer.ranked, answer.query.grades) for answer in met),
            served=_mean(answer.served for answer in met),
            refused=_mean(float(not answer.ranked) for answer in unmet),
            leaks=sum(answer.leaks for answer in answers),
        )


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return fmean(found) if found else None


def stored(embedder: Embedder, drafts: Sequence[Draft] | None = None) -> tuple[Pattern, ...]:
    """The corpus as an index takes it in."""
    drafts = corpus() if drafts is None else drafts
    vectors = embedder.embed([draft.searched_text for draft in drafts])
    return tuple(
        _pattern(draft, revision, vector, embedder.embedder_id)
        for revision, (draft, vector) in enumerate(zip(drafts, vectors, strict=True), start=1)
    )


async def answers(index: PatternIndex, embedder: Embedder, queries: Sequence[Labelled]) -> tuple[Answer, ...]:
    """Asks an index that holds the corpus."""
    vectors = embedder.embed([query.text for query in queries])
    found = []
    for query, vector in zip(queries, vectors, strict=True):
        hits = await index.search(Query(query.scope, query.text, embedder.embedder_id, vector, LIMIT))
        found.append(Answer(query, tuple(hit.pattern_id for hit in hits), tuple(hit.score for hit in hits)))
    return tuple(found)


def _pattern(draft: Draft, revision: int, vector: np.ndarray, embedder_id: str) -> Pattern:
    identity = pattern_id(draft)
    return Pattern(
        **{part.name: getattr(draft, part.name) for part in fields(Draft)},
        pattern_id=identity,
        signature=identity,
        uses=0,
        embedder_id=embedder_id,
        vector=vector.astype("<f4").tobytes(),
        created_at=0.0,
        revision=revision,
    )
