"""What records are of: entities and schemas, ready to check records and to make what is missing of them."""

import time
from collections.abc import Sequence

from gateway.entities import Entities
from gateway.errors.refusal import Refusal
from gateway.preparation import Preparation
from testdata_agent.engine.errors import InvalidRequest, UnsatisfiableError, Violation
from testdata_agent.engine.learning.lessons import LEARNING_SEED
from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.run import Run


class Subjects:
    """Finds them."""

    def __init__(self, entities: Entities, preparation: Preparation) -> None:
        """Takes what entities mean, and what admits requests."""
        self._entities, self._preparation = entities, preparation

    async def run_of(self, entity: str, domain: str, schema: str, faults: Sequence[Violation], where: str = "") -> Run:
        """A run of the schema that records are of.

        Raises:
            Refusal: naming these faults, and what is wrong with entity, domain and schema.
        """
        if not entity and not schema:
            words = "the entity that the records are of is needed, or a schema"
            raise Refusal.of([*faults, Violation(f"{where}entity", "REQUIRED", words)])
        asked = GenerationRequest(
            entity=entity,
            domain=domain,
            schema_source=SchemaSource(kind="inline_schema", text=schema) if schema else None,
            count=1,
            seed=LEARNING_SEED,
            as_of=int(time.time()),
            envelope=False,
        )
        request, unsettled = await self._entities.settle(asked)
        found = [*faults, *unsettled]
        try:
            run = await self._preparation.prepare(request, len(schema))
        except InvalidRequest as invalid:
            raise Refusal.of([*found, *invalid.violations]) from invalid
        except UnsatisfiableError as error:
            raise Refusal.of([*found, error.violation]) from error
        if found:
            raise Refusal.of(found)
        return run
