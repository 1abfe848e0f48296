"""Unary calls."""

import asyncio
import json

from testdata_agent import generate
from testdata_agent.client import Answer, Client
from testdata_agent.client.arguments import ConstraintArguments, ScenarioArguments
from tests.load.expected import ENTITIES, coherent_carts, in_order, run_of, same
from tests.load.tally import Wrong
from tests.load.traffic.visitor import FORMATS, Visitor

#: Most answers are small.
_COUNTS = (1, 5, 10, 10, 10, 50, 200, 1000)
_WORDS = ("amount", "colour", "city", "iban", "status", "weight", "owner", "started_at", "note", "rank", "batch", "lot")
_DEFECTS = ("boundary", "time", "numeric")
_TYPES = ("string", "integer", "float", "boolean", "date", "datetime", "email", "phone", "uuid")


async def any_entity(visitor: Visitor) -> int:
    """Any entity, format, count and seed."""
    chance = visitor.chance
    entity, output_format, count = chance.choice(ENTITIES), chance.choice(FORMATS), chance.choice(_COUNTS)
    seed = visitor.seed()
    answer = await visitor.client.generate(
        entity, count=count, seed=seed, output_format=output_format, method="traditional"
    )
    run = run_of(entity, count, seed, output_format)
    rows = run.rows(0, count)
    same(answer.text, run.document(rows), f"{count} {entity} of seed {seed} as {output_format}")
    if entity == "cart" and output_format in {"json", "ndjson"}:
        coherent_carts(rows)
    _without_fault(answer, count)
    return count


async def drawn_seed(visitor: Visitor) -> int:
    """The server draws the seed and says which; with it, the same comes again."""
    entity, count = visitor.chance.choice(("cart", "order", "user")), visitor.chance.choice(_COUNTS)
    first = await visitor.client.generate(entity, count=count)
    again = await visitor.client.generate(
        entity, count=count, seed=first.metadata.seed, as_of=first.metadata.as_of.seconds
    )
    same(again.text, first.text, f"{count} {entity} replayed with seed {first.metadata.seed}")
    _without_fault(first, count)
    in_order(first.records, count)
    return 2 * count


async def wishes(visitor: Visitor) -> int:
    """Limits, shares and fixed values, other ones each time."""
    low, seed = visitor.chance.randrange(5, 400), visitor.seed()
    high, late = low + visitor.chance.randrange(40, 400), visitor.chance.randrange(1, 15)
    limits: dict[str, ConstraintArguments] = {
        "items.price": {"min": 2, "max": float(high)},
        "currency": {"enum_values": ["EUR", "USD"]},
    }
    shares: list[ScenarioArguments] = [
        {"name": f"share {late}", "count": late, "overrides": {"total": f"{low}-{low * 5}"}}
    ]
    answer = await visitor.client.generate("cart", count=20, seed=seed, constraints=limits, scenarios=shares)
    expected = generate("cart", count=20, seed=seed, constraints=limits, scenarios=shares, output_format="json")
    same(answer.text, expected, f"carts with wishes, seed {seed}")
    if [record["_scenario"] for record in answer] != [f"share {late}"] * late + ["default"] * (20 - late):
        raise Wrong(f"scenarios in another order: {answer.text[:300]}")
    _without_fault(answer, 20)
    return 20


async def own_schema(visitor: Visitor) -> int:
    """A schema that nobody sent before."""
    chance = visitor.chance
    names = chance.sample(_WORDS, chance.randrange(2, len(_WORDS)))
    fields = {f"{name}_{chance.randrange(50)}": chance.choice(_TYPES) for name in names}
    schema = {"name": f"thing_{chance.randrange(1000)}", "fields": {"id": "uuid", **fields}}
    seed = visitor.seed()
    answer = await visitor.client.generate(count=25, seed=seed, schema=schema)
    same(
        answer.text, generate(count=25, seed=seed, schema=schema, output_format="json"), f"schema {json.dumps(schema)}"
    )
    return 25


async def defects(visitor: Visitor) -> int:
    """Records with a defect each."""
    entity, seed = visitor.chance.choice(("cart", "order", "payment")), visitor.seed()
    answer = await visitor.client.generate(entity, count=10, seed=seed, defects=_DEFECTS, method="traditional")
    expected = generate(entity, count=10, seed=seed, defects=_DEFECTS, output_format="json")
    same(answer.text, expected, f"{entity} with defects, seed {seed}")
    if not all(record["_defect"]["class"] for record in answer):
        raise Wrong(f"a record without its defect: {answer.text[:300]}")
    return 10


async def in_a_thread(visitor: Visitor) -> int:
    """The client without asyncio, over a connection that is made for it."""
    seed = visitor.seed()

    def call() -> Answer:
        with Client(visitor.target) as client:
            client.health()
            return client.generate("order", count=10, seed=seed)

    answer = await asyncio.to_thread(call)
    same(answer.text, generate("order", count=10, seed=seed, output_format="json"), f"orders of seed {seed}")
    return 10


def _without_fault(answer: Answer, count: int) -> None:
    told = answer.metadata
    if told.HasField("coherence_score") and told.coherence_score < 1.0:
        raise Wrong(f"coherence {told.coherence_score} of seed {told.seed}")
    if told.generation_path != "traditional" or told.records_accepted != count:
        raise Wrong(f"{told.records_accepted} records on the path {told.generation_path}; {count} were asked for")
