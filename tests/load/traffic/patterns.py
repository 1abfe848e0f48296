"""Records made of patterns."""

from testdata_agent import generate
from tests.load.expected import in_order, same
from tests.load.tally import Wrong
from tests.load.traffic.visitor import Visitor

_ENTITIES = ("cart", "order", "payment", "user")
_LIKE = ("last winter", "a family that moves", "a big spender", "expired cards", "gifts for many", "late at night")
_PLACES = ("in Berlin", "on Sundays", "of the campaign", "with a voucher", "abroad", "by telephone")


async def varied(visitor: Visitor) -> int:
    """Records of what is like the wish; replayed with what the answer names."""
    entity, count = visitor.chance.choice(_ENTITIES), visitor.chance.choice((5, 10, 10, 50))
    hints = [f"similar to {visitor.chance.choice(_LIKE)} {visitor.chance.choice(_PLACES)} {visitor.chance.random()}"]
    first = await visitor.client.generate(entity, count=count, hints=hints)
    if first.metadata.generation_path != "rag":
        raise Wrong(f"answered on the path {first.metadata.generation_path}: {first.metadata.fallback_reason}")
    again = await visitor.client.generate(
        entity,
        count=count,
        hints=hints,
        seed=first.metadata.seed,
        as_of=first.metadata.as_of.seconds,
        patterns=first.patterns,
    )
    same(again.text, first.text, f"{count} {entity} of {first.patterns}")
    in_order(first.records, count)
    return 2 * count


async def with_defects(visitor: Visitor) -> int:
    """Defects on varied patterns; or records as production has them."""
    entity = visitor.chance.choice(("cart", "order", "payment"))
    wants_defects = visitor.chance.random() < 0.5
    answer = await visitor.client.generate(
        entity, count=20, defect_triggering=wants_defects, production_like=not wants_defects
    )
    in_order(answer.records, 20)
    if wants_defects and not all(record["_defect"]["class"] for record in answer):
        raise Wrong(f"a record without its defect: {answer.text[:300]}")
    return 20


async def searched(visitor: Visitor) -> int:
    """The nearest to a wish."""
    text = f"{visitor.chance.choice(_LIKE)} {visitor.chance.choice(_PLACES)} {visitor.chance.randrange(10_000)}"
    matches = await visitor.client.patterns.search(visitor.chance.choice(_ENTITIES), text, limit=5)
    if len(matches.matches) > 5:
        raise Wrong(f"{len(matches.matches)} patterns where 5 were asked for")
    return 0


async def learned(visitor: Visitor) -> int:
    """Records that are learned, made use of, and put out of use; of an entity that no other caller replays."""
    patterns, name = visitor.client.patterns, f"load {visitor.seed()}"
    records = generate("product", count=2, seed=visitor.seed(), envelope=False)
    told = await patterns.learn(records, "product", name=name, intent=f"products of the {name}")
    if told.learned + told.merged + told.refused != 2:
        raise Wrong(f"of two records: {told}")
    if not told.pattern_ids:
        return 0
    answer = await visitor.client.generate("product", count=10, patterns=told.pattern_ids, method="rag")
    in_order(answer.records, 10)
    if not told.merged:  # else they are another's too
        await patterns.delete(told.pattern_ids)
    return 10
