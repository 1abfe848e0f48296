"""What an index must reach on the test half of the labelled set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tests.retrieval.judging import Quality


@dataclass(frozen=True, slots=True)
class Floor:
    """Least means of a family; see Quality."""

    recall: float
    mrr: float
    ndcg: float

    def missed(self, quality: Quality) -> list[str]:
        """What is below it, in words."""
        found = {
            "recall": (quality.recall, self.recall),
            "mrr": (quality.mrr, self.mrr),
            "ndcg": (quality.ndcg, self.ndcg),
        }
        return [f"{name} {value} < {least}" for name, (value, least) in found.items() if value is None or value < least]


#: Of the index in memory: what it reached, cut to two digits.
IN_MEMORY: Final[Mapping[str, Floor]] = {
    "lexical": Floor(1.0, 1.0, 0.99),
    "paraphrase": Floor(0.88, 0.81, 0.83),
    "hint_only": Floor(0.98, 1.0, 0.99),
    "misspelt": Floor(1.0, 1.0, 0.99),
    "near_miss_twins": Floor(1.0, 0.90, 0.93),
    "wrong_scope": Floor(1.0, 1.0, 1.0),
}
#: Of Weaviate: likewise.
IN_WEAVIATE: Final[Mapping[str, Floor]] = {
    "lexical": Floor(1.0, 1.0, 0.99),
    "paraphrase": Floor(0.89, 0.80, 0.82),
    "hint_only": Floor(0.97, 1.0, 0.99),
    "misspelt": Floor(1.0, 1.0, 0.99),
    "near_miss_twins": Floor(1.0, 0.90, 0.93),
    "wrong_scope": Floor(1.0, 1.0, 0.99),
}
#: Of all queries: the share of the records of a request that are made of what was wanted.
SERVED_IN_MEMORY: Final = 0.77
SERVED_IN_WEAVIATE: Final = 0.74
#: Of the queries without an answer, the share that must be given none.
REFUSED: Final = 0.92
