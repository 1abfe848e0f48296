"""Records as tests read them."""

import json
from decimal import Decimal
from typing import Any

from testdata_agent.engine.request import GenerationRequest
from testdata_agent.generator import Generator

GENERATOR = Generator()


def made(entity: str, count: int = 200, **more: Any) -> list[dict[str, Any]]:
    """The records of a request under seed 7; numbers with a point are decimals."""
    run = GENERATOR.prepare_now(GenerationRequest(entity=entity, count=count, **{"seed": 7, **more}))
    return [json.loads(row, parse_float=Decimal) for row in run.rows(0, count)]
