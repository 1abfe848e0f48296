"""What the first schema of a caller would wait for is there before it comes."""

import json
from collections.abc import Collection, Mapping

from gateway.preparation import Preparation
from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.engine.synthesis.pools import Pool, PoolSpec
from testdata_agent.stores.pools import EmbeddedPools


class CountedPools(EmbeddedPools):
    """Pools that remember what was asked of them."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[PoolSpec] = []

    def load_now(self, specs: Collection[PoolSpec]) -> Mapping[PoolSpec, Pool]:
        self.asked += specs
        return super().load_now(specs)


async def test_pools_of_common_fields_are_loaded_by_warming() -> None:
    pools = CountedPools()
    preparation = Preparation(Registry(), pools)
    await preparation.warm()
    warmed = len(pools.asked)
    assert warmed
    schema = {"fields": dict.fromkeys(("full_name", "email", "city", "company", "notes"), "string")}
    source = SchemaSource(kind="inline_schema", text=json.dumps(schema))
    await preparation.prepare(GenerationRequest(schema_source=source, seed=7, as_of=0), 100)
    assert len(pools.asked) == warmed
