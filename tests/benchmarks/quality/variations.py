"""What is made of patterns: how much it varies, and what it keeps."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.schema.registry import builtin_schemas
from testdata_agent.engine.variation.exemplars import Exemplar
from testdata_agent.engine.variation.patterns import Variation
from testdata_agent.generator import default_generator
from testdata_agent.stores.patterns import Draft, PatternKind
from testdata_agent.stores.patterns.seeds import drafts
from tests.benchmarks.quality.records import SEED, Made
from tests.benchmarks.table import Figure

#: Records of each pattern by itself, and of several patterns together.
ROWS: Final = 100
MANY: Final = 1_000
TOGETHER: Final = 8
#: Names of members that are made anew for every record whatever it takes after.
_ANEW: Final = ("_id", "_at", "_index", "_scenario", "last_login", "phone", "email", "sku")
#: Least median, in percent, of the distinct records of a pattern, all that is made anew left out.
LEAST_DISTINCT: Final = {"cart": 85, "order": 90, "payment": 90, "product": 40, "review": 90, "user": 95}


@dataclass(frozen=True, slots=True)
class Seen:
    """What variations are like.

    Attributes:
        records: Those that came.
        distinct: How many there are without what is made anew.
        baskets: How many lists of articles with their quantities there are; 0: the records have none.
        copies: Records that are a pattern, or another record, over again.
        lost: Values on locked paths that are not the pattern's.
        priced_twice: Articles that have more than one price.
        score: Of all records.
    """

    records: int
    distinct: int
    baskets: int
    copies: int
    lost: int
    priced_twice: int
    score: float


def figures(_made: Made) -> list[Figure]:
    """Of every entity."""
    return [figure for entity in builtin_schemas() for figure in figures_of(entity)]


def figures_of(entity: str) -> Iterator[Figure]:
    """Of one entity."""
    alone = [seen([draft], ROWS) for draft in shipped(entity)]
    together = seen(shipped(entity)[:TOGETHER], MANY)
    every = (*alone, together)
    one = f"{ROWS} records after one {entity}"
    distinct = 100 * median(each.distinct / ROWS for each in alone)
    yield Figure(f"{one}: distinct, median", distinct, " %", least=LEAST_DISTINCT[entity])
    if together.baskets:
        yield Figure(f"{one}: distinct baskets, median", 100 * median(each.baskets / ROWS for each in alone), " %")
    yield Figure(f"{MANY} {entity} records after {TOGETHER}: distinct", 100 * together.distinct / MANY, " %")
    yield Figure(f"{entity} variations that did not come", _missing(alone, together), most=0)
    yield Figure(f"{entity} variations that are a copy", sum(each.copies for each in every), most=0)
    yield Figure(f"{entity} variations: locked values lost", sum(each.lost for each in every), most=0)
    yield Figure(f"{entity} variations: articles of two prices", sum(each.priced_twice for each in every), most=0)
    yield Figure(f"{entity} variations: least coherence", 100 * min(each.score for each in every), " %", least=100)


def _missing(alone: Sequence[Seen], together: Seen) -> int:
    return sum(ROWS - each.records for each in alone) + MANY - together.records


def shipped(entity: str) -> Sequence[Draft]:
    """The patterns of an entity."""
    return [draft for draft in drafts() if draft.entity == entity and draft.kind is PatternKind.PATTERN]


def seen(patterns: Sequence[Draft], rows: int) -> Seen:
    """Patterns of one entity, varied together."""
    run = default_generator().prepare_now(GenerationRequest(entity=patterns[0].entity, count=rows, seed=SEED))
    exemplars = [Exemplar(draft.name, draft.record, draft.locked_paths) for draft in patterns]
    found = Variation(run, exemplars).rows(0, rows)
    texts = [found.rows[row] for row in sorted(found.rows)]
    records = [json.loads(text) for text in texts]
    bare = [_text({name: value for name, value in record.items() if name[0] != "_"}) for record in records]
    stored = [_text(draft.record) for draft in patterns]
    return Seen(
        records=len(records),
        distinct=len({_text(_told(record)) for record in records}),
        baskets=len(set(map(_basket, records)) - {()}),
        copies=len(bare) - len(set(bare)) + sum(text in stored for text in bare),
        lost=_lost(patterns[0], records) if len(patterns) == 1 else 0,
        priced_twice=_priced_twice(records),
        score=run.score(texts).score or 0.0,
    )


def _basket(record: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((item["name"], item["quantity"]) for item in record.get("items", ())))


def _priced_twice(records: Sequence[Mapping[str, Any]]) -> int:
    prices: Mapping[str, set[float]] = defaultdict(set)
    for record in records:
        for item in (*record.get("items", ()), *([record] if "sku" in record else [])):
            prices[item["sku"]].add(item["price"])
    return sum(len(each) > 1 for each in prices.values())


def _lost(draft: Draft, records: Sequence[Mapping[str, Any]]) -> int:
    """Locked values that are others; times are kept by their distances, unique ones but for a number."""
    fields = builtin_schemas()[draft.entity].fields
    paths = [path.split(".") for path in draft.locked_paths if not path.endswith(("_at", "last_login"))]
    kept = [path for path in paths if not fields[path[0]].unique]
    return sum(_at(record, path) != _at(draft.record, path) for record in records for path in kept)


def _at(value: Any, names: Sequence[str]) -> Any:
    if isinstance(value, list):
        return [_at(each, names) for each in value]
    if not names or not isinstance(value, Mapping):
        return value
    return _at(value.get(names[0]), names[1:])


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _told(value: Any) -> Any:
    """A record without what is made anew anyway."""
    if isinstance(value, Mapping):
        return {name: _told(inner) for name, inner in value.items() if not name.endswith(_ANEW)}
    if isinstance(value, list):
        return [_told(each) for each in value]
    return value
