"""Schemas that are registered."""

import json

from testdata_agent import generate
from testdata_agent.client import NotFoundError
from tests.load.expected import same
from tests.load.tally import Wrong
from tests.load.traffic.visitor import Visitor


async def registered(visitor: Visitor) -> int:
    """A schema under a name of its own: used as an entity, read back, put out of use."""
    name, seed = f"load_{visitor.chance.randrange(1_000_000)}", visitor.seed()
    schema = {
        "name": name,
        "fields": {
            "id": "uuid",
            "name": "string",
            "salary": {"type": "float", "min": 30000, "max": 30001 + visitor.chance.randrange(90_000)},
            "hired": "date",
        },
    }
    registry = visitor.client.registry
    known = await registry.register(schema)
    answer = await visitor.client.generate(name, count=20, seed=seed)
    same(answer.text, generate(count=20, seed=seed, schema=schema, output_format="json"), f"records of {name}")
    if json.loads((await registry.get(name)).text) != schema or known.version != 1:
        raise Wrong(f"{name} is not what was registered: {known}")
    await registry.delete(name)
    try:
        await visitor.client.generate(name, count=1)
    except NotFoundError:
        raise
    except Exception as error:
        if getattr(error, "reason", "") != "UNKNOWN_ENTITY":
            raise
    else:
        raise Wrong(f"{name} was deleted and still serves")
    return 20
